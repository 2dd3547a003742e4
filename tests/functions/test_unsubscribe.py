"""unsubscribe/<token>: one post is enough; opening the link changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import psycopg
import pytest

from tests.support.buyers import Buyer
from tests.support.stack import Stack


@pytest.fixture
def token(stack: Stack, buyer: Buyer) -> str:
    with psycopg.connect(stack.db_url) as db:
        row = db.execute(
            "select private.unsubscribe_token(id, %s) from public.academies"
            " where slug = 'mecaformation'",
            [buyer.id],
        ).fetchone()
    assert row is not None
    return str(row[0])


def signed_off(stack: Stack, buyer: Buyer) -> int:
    with psycopg.connect(stack.db_url) as db:
        row = db.execute(
            "select count(*) from private.suppressions where email = %s"
            " and reason = 'unsubscribe' and lifted_at is null",
            [buyer.email],
        ).fetchone()
    assert row is not None
    return int(row[0])


async def test_a_mail_program_posts_and_that_is_all(
    stack: Stack, functions: httpx.AsyncClient, buyer: Buyer, token: str
) -> None:
    for _ in range(2):
        answer = await functions.post(
            f"unsubscribe/{token}", data={"List-Unsubscribe": "One-Click"}
        )
        assert answer.status_code == 200
        assert "MécaFormation ne vous enverra plus" in answer.text
    assert signed_off(stack, buyer) == 1


async def test_opening_the_link_asks_and_changes_nothing(
    stack: Stack, functions: httpx.AsyncClient, buyer: Buyer, token: str
) -> None:
    answer = await functions.get(f"unsubscribe/{token}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert '<form method="post"><button>Me désabonner</button></form>' in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert signed_off(stack, buyer) == 0


@pytest.mark.parametrize(
    ("locale", "header", "academys", "language"),
    [
        (None, None, "fr", "fr"),
        ("en-GB", None, "fr", "en"),
        ("en", "fr-FR,fr;q=0.9", "fr", "en"),
        (None, "en-GB,en;q=0.9", "fr", "en"),
        ("fr", "en", "en", "fr"),
        (None, "*", "en-GB", "en"),
        ("ar", "de", "ar", "fr"),
    ],
)
async def test_the_page_speaks_the_readers_language(
    stack: Stack,
    functions: httpx.AsyncClient,
    buyer: Buyer,
    token: str,
    locale: str | None,
    header: str | None,
    academys: str,
    language: str,
) -> None:
    headers = {"Accept-Language": header} if header else {}
    with spoken_by(stack, buyer, locale, academys):
        asked = await functions.get(f"unsubscribe/{token}", headers=headers)
        done = await functions.post(f"unsubscribe/{token}", headers=headers)
    words = {"fr": ("Me désabonner", "ne vous enverra plus"), "en": ("Unsubscribe", "no more")}
    for answer, said in zip((asked, done), words[language], strict=True):
        assert answer.status_code == 200
        assert f'<html lang="{language}">' in answer.text
        assert answer.headers["content-language"] == language
        assert said in answer.text


@contextmanager
def spoken_by(stack: Stack, buyer: Buyer, locale: str | None, academys: str) -> Iterator[None]:
    """Let the buyer choose a language, and their academy another."""
    academy = "update public.academies set locale = %s where slug = 'mecaformation'"
    with psycopg.connect(stack.db_url, autocommit=True) as db:
        db.execute(
            "update public.profile_details set locale = %s where user_id = %s", [locale, buyer.id]
        )
        db.execute(academy, [academys])
        try:
            yield
        finally:
            db.execute(academy, ["fr"])


async def test_a_browser_is_understood_through_the_gateway(
    stack: Stack, outside: httpx.AsyncClient, token: str
) -> None:
    answer = await outside.get(
        f"{stack.url}/functions/v1/unsubscribe/{token}", headers={"Accept-Language": "en-GB"}
    )
    assert "<button>Unsubscribe</button>" in answer.text


async def test_a_link_that_is_none_is_refused(functions: httpx.AsyncClient, token: str) -> None:
    forged = token[:-1] + ("A" if token[-1] != "A" else "B")
    for wrong in (forged, "x", "x" * 64):
        answer = await functions.post(f"unsubscribe/{wrong}")
        assert (answer.status_code, answer.json()["code"]) == (404, "unsubscribe_link_invalid")
    answer = await functions.post(f"unsubscribe/{'x' * 201}")
    assert answer.status_code == 422


async def test_it_works_through_the_gateway_without_a_key(
    stack: Stack, outside: httpx.AsyncClient, buyer: Buyer, token: str
) -> None:
    answer = await outside.post(f"{stack.url}/functions/v1/unsubscribe/{token}")
    assert answer.status_code == 200
    assert signed_off(stack, buyer) == 1
