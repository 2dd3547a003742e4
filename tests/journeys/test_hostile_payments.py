"""Forged, replayed and mismatched payments, and the last seats bought by too many at once."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any
from uuid import uuid4

import httpx
import pytest
import stripe

from tests.journeys.conftest import Rows
from tests.local.tokens import user_token
from tests.support.buyers import CANCEL_URL, RETURN_URL, Buyer
from tests.support.stack import Stack

ACCOUNT = "mecaformation-stripe"
CARD = {
    "card_number": "4242424242424242",
    "card_expiry": "12/34",
    "card_cvc": "123",
    "card_name": "A",
}


def event(order: dict[str, Any], **session: Any) -> dict[str, Any]:
    """A completed-checkout event that looks right."""
    made_up = {
        "id": f"cs_test_{uuid4().hex}",
        "object": "checkout.session",
        "payment_status": "paid",
    }
    made_up |= {"status": "complete", "client_reference_id": order["id"], **session}
    return {
        "id": f"evt_{uuid4().hex}",
        "object": "event",
        "type": "checkout.session.completed",
        "api_version": "2026-10-28.endive",
        "created": int(time.time()),
        "data": {"object": made_up},
    }


def signature(body: bytes, secret: str) -> dict[str, str]:
    header = stripe.WebhookSignature.generate_signature_header(
        body.decode(), secret, int(time.time())
    )
    return {"Stripe-Signature": header, "Content-Type": "application/json"}


def secret_of(stack: Stack, academy: str) -> str:
    return stack.env()[f"STRIPE_{academy}_WEBHOOK_SECRET"]


def kept(rows: Rows, sent: dict[str, Any]) -> int:
    found = rows.execute(
        "select count(*) as n from private.webhook_events where event_id = %s", (sent["id"],)
    ).fetchone()
    assert found is not None
    return int(str(found["n"]))


def status_of(rows: Rows, order: dict[str, Any]) -> tuple[object, object, int]:
    found = rows.execute(
        "select o.status, p.status as payment, (select count(*) from public.enrollments as e"
        " where e.order_id = o.id and e.status = 'active') as active"
        " from public.orders as o inner join public.payments as p on o.id = p.order_id"
        " where o.id = %s",
        (order["id"],),
    ).fetchone()
    assert found is not None
    return found["status"], found["payment"], int(str(found["active"]))


async def until(rows: Rows, query: str, *values: object) -> dict[str, object]:
    """The first row of the query, once there is one."""
    for _ in range(300):
        if found := rows.execute(query.encode(), values).fetchone():
            return found
        await asyncio.sleep(0.05)
    raise AssertionError(f"nothing came of: {query}")


@pytest.mark.parametrize("signed_by", ["nobody", "AURORA50"])
async def test_a_webhook_the_account_did_not_sign_is_refused(
    alice: Buyer, stack: Stack, http: httpx.AsyncClient, rows: Rows, signed_by: str
) -> None:
    order = await alice.order()
    sent = event(order)
    body = json.dumps(sent).encode()
    secret = "whsec_guess" if signed_by == "nobody" else secret_of(stack, signed_by)
    answer = await http.post(
        f"{stack.url}/functions/v1/stripe-webhook/{ACCOUNT}",
        content=body,
        headers=signature(body, secret),
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_signature")
    assert kept(rows, sent) == 0
    assert status_of(rows, order) == ("pending", "pending", 0)


async def pay(alice: Buyer, stack: Stack, http: httpx.AsyncClient, order: dict[str, Any]) -> str:
    """Open the payment page through the function and pay it; the session's id."""
    answer = await http.post(
        f"{stack.url}/functions/v1/create-checkout",
        json={"order_id": order["id"], "success_url": RETURN_URL, "cancel_url": CANCEL_URL},
        headers={"apikey": stack.publishable_key, "Authorization": f"Bearer {alice.token}"},
    )
    assert answer.status_code == 200, answer.text
    paid = await http.post(answer.json()["url"], data=CARD)
    assert paid.status_code == 303
    session: str = answer.json()["session_id"]
    return session


