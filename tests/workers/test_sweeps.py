"""The sweeps worker: a paid order whose webhook never came, as the provider shows it."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from preau.settings import Settings
from tests.support.buyers import Buyer
from tests.support.events import Desk, Purchase, open_page
from tests.support.standin import Standin
from tests.workers.rig import TestQueue, until, working
from tests.workers.test_payments import PAID, PENDING, desk, forged_session, purchase
from workers import sweeps

__all__ = ["desk", "purchase"]


async def attempt_of(desk: Desk, purchase: Purchase) -> str:
    """The attempt behind the open page."""
    row = await desk.queue.one(
        "select id::text from public.payment_attempts where provider_session_id = %s",
        purchase.session_id,
    )
    found: str = row["id"]
    return found


async def sweep(queue: TestQueue, settings: Settings, *attempts: str) -> list[str]:
    """Ask about the attempts; returns the codes of the dead letters this left."""
    for attempt in attempts:
        await queue.send({"attempt_id": attempt})

    async def is_empty() -> bool:
        return not await queue.waiting()

    async with working(queue.name, sweeps.handle, settings, message=sweeps.Message):
        await until(is_empty, "all are asked about", seconds=20)
    return [letter["code"] for letter in (await queue.dead()).values()]


async def test_a_paid_page_whose_webhook_never_came_enrols_the_learner(
    desk: Desk, purchase: Purchase, standin: Standin
) -> None:
    await standin.pay(purchase.session_id)
    attempt = await attempt_of(desk, purchase)
    assert await sweep(desk.queue, desk.settings, attempt) == []
    assert await desk.state(purchase.order["id"]) == PAID


async def test_a_late_webhook_and_two_sweeps_at_once_do_it_once(
    desk: Desk, purchase: Purchase, standin: Standin
) -> None:
    await standin.pay(purchase.session_id)
    attempt = await attempt_of(desk, purchase)
    swept, handled = await asyncio.gather(
        sweep(desk.queue, desk.settings, attempt, attempt, attempt),
        desk.event(purchase.session_id),
    )
    assert swept == []
    assert await desk.handle(handled) == []
    assert (await desk.outcome(handled))[0] == "already_fulfilled"
    assert await desk.state(purchase.order["id"]) == PAID


async def test_an_open_page_nobody_paid_stays_open(
    desk: Desk, purchase: Purchase, standin: Standin
) -> None:
    assert await sweep(desk.queue, desk.settings, await attempt_of(desk, purchase)) == []
    assert await desk.state(purchase.order["id"]) == PENDING
    assert await standin.pay(purchase.session_id) == 303


async def test_a_page_we_gave_up_is_closed(
    desk: Desk, purchase: Purchase, standin: Standin
) -> None:
    await desk.queue.db.execute(
        "update public.payment_attempts set status = 'expired' where provider_session_id = %s",
        [purchase.session_id],
    )
    assert await sweep(desk.queue, desk.settings, await attempt_of(desk, purchase)) == []
    assert await standin.pay(purchase.session_id) == 410


async def test_money_that_is_not_what_was_ordered_is_one_dead_letter(
    desk: Desk, purchase: Purchase, standin: Standin
) -> None:
    attempt = await attempt_of(desk, purchase)
    forged = await forged_session(standin, purchase, amount=100)
    await desk.queue.db.execute(
        "update public.payment_attempts set provider_session_id = %s where id = %s",
        [forged, attempt],
    )
    assert await sweep(desk.queue, desk.settings, attempt) == ["sweep_mismatch"]
    assert await sweep(desk.queue, desk.settings, attempt) == ["sweep_mismatch"]
    assert await desk.state(purchase.order["id"]) == PENDING


async def test_without_an_attempt_it_looks_which_there_are(
    desk: Desk, functions: httpx.AsyncClient, buyer: Buyer
) -> None:
    purchase = await open_page(functions, buyer)
    attempt = await attempt_of(desk, purchase)
    await desk.queue.db.execute(
        "update public.payment_attempts set created_at = now() - interval '11 minutes'"
        " where id = %s",
        [attempt],
    )
    await desk.queue.send({"due_at": "2026-11-21T08:00:00Z"})
    assert await sweep(desk.queue, desk.settings) == []
    queued = await desk.queue.all(
        "select message from pgmq.q_sweeps where message ->> 'attempt_id' = %s", attempt
    )
    assert queued == [{"message": {"attempt_id": attempt}}]


@pytest.mark.parametrize("attempt", ["00000000-0000-0000-0000-000000000000"])
async def test_an_attempt_that_is_over_is_not_asked_about(desk: Desk, attempt: str) -> None:
    assert await sweep(desk.queue, desk.settings, attempt) == []
