"""Sending by SendGrid's own client: what it is given, and what its answers mean."""

from __future__ import annotations

import asyncio
import time
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace

import pytest

from preau.errors import PermanentError, PreauError, RetryableError
from preau.local.sendgrid import SendGrid
from preau.local.sendgrid.faults import Kind
from preau.providers.mail import Attachment, Mailbox, SendGridMail
from preau.providers.mail.sendgrid import request_body
from tests.mail.test_message import MAIL


@pytest.fixture(scope="module")
def running() -> Iterator[SendGrid]:
    with SendGrid() as standin:
        yield standin


@pytest.fixture
def standin(running: SendGrid) -> SendGrid:
    running.faults.set()
    running.accepted.clear()
    return running


@pytest.fixture
def grid(standin: SendGrid) -> Iterator[SendGridMail]:
    provider = SendGridMail(api_key=standin.api_key, base_url=standin.url, timeout=1)
    yield provider
    provider.close()


async def test_a_mail_arrives_whole(standin: SendGrid, grid: SendGridMail) -> None:
    mail = replace(
        MAIL,
        template="welcome",
        unsubscribe_url="https://x.example/u/1",
        attachments=(Attachment("Facture.pdf", "application/pdf", b"%PDF"),),
    )
    message_id = await grid.send(mail)
    (got,) = standin.accepted
    assert got.message_id == message_id
    assert (got.to, got.email_id) == (MAIL.to.email, MAIL.email_id)
    assert got.body["from"] == {"email": MAIL.sender.email, "name": MAIL.sender.name}
    assert got.body["reply_to"] == {"email": "contact@mecaformation.example"}
    assert got.body["subject"] == MAIL.subject
    assert [part["value"] for part in got.body["content"]] == [MAIL.text, MAIL.html]
    assert got.body["categories"] == ["welcome"]
    assert b64decode(got.body["attachments"][0]["content"]) == b"%PDF"
    headers = got.personalization["headers"]
    assert headers["Message-ID"] == f"<{MAIL.message_id}>"
    assert headers["List-Unsubscribe"] == "<https://x.example/u/1>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


async def test_nobody_is_tracked(standin: SendGrid, grid: SendGridMail) -> None:
    await grid.send(MAIL)
    assert standin.accepted[0].body["tracking_settings"] == {
        "click_tracking": {"enable": False, "enable_text": False},
        "open_tracking": {"enable": False},
        "subscription_tracking": {"enable": False},
    }


def test_recipients_stay_in_order() -> None:
    people = [f"p{number}@example.org" for number in range(5)]
    body = request_body([replace(MAIL, to=Mailbox(to), email_id=to) for to in people])
    assert [one["to"][0]["email"] for one in body["personalizations"]] == people
    assert [one["custom_args"]["email_id"] for one in body["personalizations"]] == people


@pytest.mark.parametrize(
    ("fault", "code", "kind", "kept"),
    [
        ("unauthorized", "sendgrid_login_refused", RetryableError, 0),
        ("sender_not_verified", "sendgrid_login_refused", RetryableError, 0),
        ("limited", "sendgrid_limited", RetryableError, 0),
        ("failed", "sendgrid_unavailable", RetryableError, 0),
        ("unavailable", "sendgrid_unavailable", RetryableError, 0),
        ("too_large", "sendgrid_refused", PermanentError, 0),
        ("refused", "sendgrid_refused", PermanentError, 0),
        ("reset_before_accept", "sendgrid_interrupted", RetryableError, 0),
        ("reset_after_accept", "sendgrid_interrupted", RetryableError, 1),
        ("silent_after_accept", "sendgrid_interrupted", RetryableError, 1),
    ],
)
async def test_each_failure_has_its_meaning(
    standin: SendGrid,
    grid: SendGridMail,
    fault: Kind,
    code: str,
    kind: type[PreauError],
    kept: int,
) -> None:
    standin.fail(fault)
    with pytest.raises(kind, match=code):
        await grid.send(MAIL)
    assert len(standin.accepted) == kept


async def test_nobody_listening_is_certain_not_to_have_taken_the_mail() -> None:
    grid = SendGridMail(api_key="SG.x", base_url="http://127.0.0.1:9", timeout=1)
    with pytest.raises(RetryableError, match="sendgrid_unreachable"):
        await grid.send(MAIL)


async def test_a_limit_says_how_long_to_wait(standin: SendGrid, grid: SendGridMail) -> None:
    standin.fail("limited")
    with pytest.raises(RetryableError) as caught:
        await grid.send(MAIL)
    assert caught.value.retry_in is not None
    assert 1 <= caught.value.retry_in <= 2


async def test_a_silent_server_blocks_nobody_else(standin: SendGrid, grid: SendGridMail) -> None:
    standin.fail("silent_after_accept", to="slow@example.org", seconds=3.0)
    begun = time.monotonic()
    slow = asyncio.create_task(grid.send(replace(MAIL, to=Mailbox("slow@example.org"))))
    await asyncio.sleep(0.1)
    await grid.send(MAIL)
    assert time.monotonic() - begun < 1
    with pytest.raises(RetryableError):
        await slow
    assert time.monotonic() - begun < 2.5


async def test_no_address_reaches_an_error(standin: SendGrid, grid: SendGridMail) -> None:
    with pytest.raises(PermanentError, match="invalid_address"):
        await grid.send(replace(MAIL, to=Mailbox("nobody")))
    assert standin.accepted == []


def test_the_key_goes_to_sendgrid_alone() -> None:
    with pytest.raises(PreauError, match="sendgrid_base_refused"):
        SendGridMail(api_key="SG.x", base_url="https://sendgrid.evil.example")
    assert "SG.x" not in repr(SendGridMail(api_key="SG.x"))
