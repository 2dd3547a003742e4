"""The project's own rate limits, on an Auth with none of the test stack's generous ones."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from supabase import AuthApiError, create_client

from preau.local import auth, config, gateway, programs
from preau.local.paths import Home
from preau.local.ports import Ports, free_base
from tests.local.auth.people import PASSWORD, somebody
from tests.support.stack import Stack

NOWHERE = "00000000-0000-4000-8000-000000000000"


@contextmanager
def served(stack: Stack, found: config.Config, folder: Path) -> Iterator[str]:
    """Run one more Auth on the test stack's database behind one more gateway; yield its URL."""
    located = programs.require()
    ports = Ports(free_base(stack.ports.base + 50))
    auth_command, auth_env, _ = auth.auth_piece(stack.ports, found, stack.home, located.node)
    pieces = [(auth_command, auth_env | {"AUTH_PORT": str(ports["auth"])})]
    pieces.append(gateway.gateway_piece(ports, found, Home(folder), located.caddy)[:2])
    with (folder / "log").open("ab") as log:
        running = [
            subprocess.Popen(command, env=os.environ | env, stdout=log, stderr=log)
            for command, env in pieces
        ]
        try:
            wait_for_health(ports.url("auth"))
            wait_for_health(ports.url("gateway"))
            yield ports.url("gateway")
        finally:
            for piece in running:
                piece.kill()
                piece.wait()


def wait_for_health(url: str) -> None:
    for _ in range(200):
        try:
            httpx.get(f"{url}/auth/v1/health")
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"nothing answers at {url}")


@pytest.fixture
def strict(stack: Stack, tmp_path: Path) -> Iterator[str]:
    """An Auth with supabase/config.toml as it is, that nobody has asked anything yet."""
    with served(stack, config.read(outside={}), tmp_path) as url:
        yield url


@pytest.fixture
def spent(stack: Stack, tmp_path: Path) -> Iterator[str]:
    """An Auth that may send two mails an hour."""
    found = config.read(outside={"PREAU_LOCAL_AUTH": '{"rate_limit": {"email_sent": 2}}'})
    with served(stack, found, tmp_path) as url:
        yield url


@pytest.mark.parametrize(
    ("method", "route"),
    [
        ("POST", "signup"),
        ("POST", "otp"),
        ("POST", "recover"),
        ("POST", "resend"),
        ("POST", "token?grant_type=refresh_token"),
        ("POST", "verify"),
        ("GET", "verify?type=signup&token=x"),
    ],
)
def test_one_address_gets_30_at_once_and_another_is_not_held_up(
    strict: str, stack: Stack, method: str, route: str
) -> None:
    body = {"email": "no address", "refresh_token": NOWHERE, "token": "1"}
    content = body if method == "POST" else None

    def answer(client: httpx.Client, **headers: str) -> httpx.Response:
        headers |= {"apikey": stack.publishable_key}
        return client.request(method, f"{strict}/auth/v1/{route}", headers=headers, json=content)

    with person_at("127.0.0.1") as here, person_at("127.0.0.2") as elsewhere:
        statuses = [answer(here).status_code for _ in range(32)]
        assert 429 not in statuses[:30]
        refused = answer(here)
        assert refused.status_code == 429
        assert refused.json()["error_code"] == "over_request_rate_limit"
        # Nobody gets round it by naming another address: the gateway says who asks.
        assert answer(here, **{"x-forwarded-for": "192.0.2.9"}).status_code == 429
        assert answer(elsewhere).status_code != 429


def person_at(address: str) -> httpx.Client:
    """A client whose requests come from an address of loopback."""
    return httpx.Client(transport=httpx.HTTPTransport(local_address=address))


def test_mails_of_one_kind_to_one_person_keep_a_minute(strict: str, stack: Stack) -> None:
    client = create_client(strict, stack.publishable_key)
    email = somebody()
    client.auth.sign_up({"email": email, "password": PASSWORD})
    with pytest.raises(AuthApiError) as refused:
        client.auth.resend({"type": "signup", "email": email})
    assert (refused.value.status, refused.value.code) == (429, "over_email_send_rate_limit")
    assert " seconds" in refused.value.message


def test_mails_end_with_the_hours_share_and_leave_nobody_behind(spent: str, stack: Stack) -> None:
    client = create_client(spent, stack.publishable_key)
    for _ in range(2):
        client.auth.sign_up({"email": somebody(), "password": PASSWORD})
    email = somebody()
    with pytest.raises(AuthApiError) as refused:
        client.auth.sign_up({"email": email, "password": PASSWORD})
    assert (refused.value.status, refused.value.code) == (429, "over_email_send_rate_limit")
    elsewhere = create_client(stack.url, stack.publishable_key)
    assert elsewhere.auth.sign_up({"email": email, "password": PASSWORD}).user is not None


def test_supabase_js_reads_both_refusals(strict: str, stack: Stack) -> None:
    script = Path(__file__).parent / "limits.strict.mjs"
    run = subprocess.run(
        [programs.require().node, "--test", "--test-reporter=spec", script],
        env=os.environ | stack.env() | {"SUPABASE_URL": strict},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_nobody_is_anonymous_where_the_project_does_not_allow_it(strict: str, stack: Stack) -> None:
    """config.toml leaves anonymous sign-in off; only the test stack turns it on."""
    with pytest.raises(AuthApiError) as refused:
        create_client(strict, stack.publishable_key).auth.sign_in_anonymously()
    assert (refused.value.status, refused.value.code) == (422, "anonymous_provider_disabled")
