"""What the doctor makes of /health: what is not asked there is missed only if nobody else asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from preau.production.functions import reached
from preau.production.target import Target

ENV = {"SUPABASE_URL": "https://ecole.example"}


def account(provider: str, secret_name: str) -> dict[str, Any]:
    return {
        "id": "00000000-0000-4000-8000-000000000001",
        "slug": f"ecole-{provider}",
        "provider": provider,
        "mode": "live",
        "secret_name": secret_name,
        "academy_id": "00000000-0000-4000-8000-000000000002",
        "academy_slug": "ecole",
    }


def missed(env: Mapping[str, str], accounts: list[dict[str, Any]]) -> str:
    """What is said of settings, of functions that know neither Stripe nor a mail server."""
    target = Target(ENV | dict(env), [], "1")
    target.__dict__["facts"] = {"accounts": accounts, "academies": [{"slug": "ecole"}]}
    unasked = {"status": "not_configured", "ms": 0}
    checks = {"database": {"status": "ok", "ms": 1}, "stripe": unasked, "mail": unasked}
    told = {"status": "ok", "version": "1", "checks": checks, "queues": []}
    target.http = httpx.Client(
        transport=httpx.MockTransport(lambda _: httpx.Response(200, json=told))
    )
    (found,) = [one for one in reached(target) if one.subject == "functions settings"]
    assert found.level == ("ok" if found.ok else "warning")
    return found.detail


OWN = {"STRIPE_ECOLE_SECRET_KEY": "sk_live_1"}
SENDGRID = {"MAIL_PROVIDER": "sendgrid", "SENDGRID_API_KEY": "SG.x"}


def test_accounts_of_ones_own_are_asked_one_by_one_and_not_missed() -> None:
    both = [account("stripe", "STRIPE_ECOLE"), account("sendgrid", "SENDGRID_ECOLE")]
    assert missed(OWN, both) == "nothing is left out"


def test_sendgrid_for_all_needs_no_mail_server() -> None:
    assert missed(OWN | SENDGRID, [account("stripe", "STRIPE_ECOLE")]) == "nothing is left out"


@pytest.mark.parametrize(
    ("env", "accounts", "said"),
    [
        ({}, [], "they know no mail, stripe"),
        (OWN, [account("stripe", "STRIPE_ECOLE")], "they know no mail"),
        (SENDGRID, [account("stripe", "STRIPE_ECOLE")], "they know no stripe"),
        (
            SENDGRID | {"STRIPE_SECRET_KEY": "sk_live_1"},
            [account("stripe", "STRIPE")],
            "they know no stripe",
        ),
    ],
    ids=["nothing", "no mail", "a key that is not set", "a key that the functions do not have"],
)
def test_what_nobody_asks_is_missed(
    env: Mapping[str, str], accounts: list[dict[str, Any]], said: str
) -> None:
    assert missed(env, accounts) == said
