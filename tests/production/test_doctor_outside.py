"""What the check finds wrong around the database: exposure, sign-in, the time, endpoints."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import psycopg
import pytest

from preau.local.ports import free_base
from preau.production import gateway, stripe
from preau.production.examine import examine
from preau.production.finding import Finding
from preau.production.management import auth_mails
from preau.production.target import Target
from preau.production.webhooks import API_VERSION, handled_events
from tests.support.deployment import (
    HOSTED,
    PUBLISHABLE,
    SECRET,
    Deployment,
    management,
    process,
    standin,
)

LOCAL = "http://127.0.0.1:3000"


def problems(target: Target) -> dict[str, str]:
    return {found.subject: found.detail for found in examine(target) if found.level == "problem"}


@contextmanager
def exposing(deployment: Deployment, schemas: str) -> Iterator[None]:
    """PostgREST told to expose these schemas, as hosted's dashboard does it."""
    with psycopg.connect(deployment.admin_url, autocommit=True) as db:
        role = f"alter role authenticator in database {db.info.dbname}"
        db.execute(f"{role} set pgrst.db_schemas = '{schemas}'".encode())
        try:
            _reread(db, deployment, schemas)
            yield
        finally:
            db.execute(f"{role} reset pgrst.db_schemas".encode())
            _reread(db, deployment, "public, worker")


def _reread(db: psycopg.Connection, deployment: Deployment, schemas: str) -> None:
    """Wait until PostgREST exposes these and serves again; it is told until it has heard."""
    target = deployment.target()
    health = f"{deployment.ports.url('functions')}/functions/v1/health"  # remembered for 2 s
    wanted = [200 if "worker" in schemas else 406, "auth" in schemas, "worker" in schemas]
    for turn in range(300):
        if turn % 20 == 0:
            db.execute("notify pgrst, 'reload config'")
            db.execute("notify pgrst, 'reload schema'")
        depths = target.rest("POST", "rpc/queue_depths", SECRET, schema="worker", body={})
        hidden = target.rest("GET", "x", PUBLISHABLE, schema="auth").status_code
        well = target.http.get(health).status_code == 200
        if [depths.status_code, hidden != 406, well] == wanted:
            return
        time.sleep(0.1)
    raise AssertionError("PostgREST did not read its configuration again")


@pytest.mark.parametrize(
    ("schemas", "name"),
    [("public", "schema worker"), ("public, worker, auth", "hidden schemas")],
)
def test_a_schema_too_few_or_too_many_is_named(wired: Deployment, schemas: str, name: str) -> None:
    with wired.auth(HOSTED), exposing(wired, schemas):
        assert set(problems(wired.target())) == {name}


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({"site_url": LOCAL}, "site_url"),
        ({"additional_redirect_urls": ["http://localhost:*/**"]}, "redirects"),
        ({"email": {"enable_confirmations": False}}, "confirmations"),
        ({"enable_anonymous_sign_ins": True}, "anonymous sign-in"),
    ],
)
def test_a_setting_of_auth_that_opens_a_door_is_named(
    wired: Deployment, settings: Mapping[str, Any], name: str
) -> None:
    with wired.auth(HOSTED | dict(settings)):
        assert set(problems(wired.target())) == {name}


@pytest.mark.parametrize(
    ("told", "level"),
    [
        ({"hook_send_email_enabled": False, "smtp_host": None}, "problem"),
        ({"hook_send_email_enabled": True, "hook_send_email_uri": "https://a.example"}, "problem"),
        ({"hook_send_email_enabled": False, "smtp_host": "smtp.example"}, "ok"),
    ],
    ids=["neither hook nor SMTP", "a hook that calls others", "SMTP"],
)
def test_auth_that_cannot_send_is_named(
    wired: Deployment, told: Mapping[str, Any], level: str
) -> None:
    with management(told) as api:
        target = wired.target()
        target.management_url = api
        levels = {found.subject: found.level for found in auth_mails(target)}
    assert levels.pop("auth mails") == level
    assert set(levels.values()) <= {"ok"}


def test_functions_without_the_hooks_secret_are_named(wired: Deployment) -> None:
    with bare_functions(wired) as url:
        found = {one.subject: one.level for one in auth_mails(wired.target(url))}
    assert found["hook secret"] == "problem"


def test_a_token_that_is_missing_is_said_and_no_problem(wired: Deployment) -> None:
    (found,) = auth_mails(wired.target({"SUPABASE_ACCESS_TOKEN": None}))
    assert found.level == "warning"
    assert "SUPABASE_ACCESS_TOKEN" in found.detail


def test_a_clock_that_is_wrong_is_named(wired: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway, "time", SimpleNamespace(time=lambda: time.time() + 120))
    with wired.auth(HOSTED):
        assert list(problems(wired.target())) == ["clock"]


def test_an_endpoint_that_is_not_as_it_should_be_is_named(
    wired: Deployment, tmp_path: Path
) -> None:
    changes: dict[str, dict[str, Any]] = {
        "aurora50-stripe": {"enabled_events": sorted(handled_events())[1:]},
        "nexus-reussite-stripe": {"webhook_url": None},
        "mecaformation-stripe": {
            "webhook_url": "http://127.0.0.1:3/functions/v1/stripe-webhook/mecaformation-stripe"
        },
    }
    url = wired.target().url
    with wired.auth(HOSTED), standin(tmp_path / "stripe", url, changes) as payments:
        found = problems(wired.target({"STRIPE_API_BASE": payments}))
    assert found == {
        "webhook of aurora50-stripe": f"lacks {min(handled_events())}",
        "webhook of nexus-reussite-stripe": "is not registered",
        "webhook of mecaformation-stripe": "goes elsewhere: "
        + changes["mecaformation-stripe"]["webhook_url"],
    }


@contextmanager
def bare_functions(deployment: Deployment) -> Iterator[dict[str, str | None]]:
    """Functions to which nobody told the hook's secret, and how they are named."""
    env = {k: v for k, v in deployment.env.items() if not k.startswith("SEND_EMAIL_HOOK")}
    port = free_base(deployment.ports.base + 200)
    command = [sys.executable, "-m", "preau.cli", "serve", "--port", str(port)]
    url = f"http://127.0.0.1:{port}"
    health = f"{url}/functions/v1/health"
    with process(command, env | {"PREAU_LOCAL_STACK": "1"}, deployment.folder, health):
        yield {"PREAU_FUNCTIONS_URL": url}


class Older(httpx.HTTPTransport):
    """Stripe, had the endpoints been made years ago."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = super().handle_request(request)
        said = answer.read().replace(API_VERSION.encode(), b"2020-08-27")
        return httpx.Response(answer.status_code, content=said)


def test_an_endpoint_of_another_api_version_is_named(wired: Deployment) -> None:
    target = wired.target()
    target.http = httpx.Client(transport=Older())
    seen: list[Finding] = list(stripe.endpoints(target))
    assert [(found.level, found.subject) for found in seen] == [
        ("problem", f"webhook of {slug}-stripe")
        for slug in ("aurora50", "mecaformation", "nexus-reussite")
    ]
    assert all(API_VERSION in found.todo for found in seen)
