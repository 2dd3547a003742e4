"""Requests made to break the functions: each is refused, none is a defect's 500."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
import stripe

from tests.support.buyers import CANCEL_URL, RETURN_URL, Buyer
from tests.support.stack import Stack
from tests.support.standin import Standin


async def ask(
    functions: httpx.AsyncClient, buyer: Buyer, order_id: str, **changes: str
) -> httpx.Response:
    """Call create-checkout as the buyer."""
    body = {"order_id": order_id, "success_url": RETURN_URL, "cancel_url": CANCEL_URL} | changes
    return await functions.post(
        "create-checkout", json=body, headers={"Authorization": f"Bearer {buyer.token}"}
    )


@pytest.mark.parametrize(
    "end", ["\n", "\r\nSet-Cookie: a=b", "\t", " x", "\x00", "\u2028x", "\x1b[31m", "\u202e"]
)
async def test_an_unreadable_return_address_is_refused_before_anything_is_stored(
    stack: Stack, functions: httpx.AsyncClient, alice: Buyer, end: str
) -> None:
    order = await alice.order()
    answer = await ask(functions, alice, order["id"], success_url=f"http://localhost:3000/{end}")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    with psycopg.connect(stack.db_url) as db:
        stored = db.execute(
            "select 1 from public.payment_attempts where success_url ~ '[[:cntrl:] ]'"
        )
        assert stored.fetchall() == []


@pytest.mark.parametrize("path", ["create-checkout", "payment-status"])
async def test_a_token_no_header_can_carry_is_nobodys(
    functions: httpx.AsyncClient, path: str
) -> None:
    body: dict[str, Any] = {
        "create-checkout": {
            "json": {"order_id": str(uuid4()), "success_url": RETURN_URL, "cancel_url": CANCEL_URL}
        },
        "payment-status": {"params": {"order_id": str(uuid4())}},
    }[path]
    method = "POST" if path == "create-checkout" else "GET"
    token = {b"authorization": "Bearer é".encode("latin-1")}
    answer = await functions.request(method, path, headers=token, **body)
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")


async def test_pages_without_end_are_not_asked_of_the_provider(
    functions: httpx.AsyncClient, standin: Standin, buyer: Buyer
) -> None:
    order = await buyer.order()
    statuses = []
    for n in range(12):
        again = await ask(functions, buyer, order["id"], cancel_url=f"http://localhost:3000/{n}")
        statuses.append(again.status_code)
    assert statuses == [200] * 10 + [429] * 2
    assert again.json()["code"] == "too_many_attempts"
    listed = await standin.as_account().v1.checkout.sessions.list_async({"limit": 100})
    mine = [str(s.status) for s in listed.data if s.client_reference_id == order["id"]]
    assert sorted(mine) == ["expired"] * 9 + ["open"]


async def test_of_pages_asked_for_at_once_one_stays_payable(
    functions: httpx.AsyncClient, standin: Standin, buyer: Buyer
) -> None:
    order = await buyer.order()
    answers = await asyncio.gather(
        *(
            ask(functions, buyer, order["id"], cancel_url=f"http://localhost:3000/{n}")
            for n in range(5)
        )
    )
    given = [a.json()["session_id"] for a in answers if a.status_code == 200]
    assert {a.status_code for a in answers} <= {200, 409}
    listed = await standin.as_account().v1.checkout.sessions.list_async({"limit": 100})
    mine = [s for s in listed.data if s.client_reference_id == order["id"]]
    (payable,) = [s.id for s in mine if s.status == "open"]
    assert payable in given


@pytest.mark.parametrize("value", ["1e999999", "[" * 9000 + "]" * 9000])
async def test_a_signed_event_that_postgres_cannot_parse_is_kept_or_refused(
    functions: httpx.AsyncClient, value: str
) -> None:
    """Never a 500, after which Stripe would send it again for days."""
    head = json.dumps({"id": f"evt_{uuid4().hex}", "type": "customer.created"})
    body = f'{head[:-1]}, "data": {value}}}'
    signed = stripe.WebhookSignature.generate_signature_header(body, "whsec_standin_mecaformation")
    answer = await functions.post(
        "stripe-webhook/mecaformation-stripe",
        content=body.encode(),
        headers={"Stripe-Signature": signed},
    )
    assert answer.status_code in (200, 400), answer.text
