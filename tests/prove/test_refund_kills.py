"""SIGKILL of a worker at each step of a refund: the money goes back once, each time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from preau.settings import Settings
from tests.prove.test_payment_kills import Workers
from tests.support.backoffice import BackOffice
from tests.support.buyers import Buyer
from tests.support.events import Desk, Purchase, open_page
from tests.support.stack import Stack
from tests.support.standin import Standin
from tests.workers.rig import private_queue
from tests.workers.test_refunds import GONE

STEPS = ("before_effect", "after_external_call", "before_commit", "after_commit")
POINTS = ["refunds.claimed", *(f"refunds.{step}" for step in STEPS), "refunds.before_settle"]
IN_CI = {"refunds.after_external_call"}
EVENTS = ["refund.created", "charge.dispute.created"]


@pytest.fixture
async def office(
    stack: Stack, function_settings: Settings, standin: Standin
) -> AsyncIterator[BackOffice]:
    async with (
        private_queue(stack.db_url, max_attempts=12) as events,
        private_queue(stack.db_url, max_attempts=12) as refunds,
    ):
        yield BackOffice(Desk(events, function_settings), refunds, standin)


@pytest.fixture
async def bought(office: BackOffice, functions: httpx.AsyncClient, buyer: Buyer) -> Purchase:
    return await office.paid(await open_page(functions, buyer))


@pytest.mark.parametrize(
    "point",
    [pytest.param(p, marks=[] if p in IN_CI else [pytest.mark.prove], id=p) for p in POINTS],
)
async def test_a_worker_killed_at_this_point_leaves_one_refund(
    office: BackOffice, stack: Stack, bought: Purchase, tmp_path: Path, point: str
) -> None:
    workers = Workers(office.queue, stack, office.standin, tmp_path / "log", "refunds")
    asked = await office.ask(bought)
    await office.queue.send({"refund_id": asked})
    await workers.crash_at(point)
    await workers.finish()
    assert len(await office.made(bought)) == 1
    assert await office.state(bought) == GONE
    assert not await office.queue.dead()


@pytest.mark.prove
async def test_killed_at_every_point_in_turn_it_leaves_one_refund(
    office: BackOffice, stack: Stack, bought: Purchase, tmp_path: Path
) -> None:
    workers = Workers(office.queue, stack, office.standin, tmp_path / "log", "refunds")
    asked = await office.ask(bought)
    await office.queue.send({"refund_id": asked})
    for point in POINTS[:-2]:
        await workers.crash_at(point)
    await workers.finish()
    assert len(await office.made(bought)) == 1
    assert await office.state(bought) == GONE


@pytest.mark.prove
@pytest.mark.parametrize("kind", EVENTS)
@pytest.mark.parametrize("step", STEPS)
async def test_a_worker_killed_while_it_settles_an_event_settles_it_once(
    office: BackOffice, stack: Stack, bought: Purchase, tmp_path: Path, kind: str, step: str
) -> None:
    workers = Workers(office.desk.queue, stack, office.standin, tmp_path / "log")
    if kind == "refund.created":
        about = (await office.by_hand(bought)).id
    else:
        await office.control(
            f"charges/{await office.charge(bought)}/dispute", {"reason": "fraudulent"}
        )
        about = await office.dispute(bought)
    event = await office.desk.event(about, kind)
    await office.desk.queue.send({"webhook_event_id": event})
    await workers.crash_at(f"payments.{step}")
    await workers.finish()
    is_refund = kind == "refund.created"
    expected = GONE if is_refund else ("disputed", "active", 1, [])
    assert await office.state(bought) == expected
    outcome = "refund_succeeded" if is_refund else "dispute_needs_response"
    assert await office.desk.outcome(event) == (outcome, None)
