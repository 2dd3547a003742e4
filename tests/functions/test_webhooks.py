"""stripe-webhook/<account>: kept once with its job, or refused and nothing kept."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
import stripe

from functions.middleware import BODY_LIMIT
from preau.settings import environment
from tests.support.stack import Stack

PATH = "stripe-webhook/mecaformation-stripe"
SECRET = "whsec_standin_mecaformation"


def event(**more: Any) -> bytes:
    """An event of a type that no worker acts on."""
    body = {
        "id": f"evt_{uuid4().hex}",
        "object": "event",
        "type": "customer.created",
        "data": {"object": {"id": "cus_1"}},
    }
    return json.dumps(body | more).encode()


async def deliver(
    functions: httpx.AsyncClient, body: bytes, secret: str = SECRET, path: str = PATH
) -> httpx.Response:
    """Post an event as Stripe does."""
    signature = stripe.WebhookSignature.generate_signature_header(body.decode(), secret)
    return await functions.post(path, content=body, headers={"Stripe-Signature": signature})


def kept(stack: Stack, body: bytes) -> tuple[int, int]:
    """How often the event is in the inbox, and how many jobs it has."""
    with psycopg.connect(stack.db_url) as db:
        ids = db.execute(
            "select id::text from private.webhook_events where event_id = %s",
            [json.loads(body)["id"]],
        ).fetchall()
        jobs = db.execute(
            "select count(*) from pgmq.q_payments where message ->> 'webhook_event_id' = any(%s)",
            [[row[0] for row in ids]],
        ).fetchone()
    assert jobs is not None
    return len(ids), jobs[0]


async def test_an_event_is_kept_with_its_job(stack: Stack, functions: httpx.AsyncClient) -> None:
    body = event()
    answer = await deliver(functions, body)
    assert (answer.status_code, answer.json()) == (200, {"received": True, "duplicate": False})
    assert kept(stack, body) == (1, 1)


async def test_a_replayed_event_is_acknowledged_and_changes_nothing(
    stack: Stack, functions: httpx.AsyncClient
) -> None:
    body = event()
    await deliver(functions, body)
    again = await deliver(functions, body)
    assert (again.status_code, again.json()) == (200, {"received": True, "duplicate": True})
    assert kept(stack, body) == (1, 1)


async def test_the_same_event_many_times_at_once_has_one_job(
    stack: Stack, functions: httpx.AsyncClient
) -> None:
    body = event()
    answers = await asyncio.gather(*(deliver(functions, body) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {200}
    assert sorted(answer.json()["duplicate"] for answer in answers) == [False] + [True] * 19
    assert kept(stack, body) == (1, 1)


async def test_an_event_of_another_account_is_refused(
    stack: Stack, functions: httpx.AsyncClient
) -> None:
    body = event()
    answer = await deliver(functions, body, "whsec_standin_aurora50")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_signature")
    assert kept(stack, body) == (0, 0)


def rolled(body: bytes, *secrets: str) -> str:
    """Sign with several secrets, as Stripe does while one replaces another."""
    headers = [
        stripe.WebhookSignature.generate_signature_header(body.decode(), secret, int(time.time()))
        for secret in secrets
    ]
    marks = [header.split(",")[1] for header in headers]
    return ",".join([headers[0].split(",")[0], *marks])


@pytest.mark.parametrize(
    ("known", "signed", "status"),
    [
        ("whsec_old", ["whsec_old"], 200),
        ("whsec_old", ["whsec_new", "whsec_old"], 200),
        ("whsec_new,whsec_old", ["whsec_new", "whsec_old"], 200),
        ("whsec_new,whsec_old", ["whsec_old"], 200),
        ("whsec_new, whsec_old", ["whsec_new"], 200),
        ("whsec_new", ["whsec_new"], 200),
        ("whsec_new", ["whsec_old"], 400),
        ("whsec_new", ["whsec_other", "whsec_old"], 400),
    ],
)
async def test_a_secret_is_replaced_without_losing_an_event(
    stack: Stack,
    functions: httpx.AsyncClient,
    monkeypatch: pytest.MonkeyPatch,
    known: str,
    signed: list[str],
    status: int,
) -> None:
    """Each line is a moment of the change, in the order of docs/operations.md."""
    monkeypatch.setenv("STRIPE_MECAFORMATION_WEBHOOK_SECRET", known)
    environment.cache_clear()
    body = event()
    try:
        answer = await functions.post(
            PATH, content=body, headers={"Stripe-Signature": rolled(body, *signed)}
        )
    finally:
        monkeypatch.undo()
        environment.cache_clear()
    assert answer.status_code == status
    assert kept(stack, body) == ((1, 1) if status == 200 else (0, 0))


async def test_each_account_has_its_own_inbox(stack: Stack, functions: httpx.AsyncClient) -> None:
    body = event()
    for name in ("mecaformation", "aurora50"):
        path = f"stripe-webhook/{name}-stripe"
        answer = await deliver(functions, body, f"whsec_standin_{name}", path)
        assert answer.json()["duplicate"] is False
    assert kept(stack, body) == (2, 2)


async def test_a_forged_event_is_refused(stack: Stack, functions: httpx.AsyncClient) -> None:
    body = event()
    for headers in ({}, {"Stripe-Signature": "t=1,v1=00"}):
        answer = await functions.post(PATH, content=body, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_signature")
    assert kept(stack, body) == (0, 0)


@pytest.mark.parametrize("account", ["nobody", "mecaformation", "x" * 99])
async def test_an_unknown_account_is_refused(functions: httpx.AsyncClient, account: str) -> None:
    answer = await deliver(functions, event(), path=f"stripe-webhook/{account}")
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_account")


@pytest.mark.parametrize("account", ["A", "a b", "a%27--", "x" * 101])
async def test_an_account_that_is_no_slug_is_refused(
    functions: httpx.AsyncClient, account: str
) -> None:
    answer = await deliver(functions, event(), path=f"stripe-webhook/{account}")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


async def test_a_body_over_the_limit_is_refused(functions: httpx.AsyncClient) -> None:
    answer = await deliver(functions, event(padding="x" * BODY_LIMIT))
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


async def test_a_large_body_within_the_limit_is_kept(
    stack: Stack, functions: httpx.AsyncClient
) -> None:
    body = event(padding="x" * (BODY_LIMIT - 1000))
    assert (await deliver(functions, body)).status_code == 200
    assert kept(stack, body) == (1, 1)


async def test_the_body_is_kept_as_it_came(stack: Stack, functions: httpx.AsyncClient) -> None:
    start = f'{{ "id":"evt_{uuid4().hex}", "type" : "customer.created",\n'
    body = (start + '"data":{"object":{}}, "x":"é\\n\\u00e9" }\r\n').encode()
    assert (await deliver(functions, body)).status_code == 200
    with psycopg.connect(stack.db_url) as db:
        row = db.execute(
            "select body from private.webhook_events where event_id = %s", [json.loads(body)["id"]]
        ).fetchone()
    assert row is not None
    assert row[0].encode() == body


async def test_an_event_with_a_nul_in_it_is_kept_for_somebody_to_look_at(
    stack: Stack, functions: httpx.AsyncClient
) -> None:
    body = event(data={"object": {"id": "cus_1", "name": "a\u0000b"}})
    assert b"\\u0000" in body
    assert (await deliver(functions, body)).json() == {"received": True, "duplicate": False}
    assert kept(stack, body) == (1, 1)
