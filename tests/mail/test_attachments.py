"""The files that go with a mail: fetched from Storage, limited, attached, retried while missing."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import httpx
import pytest
from pydantic import ValidationError

from preau.client import new_http_client
from preau.errors import PermanentError, RetryableError
from preau.mail import attachments
from preau.mail.attachments import StoredFile, fetch
from preau.providers.mail import Attachment
from preau.settings import Settings
from tests.mail.test_message import MAIL
from tests.support.stack import Stack


@pytest.fixture
def settings(stack: Stack) -> Settings:
    return Settings(supabase_url=stack.url, supabase_secret_key=stack.secret_key)


async def stored(stack: Stack, content: bytes) -> StoredFile:
    """Put a file into Storage with the service's key."""
    key = {"apikey": stack.secret_key}
    async with new_http_client(stack.url) as http:
        await http.post(
            f"{stack.url}/storage/v1/bucket",
            json={"id": "mails", "name": "mails", "public": False},
            headers=key,
        )
        path = f"papers/{uuid4()}.pdf"
        answer = await http.post(
            f"{stack.url}/storage/v1/object/mails/{path}",
            content=content,
            headers={**key, "Content-Type": "application/pdf"},
        )
        assert answer.is_success, answer.text
    return StoredFile(bucket="mails", path=path, name="Facture 1.pdf", type="application/pdf")


async def test_a_file_is_fetched_from_storage(stack: Stack, settings: Settings) -> None:
    file = await stored(stack, b"%PDF-1.7 facture")
    async with new_http_client(stack.url) as http:
        found = await fetch([file], http, settings)
    assert found == (Attachment("Facture 1.pdf", "application/pdf", b"%PDF-1.7 facture"),)


async def test_a_file_that_is_not_there_yet_lets_the_mail_wait(
    stack: Stack, settings: Settings
) -> None:
    file = StoredFile(bucket="mails", path="papers/none.pdf", name="a.pdf", type="application/pdf")
    async with new_http_client(stack.url) as http:
        with pytest.raises(RetryableError, match="attachment_unavailable"):
            await fetch([file], http, settings)


async def test_files_over_the_limit_are_refused_for_good(
    stack: Stack, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attachments, "MAX_BYTES", 10)
    file = await stored(stack, b"0123456789+")
    async with new_http_client(stack.url) as http:
        with pytest.raises(PermanentError, match="attachments_too_large"):
            await fetch([file], http, settings)


async def test_more_than_ten_files_are_refused() -> None:
    file = StoredFile(bucket="b", path="p", name="n", type="a/b")
    async with httpx.AsyncClient(trust_env=False) as http:
        with pytest.raises(PermanentError, match="attachments_too_large"):
            await fetch([file] * 11, http, Settings())


@pytest.mark.parametrize("path", ["../secret", "a/../b", "/a", "a//b", "a?x=1", "a\nb", ""])
def test_a_path_cannot_leave_its_bucket(path: str) -> None:
    with pytest.raises(ValidationError):
        StoredFile(bucket="b", path=path, name="n", type="a/b")


def test_a_file_is_the_last_part_of_the_message() -> None:
    mime = replace(
        MAIL, attachments=(Attachment("Reçu.pdf", "application/pdf", b"%PDF"),)
    ).as_mime()
    parts = [part.get_content_type() for part in mime.walk()]
    assert parts == [
        *("multipart/mixed", "multipart/alternative", "text/plain", "text/html", "application/pdf")
    ]
    assert [part.get_filename() for part in mime.iter_attachments()] == ["Reçu.pdf"]
