"""Whatever the doctor is given, wherever it stands, and whatever is answered: no secret is said."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

import httpx
import pytest

from preau.production.examine import examine
from preau.production.finding import Finding
from preau.production.secrets import hidden
from preau.production.target import Target

MARK = "hunter2hunter2"
STRAY = "correcthorse9"  # stands where no secret belongs, and nowhere else
PROJECT = "https://ecole.example"
ENV = {
    "SUPABASE_URL": PROJECT,
    "SUPABASE_SECRET_KEY": f"sb_secret_{MARK}",
    "SUPABASE_PUBLISHABLE_KEY": "sb_publishable_x",
    "SUPABASE_ACCESS_TOKEN": f"sbp_{MARK}",
    "SUPABASE_PROJECT_REF": "ecole",
    "PREAU_FUNCTIONS_URL": "https://functions.example",
    "STRIPE_SECRET_KEY": f"sk_test_{MARK}",
    "STRIPE_WEBHOOK_SECRET": f"whsec_{MARK}+/=",
    "SENDGRID_API_KEY": f"SG.{MARK}.x",
    "SENDGRID_WEBHOOK_KEY": MARK,
    "SMTP_PASSWORD": MARK,
}
FACTS = {
    "postgres": 170006,
    "migrations": [],
    "time_zone": "UTC",
    "without_rls": [],
    "clock": [],
    "academies": [],
    "accounts": [
        {
            "id": "00000000-0000-4000-8000-000000000001",
            "slug": provider,
            "provider": provider,
            "mode": "test",
            "academy_id": "00000000-0000-4000-8000-000000000002",
            "academy_slug": "ecole",
        }
        for provider in ("stripe", "sendgrid")
    ],
}
Answer = Callable[[httpx.Request], httpx.Response]


def plain(request: httpx.Request) -> httpx.Response:
    """A project that tells its facts, and of everything else that it is there."""
    if request.url.path.endswith("/production_facts"):
        return httpx.Response(200, json=FACTS)
    return httpx.Response(200, json=[] if request.url.path.endswith("/queue_depths") else {})


def echo(request: httpx.Request) -> httpx.Response:
    """A server that repeats what it was asked, and with which keys."""
    said = f"{request.url} {json.dumps(dict(request.headers))}"
    return httpx.Response(418, text=said)


def odd(request: httpx.Request) -> httpx.Response:
    """A server whose answers have no shape that anybody expects."""
    return httpx.Response(200, json=[MARK])


def broken(request: httpx.Request) -> httpx.Response:
    """After the first answer a library's error, which repeats what it stumbled on."""
    if request.url.path.endswith("/health"):
        return httpx.Response(200, json={"version": MARK, "checks": MARK})
    raise httpx.LocalProtocolError(f"Illegal header value {STRAY}")


def said(env: Mapping[str, str], answer: Answer = plain) -> tuple[list[Finding], str]:
    """What the doctor finds, and all its words in one text."""
    target = Target(dict(env), [], "0.1.0")
    target.http = httpx.Client(transport=httpx.MockTransport(answer))
    found = examine(target)
    return found, "\n".join(f"{one.subject}: {one.detail} → {one.todo}" for one in found)


SECRETS = [
    MARK,
    f"sb_secret_{STRAY}",
    f"sk_live_{STRAY}",
    f"whsec_{STRAY}+/=",
    f"SG.{STRAY}.{STRAY}",
    f"eyJ{STRAY}.{STRAY}.{STRAY}",
    f"postgresql://postgres:{STRAY}@db.example:5432/postgres",
    f"postgresql://postgres:{STRAY}/{STRAY}@db.example:5432/postgres",
    f"postgresql://postgres:1234/{STRAY}@db.example/postgres",
    f"https://somebody:{STRAY}@ecole.example",
    f"https://[{MARK}",
    f"https://ecole.example:{MARK}",
    f"{MARK}é\n{MARK}",
]
PLACES = [
    *(name for name in ENV if name != "SUPABASE_PROJECT_REF"),
    *("SUPABASE_DB_URL", "SUPABASE_ANON_KEY", "STRIPE_API_BASE", "FUNCTIONS_URL"),
    *("MAIL_PROVIDER", "MAIL_REDIRECT_TO", "SMTP_HOST", "NEXT_PUBLIC_KEY"),
]


@pytest.mark.parametrize("place", PLACES)
def test_a_secret_in_any_place_is_not_repeated(place: str) -> None:
    for secret in SECRETS:
        found, text = said(ENV | {place: secret})
        assert found
        assert MARK not in text, secret
        assert STRAY not in text, secret


@pytest.mark.parametrize("answer", [plain, echo, odd, broken])
def test_whatever_is_answered_no_secret_is_repeated(answer: Answer) -> None:
    found, text = said(ENV | {"SUPABASE_DB_URL": f"postgresql://p:{MARK}@db.example/x"}, answer)
    assert len(found) > 8
    assert MARK not in text
    assert STRAY not in text


@pytest.mark.parametrize("answer", [odd, broken])
def test_an_answer_of_another_shape_is_a_finding_and_no_traceback(answer: Answer) -> None:
    found, _ = said(ENV, answer)
    assert any(one.detail.startswith("could not be checked: ") for one in found)


@pytest.mark.parametrize("password", ["1234/x", "word/x", "[x"])
def test_a_password_that_is_not_encoded_is_not_taken_for_a_port(password: str) -> None:
    env = ENV | {"SUPABASE_DB_URL": f"postgresql://postgres:{password}@db.example/postgres"}
    found, _ = said(env)
    (address,) = [one for one in found if one.subject == "database address"]
    assert (address.ok, address.detail) == (False, "cannot be read")


@pytest.mark.parametrize(
    ("url", "name"), [("https://[", "address"), ("https://ecole.example:port", "project")]
)
def test_an_address_that_is_none_is_a_finding_and_no_traceback(url: str, name: str) -> None:
    found, _ = said(ENV | {"SUPABASE_URL": url})
    assert name in {one.subject for one in found if not one.ok}


def test_functions_at_an_address_that_is_none_are_named() -> None:
    found, _ = said(ENV | {"PREAU_FUNCTIONS_URL": "https://functions.example:port"})
    assert "functions service" in {one.subject for one in found if not one.ok}


def test_what_is_no_secret_stays_as_it_was() -> None:
    env = {"SUPABASE_PUBLISHABLE_KEY": "sb_publishable_x", "PREAU_FORWARD_SECRET": "door"}
    found = Finding("functions door", False, "sb_publishable_x at https://a.example", "Mail a@b.c.")
    assert hidden(found, env) == found
