"""Whole stack, worker processes, a Stripe that delivers badly: each payment acts once all the same.

The stand-in sends every webhook several times, in no order, and loses some for good; what it lost
the sweeper finds. Another secret is rolled in meanwhile, without the functions knowing it yet.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import psycopg
import pytest
from psycopg.rows import dict_row

from tests.support.buyers import CANCEL_URL, RETURN_URL, Buyer, new_buyer
from tests.support.stack import Stack
from tests.workers.rig import until

ACCOUNT = "mecaformation-stripe"
CARD = {"card_number": "4242424242424242", "card_expiry": "12/34", "card_cvc": "123"}
BAD = {"copies": 3, "shuffle": 1, "lose": 0.7, "seed": 3}
GOOD = {"copies": 1, "shuffle": 0, "lose": 0, "seed": 0}
Database = psycopg.Connection[dict[str, Any]]
STATE = """
select o.status, p.status as payment,
    (select count(*) from public.enrollments as e
     where e.order_id = o.id and e.status = 'active') as seats,
    (select count(*) from public.entitlements as t
     join public.order_lines as l on l.id = t.source_id where l.order_id = o.id) as rights,
    (select count(*) from public.email_messages as m
     where m.dedupe_key = 'payment_confirmed:' || o.id) as mails,
    (select count(*) from public.refunds as r where r.payment_id = p.id) as refunds
from public.orders as o join public.payments as p on p.order_id = o.id where o.id = any(%s::uuid[])
"""
ONCE = {"status": "paid", "payment": "succeeded", "seats": 1, "rights": 1, "mails": 1, "refunds": 0}


@pytest.fixture
def database(stack: Stack) -> Iterator[Database]:
    with psycopg.connect(stack.db_url, autocommit=True, row_factory=dict_row) as connection:
        yield connection


async def control(stack: Stack, http: httpx.AsyncClient, name: str, **body: Any) -> None:
    address = f"{stack.stripe_url}/_standin/{name}"
    answer = await http.post(address, json=body | {"account": ACCOUNT})
    assert answer.status_code == 200, answer.text


@pytest.fixture
async def bad_manners(stack: Stack, outside: httpx.AsyncClient) -> AsyncIterator[None]:
    """Stripe's bad days; good manners and the first secret afterwards."""
    await control(stack, outside, "webhooks", **BAD)
    await control(stack, outside, "webhooks/secret", secret="whsec_next", overlap=3600)
    yield
    await control(stack, outside, "webhooks", **GOOD)
    first = stack.env()["STRIPE_MECAFORMATION_WEBHOOK_SECRET"]
    await control(stack, outside, "webhooks/secret", secret=first, overlap=0)


async def buy(stack: Stack, http: httpx.AsyncClient, buyer: Buyer) -> str:
    """Order, open the page and pay it; returns the order's id."""
    order = await buyer.order()
    page = await http.post(
        f"{stack.url}/functions/v1/create-checkout",
        json={"order_id": order["id"], "success_url": RETURN_URL, "cancel_url": CANCEL_URL},
        headers={"Authorization": f"Bearer {buyer.token}"},
    )
    assert page.status_code == 200, page.text
    paid = await http.post(page.json()["url"], data=CARD | {"card_name": "Zoé"})
    assert paid.status_code == 303
    found: str = order["id"]
    return found


@pytest.mark.parametrize(
    "buyers", [pytest.param(5, id="some"), pytest.param(50, id="many", marks=pytest.mark.prove)]
)
async def test_webhooks_that_come_thrice_mixed_up_or_never_enrol_each_buyer_once(
    stack: Stack, outside: httpx.AsyncClient, database: Database, bad_manners: None, buyers: int
) -> None:
    people = [await new_buyer(stack.env(), outside) for _ in range(buyers)]
    orders = [await buy(stack, outside, person) for person in people]

    async def all_paid() -> bool:
        found = database.execute(STATE, [orders]).fetchall()
        return all(row["status"] == "paid" for row in found)

    async def all_handled() -> bool:
        row = database.execute("select count(*) as n from pgmq.q_payments").fetchone()
        return row is not None and row["n"] == 0

    with stack.worker("payments", "sweeps"):
        await asyncio.sleep(2)
        await until(all_handled, "what was delivered is handled", seconds=60)
        came = sum(row["status"] == "paid" for row in database.execute(STATE, [orders]).fetchall())
        database.execute(
            "update public.payment_attempts as a set created_at = now() - interval '11 minutes'"
            " from public.payments as p where p.id = a.payment_id and p.order_id = any(%s::uuid[])",
            [orders],
        )
        database.execute("select private.enqueue('sweeps', '{}')")
        await until(all_paid, "the sweeper has found the others", seconds=60)
    assert database.execute(STATE, [orders]).fetchall() == [ONCE] * buyers
    assert came < buyers, "some were to be lost"