@pytest.mark.usefixtures("workers")
async def test_a_replayed_webhook_enrols_nobody_twice(
    alice: Buyer, stack: Stack, http: httpx.AsyncClient, rows: Rows
) -> None:
    order = await alice.order()
    session = await pay(alice, stack, http, order)
    first = await until(
        rows,
        "select id, event_id, body from private.webhook_events"
        " where object_id = %s and processed_at is not null",
        session,
    )
    assert status_of(rows, order) == ("paid", "succeeded", 1)

    body = str(first["body"]).encode()
    again = await http.post(
        f"{stack.url}/functions/v1/stripe-webhook/{ACCOUNT}",
        content=body,
        headers=signature(body, secret_of(stack, "MECAFORMATION")),
    )
    assert again.json()["duplicate"] is True
    renamed = json.loads(body) | {"id": f"evt_{uuid4().hex}"}
    body = json.dumps(renamed).encode()
    await http.post(
        f"{stack.url}/functions/v1/stripe-webhook/{ACCOUNT}",
        content=body,
        headers=signature(body, secret_of(stack, "MECAFORMATION")),
    )
    second = await until(
        rows,
        "select outcome from private.webhook_events"
        " where event_id = %s and processed_at is not null",
        renamed["id"],
    )
    assert second["outcome"] == "already_fulfilled"
    assert status_of(rows, order) == ("paid", "succeeded", 1)
    mails = rows.execute(
        "select template, count(*) as n from public.email_messages where user_id = %s group by 1",
        (alice.id,),
    ).fetchall()
    found = {str(m["template"]): m["n"] for m in mails}
    assert found.pop("invoice", 1) == 1  # there as soon as its PDF is
    assert found == {"welcome": 1, "payment_confirmed": 1, "enrollment_confirmed": 1}


@pytest.mark.usefixtures("workers")
async def test_a_session_paid_with_another_amount_grants_nothing(
    alice: Buyer, stack: Stack, http: httpx.AsyncClient, rows: Rows
) -> None:
    order = await alice.order()
    client = stripe.StripeClient(
        stack.env()["STRIPE_MECAFORMATION_SECRET_KEY"], base_addresses={"api": stack.stripe_url}
    )
    cheap = client.v1.checkout.sessions.create(
        {
            "mode": "payment",
            "client_reference_id": order["id"],
            "success_url": RETURN_URL,
            "customer_email": alice.email,
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": "eur",
                        "unit_amount": 100,
                        "product_data": {"name": "CAP"},
                    },
                }
            ],
        }
    )
    assert cheap.url is not None
    paid = await http.post(cheap.url, data=CARD)
    assert paid.status_code == 303
    seen = await until(
        rows,
        "select outcome, error from private.webhook_events"
        " where object_id = %s and processed_at is not null",
        cheap.id,
    )
    assert (seen["outcome"], seen["error"]) == ("mismatch", "amount")
    assert status_of(rows, order) == ("pending", "pending", 0)
    dead = await until(
        rows,
        "select d.code from private.dead_letters as d inner join private.webhook_events as w"
        " on w.id::text = d.payload ->> 'webhook_event_id' where w.object_id = %s",
        cheap.id,
    )
    assert "mismatch" in str(dead["code"])


async def test_fifty_buyers_behind_a_barrier_get_three_seats(
    stack: Stack, http: httpx.AsyncClient, rows: Rows
) -> None:
    cohort = rows.execute(
        "insert into public.cohorts (academy_id, formation_id, name, starts_on, seats)"
        " select academy_id, id, 'Trois places', current_date + 30, 3 from public.formations"
        " where slug = 'cap-maintenance-vehicules' returning id"
    ).fetchone()
    offer = rows.execute(
        "select md5('mecaformation/offer/cap-maintenance-vehicules')::uuid as id"
    ).fetchone()
    buyers = rows.execute(
        "with people as (insert into public.profiles (id) select gen_random_uuid()"
        " from generate_series(1, 50) returning id)"
        " insert into public.members (academy_id, user_id) select a.id, people.id from people"
        " cross join public.academies as a where a.slug = 'mecaformation' returning user_id"
    ).fetchall()
    assert cohort is not None
    assert offer is not None
    barrier = asyncio.Barrier(50)

    async def buy(person: object) -> httpx.Response:
        headers = {
            "apikey": stack.publishable_key,
            "Authorization": f"Bearer {user_token(str(person))}",
        }
        body = {"offer_id": str(offer["id"]), "cohort_id": str(cohort["id"])}
        await barrier.wait()
        return await http.post(f"{stack.url}/rest/v1/rpc/create_order", json=body, headers=headers)

    answers = await asyncio.gather(*(buy(person["user_id"]) for person in buyers))
    refused = [answer.json() for answer in answers if answer.status_code != 200]
    assert sum(answer.status_code == 200 for answer in answers) == 3
    assert {(r["code"], r["details"]) for r in refused} == {("PT409", "cohort_full")}
    left = rows.execute(
        "select count(*) as held, count(distinct e.order_id) as orders from public.enrollments as e"
        " where e.cohort_id = %s",
        (cohort["id"],),
    ).fetchone()
    assert left == {"held": 3, "orders": 3}
