"""The forwarders of a hosted project, run by Node, in front of our own functions."""

from __future__ import annotations

import asyncio
import json
import subprocess
import tomllib
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import httpx
import psycopg
import pytest
import stripe
from fastapi import FastAPI

from functions.app import create_app, paths
from functions.middleware import BODY_LIMIT
from preau import forwarders
from preau.local import gateway, programs
from preau.local.paths import PROJECT, SUPABASE
from preau.settings import Settings
from tests.support.buyers import CANCEL_URL, RETURN_URL, Buyer
from tests.support.edge import edge, listening
from tests.support.stack import Stack

SECRET = "door-of-the-tests"
SHARED = SUPABASE / "functions" / "_shared" / "forward.ts"
INVOKE = """
import { createClient } from "@supabase/supabase-js";
const [url, key, token, order] = process.argv.slice(1);
const client = createClient(url, key, {
  auth: { persistSession: false },
  global: { headers: { Authorization: `Bearer ${token}` } },
});
const { data, error } = await client.functions.invoke(`payment-status?order_id=${order}`, {
  method: "GET",
});
console.log(JSON.stringify({ data, error: error && (await error.context.json()) }));
"""


@pytest.fixture
async def service(function_settings: Settings) -> AsyncIterator[str]:
    """Our functions on a port, with the door shut to all but the forwarders."""
    guarded: FastAPI = create_app(
        Settings.model_validate(function_settings.model_dump() | {"preau_forward_secret": SECRET})
    )
    async with listening(guarded) as url:
        yield url


@pytest.fixture
async def forwarded(service: str) -> AsyncIterator[httpx.AsyncClient]:
    """The forwarders in front of them."""
    secrets = {"PREAU_FUNCTIONS_URL": service, "PREAU_FORWARD_SECRET": SECRET}
    async with edge(secrets) as client:
        yield client


def test_every_function_has_its_forwarder() -> None:
    assert forwarders.changes(forwarders.names(paths()), SUPABASE) == []


def test_no_forwarder_asks_for_a_legacy_token() -> None:
    config = tomllib.loads((SUPABASE / "config.toml").read_text())
    tables = forwarders.tables(config)
    assert sorted(tables) == forwarders.names(paths())
    assert all(table == {"verify_jwt": False} for table in tables.values())


def test_a_function_without_forwarder_and_a_forwarder_without_function_are_seen(
    tmp_path: Path,
) -> None:
    config = tmp_path / "config.toml"
    config.write_text(f"a = 1\n{forwarders.BEGIN}\n{forwarders.END}\n# after\n")
    forwarders.write(forwarders.changes(["one", "two"], tmp_path))
    assert forwarders.changes(["one", "two"], tmp_path) == []
    seen = forwarders.changes(["two", "three"], tmp_path)
    assert {(c.path.parent.name, c.text is None) for c in seen if c.path != config} == {
        ("one", True),
        ("three", False),
    }
    forwarders.write(seen)
    assert sorted(p.name for p in (tmp_path / "functions").iterdir()) == ["three", "two"]
    assert list(forwarders.tables(tomllib.loads(config.read_text()))) == ["two", "three"]
    assert config.read_text().endswith("# after\n")


def test_pages_may_send_and_read_what_the_local_gateway_lets_them() -> None:
    code = f"""
    import {{ ALLOW_HEADERS, EXPOSE_HEADERS }} from {json.dumps(SHARED.as_uri())};
    console.log(JSON.stringify([ALLOW_HEADERS, EXPOSE_HEADERS]));
    """
    node = [str(programs.require().node), "--input-type=module", "-e", code]
    answer = subprocess.run(node, capture_output=True, text=True, check=True, timeout=60)
    assert json.loads(answer.stdout) == [gateway.ALLOW_HEADERS, gateway.EXPOSE_HEADERS]


def test_the_forwarders_are_sound_typescript() -> None:
    run = subprocess.run(
        [
            *(programs.require().node, "node_modules/typescript/bin/tsc", "--noEmit", "--strict"),
            *("--module", "esnext", "--moduleResolution", "bundler", "--target", "es2023"),
            *("--lib", "es2023,dom,dom.iterable", "--skipLibCheck", str(SHARED)),
        ],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert run.returncode == 0, run.stdout


async def test_who_is_not_signed_in_gets_the_functions_own_refusal(
    forwarded: httpx.AsyncClient, functions: httpx.AsyncClient
) -> None:
    body = {"order_id": str(uuid4()), "success_url": RETURN_URL, "cancel_url": CANCEL_URL}
    here = await functions.post("create-checkout", json=body)
    there = await forwarded.post("create-checkout", json=body)
    assert (there.status_code, there.json()) == (401, here.json())
    assert there.headers["access-control-allow-origin"] == "*"
    assert there.headers["x-request-id"]


async def test_health_is_the_services_own(forwarded: httpx.AsyncClient) -> None:
    answer = await forwarded.get("health")
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")


async def test_a_webhook_arrives_byte_for_byte(stack: Stack, forwarded: httpx.AsyncClient) -> None:
    event = f'{{ "id":"evt_{uuid4().hex}", "type" : "customer.created",\n"x":"é\\u00e9" }}\r\n'
    signature = stripe.WebhookSignature.generate_signature_header(
        event, "whsec_standin_mecaformation"
    )
    answer = await forwarded.post(
        "stripe-webhook/mecaformation-stripe",
        content=event.encode(),
        headers={"Stripe-Signature": signature},
    )
    assert (answer.status_code, answer.json()["received"]) == (200, True)
    with psycopg.connect(stack.db_url) as db:
        row = db.execute(
            "select body from private.webhook_events where event_id = %s",
            [json.loads(event)["id"]],
        ).fetchone()
    assert row == (event,)


async def test_a_body_over_a_limit_is_refused_by_whichever_it_breaks(
    forwarded: httpx.AsyncClient,
) -> None:
    for size in (BODY_LIMIT + 1, 2**20 + 1):
        answer = await forwarded.post("stripe-webhook/mecaformation-stripe", content=b"x" * size)
        assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


async def test_a_path_without_function_behind_it_is_not_found(forwarded: httpx.AsyncClient) -> None:
    for path in ("health/more", "health/..%2f..%2fprivate", "payment-status/a//b"):
        answer = await forwarded.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_supabase_js_invokes_a_function_through_its_forwarder(
    stack: Stack, forwarded: httpx.AsyncClient, buyer: Buyer
) -> None:
    order = await buyer.order()
    base = str(forwarded.base_url).removesuffix("/functions/v1/")
    node = [str(programs.require().node), "--input-type=module", "-e", INVOKE]
    running = await asyncio.create_subprocess_exec(
        *(*node, base, stack.publishable_key, buyer.token, order["id"]),
        cwd=PROJECT,
        stdout=asyncio.subprocess.PIPE,
    )
    told = json.loads((await running.communicate())[0])
    assert told["error"] is None
    assert (told["data"]["order_id"], told["data"]["status"]) == (order["id"], "pending")
