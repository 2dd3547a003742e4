"""Trials write to nobody real: MAIL_REDIRECT_TO, and accounts in test mode."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from preau.errors import RetryableError
from preau.providers import accounts
from preau.providers.accounts import ProviderAccount
from preau.providers.mail.accounts import addressed, choose, routes
from preau.settings import Settings
from tests.mail.post import Post
from tests.mail.test_message import MAIL


def account(provider: str, mode: str, **settings: Any) -> ProviderAccount:
    return ProviderAccount.model_validate(
        {
            "id": uuid4(),
            "slug": "a",
            "provider": provider,
            "mode": mode,
            "academy_id": uuid4(),
            "academy_slug": "a",
            "settings": settings,
        }
    )


def settings(**more: Any) -> Settings:
    return Settings(sendgrid_api_key="SG.x", **more)


@pytest.mark.parametrize(
    ("provider", "mode", "more"),
    [
        ("smtp", "live", {"host": "mail.example.org"}),
        ("smtp", "test", {"host": "mail.example.org"}),
        ("console", "test", {}),
    ],
)
def test_every_mail_goes_to_the_one_address(provider: str, mode: str, more: dict[str, str]) -> None:
    everywhere = settings(mail_redirect_to="trial@example.org")
    (way,) = routes(everywhere, [account(provider, mode, **more)])
    mail = replace(MAIL, unsubscribe_url="https://x.example/u")
    going = addressed(mail, way, way.provider())
    assert (going.to.email, going.original_to) == ("trial@example.org", MAIL.to.email)
    assert going.subject == MAIL.subject
    mime = going.as_mime()
    assert mime["X-Original-To"] == MAIL.to.email
    assert mime["List-Unsubscribe"] is None


def test_an_account_in_test_mode_writes_to_nobody_real() -> None:
    (way,) = routes(settings(), [account("smtp", "test", host="mail.example.org")])
    with pytest.raises(RetryableError, match="mail_redirect_missing"):
        addressed(MAIL, way, way.provider())


def test_a_trials_server_does_not_get_the_password_of_the_environments_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(accounts, "environment", lambda: {"SMTP_PASSWORD": "ours"})
    theirs = account("smtp", "test", host="mail.example.org", user="somebody")
    (way,) = routes(settings(), [theirs])
    with pytest.raises(RetryableError, match="secret_missing"):
        way.provider()


@pytest.mark.parametrize(
    ("provider", "mode", "more"),
    [
        ("smtp", "live", {"host": "mail.example.org"}),
        ("smtp", "test", {"host": "127.0.0.1"}),
        ("console", "test", {}),
    ],
)
def test_a_live_account_and_a_local_server_need_no_redirection(
    provider: str, mode: str, more: dict[str, str]
) -> None:
    (way,) = routes(settings(), [account(provider, mode, **more)])
    assert addressed(MAIL, way, way.provider()) is MAIL


def test_two_tries_each_in_a_circle() -> None:
    ways = routes(settings(), [account("console", "live"), account("console", "test")])
    chosen = [ways.index(choose(ways, attempt)) for attempt in range(1, 8)]
    assert chosen == [0, 0, 1, 1, 0, 0, 1]


async def test_a_redirected_mail_arrives_once_and_at_nobody_elses(post: Post) -> None:
    redirected = post.context.settings.model_copy(update={"mail_redirect_to": "trial@essais.fr"})
    post.context = replace(post.context, settings=redirected)
    await post.account(
        "smtp", 1, {"host": "127.0.0.1", "port": post.inbox.smtp_port, "tls": "none"}
    )
    row = await post.attempt(await post.due())
    assert row["status"] == "sent"
    assert post.copies() == 0
    assert len(post.inbox.messages(to="trial@essais.fr")) == 1
