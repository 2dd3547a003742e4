"""A day at the provider beside our books: ten planted differences are found, and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from preau.settings import Settings
from tests.support import standin as standins
from tests.support.books import Books, Charged, open_books
from tests.support.buyers import Buyer
from tests.support.stack import Stack
from tests.workers.rig import private_queue

CLEAN = 60
HASTY = {
    "worker_lease_seconds": 30,
    "worker_poll_min_seconds": 0.01,
    "worker_poll_max_seconds": 0.05,
}


@pytest.fixture
async def books(
    stack: Stack, function_settings: Settings, buyer: Buyer, tmp_path: Path
) -> AsyncIterator[Books]:
    """An account with 60 payments, 6 refunds and 3 disputes that both sides know alike."""
    async with standins.running(tmp_path) as own, private_queue(stack.db_url) as queue:
        settings = function_settings.model_copy(update=HASTY | {"stripe_api_base": own.url})
        books = await open_books(queue, buyer.id, own, settings)
        paid = [await books.clean(1000 + number) for number in range(CLEAN)]
        for charged, payment in paid[:6]:
            await books.write_refund(payment, await books.refund(charged, 400), 400)
        for charged, payment in paid[10:13]:
            await books.write_dispute(payment, await books.dispute(charged))
        yield books


def today() -> date:
    return datetime.now(UTC).date()


def nowhere(books: Books) -> Charged:
    """A payment that the provider knows nothing of."""
    at = datetime.now(UTC)
    return Charged(f"pi_{uuid4().hex}", f"ch_{uuid4().hex}", str(uuid4()), 7000, at)


async def plant(books: Books) -> set[tuple[str, str, str]]:
    """Ten differences, each of another kind: (object, kind, the provider's id)."""
    made: dict[str, Charged] = {}
    for name in ("missing", "amount", "currency", "status", "elsewhere", "second"):
        made[name] = await books.charge(20_000)
    gone = nowhere(books)
    await books.write(gone)
    await books.write(made["amount"], amount=19_999)
    await books.write(made["currency"], currency="CHF")
    await books.write(made["status"], status="pending", intent=None)
    other = await open_books(books.queue, books.buyer, books.standin, books.settings)
    await books.write(made["elsewhere"], account=other.account)
    await books.write(made["second"])
    twice = await books.charge(20_000, attempt=made["second"].attempt)
    refunded, payment = await books.clean(5000)
    unknown_refund = await books.refund(refunded, 1000)
    other_refund = await books.refund(refunded, 2000)
    await books.write_refund(payment, other_refund, 1500)
    unknown_dispute = await books.dispute((await books.clean(6000))[0])
    return {
        ("payment", "missing_here", made["missing"].charge),
        ("payment", "missing_there", gone.intent),
        ("payment", "amount", made["amount"].charge),
        ("payment", "currency", made["currency"].charge),
        ("payment", "status", made["status"].charge),
        ("payment", "wrong_account", made["elsewhere"].charge),
        ("payment", "duplicate", twice.charge),
        ("refund", "missing_here", unknown_refund.id),
        ("refund", "amount", other_refund.id),
        ("dispute", "missing_here", unknown_dispute.id),
    }


def named(rows: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    return [(row["object"], row["kind"], row["provider_id"]) for row in rows]


async def test_ten_planted_differences_are_found_and_nothing_else(books: Books) -> None:
    clean = await books.reconcile(today())
    assert (clean["listed"], clean["differing"]) == (CLEAN + 6 + 3, 0)
    planted = await plant(books)
    assert len(planted) == 10

    first = await books.reconcile(today())
    known = await books.differences()
    assert sorted(named(known)) == sorted(planted)
    assert (first["differing"], first["appeared"], first["resolved"]) == (10, 10, 0)

    again = await books.reconcile(today())
    assert (again["differing"], again["appeared"], again["resolved"]) == (10, 0, 0)
    seen_twice = await books.differences()
    assert named(seen_twice) == named(known)
    assert [row["first_seen_at"] for row in seen_twice] == [row["first_seen_at"] for row in known]
    assert all(row["last_seen_at"] == again["finished_at"] for row in seen_twice)

    await books.queue.db.execute(
        "update public.payments set amount = 20000"
        " where provider_account_id = %s and amount = 19999",
        [books.account],
    )
    repaired = await books.reconcile(today())
    assert (repaired["differing"], repaired["appeared"], repaired["resolved"]) == (9, 0, 1)
    [resolved] = [row for row in await books.differences() if row["resolved_at"]]
    assert resolved["kind"] == "amount"
    assert resolved["object"] == "payment"
    assert resolved["resolved_at"] == repaired["finished_at"]


async def test_what_comes_back_is_a_new_difference(books: Books) -> None:
    charged = await books.charge()
    payment = await books.write(charged, amount=1)
    for amount in (1, charged.amount, 1):
        await books.queue.db.execute(
            "update public.payments set amount = %s where id = %s", [amount, payment]
        )
        await books.reconcile(today())
    assert [bool(row["resolved_at"]) for row in await books.differences()] == [True, False]


async def test_what_has_just_happened_is_left_to_its_webhook(books: Books) -> None:
    await books.charge()
    run = await books.reconcile(today(), quiet_minutes=10)
    assert (run["listed"], run["differing"]) == (0, 0)


async def test_what_was_made_on_another_day_is_asked_for_by_its_id(books: Books) -> None:
    """A debit of last week that came today is no difference, though today's list has it not."""
    week = 7 * 24 * 3600
    control = f"{books.standin.url}/_standin/clock"
    (await books.standin.http.post(control, json={"offset": -week})).raise_for_status()
    old = await books.charge()
    (await books.standin.http.post(control, json={"offset": 0})).raise_for_status()
    await books.write(replace(old, at=datetime.now(UTC)))
    run = await books.reconcile(today())
    assert (run["listed"], run["differing"]) == (CLEAN + 6 + 3 + 1, 0)


async def test_two_workers_at_once_compare_a_day_once(books: Books) -> None:
    charged = await books.charge()
    run = await books.request(today())
    await books.queue.send(*([{"reconciliation_id": run}] * 3))
    await asyncio.gather(books.reconcile(today()), books.reconcile(today()))
    assert named(await books.differences()) == [("payment", "missing_here", charged.charge)]
