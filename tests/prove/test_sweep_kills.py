"""SIGKILL of the sweeper at each step, and of the payments worker over a form's payment."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.functions.test_payment_intents import ask, confirm
from tests.prove.test_payment_kills import ACTIVE, POINTS, Workers, desk
from tests.support.buyers import Buyer
from tests.support.events import Desk, open_page
from tests.support.stack import Stack
from tests.support.standin import Standin

__all__ = ["desk"]

STEPS = [point.split(".")[1] for point in POINTS]
IN_CI = {"before_commit"}


def steps() -> list[Any]:
    return [pytest.param(s, marks=[] if s in IN_CI else [pytest.mark.prove], id=s) for s in STEPS]


@pytest.mark.parametrize("step", steps())
async def test_a_sweeper_killed_at_this_point_finds_the_payment_once(
    desk: Desk,
    stack: Stack,
    standin: Standin,
    functions: httpx.AsyncClient,
    buyer: Buyer,
    tmp_path: Path,
    step: str,
) -> None:
    purchase = await open_page(functions, buyer)
    assert await standin.pay(purchase.session_id) == 303
    attempt = await desk.queue.one(
        "select id::text from public.payment_attempts where provider_session_id = %s",
        purchase.session_id,
    )
    await desk.queue.send({"attempt_id": attempt["id"]})
    workers = Workers(desk.queue, stack, standin, tmp_path / "workers.log", "sweeps")
    await workers.crash_at(f"sweeps.{step}")
    await workers.finish()
    assert await desk.state(purchase.order["id"]) == ACTIVE
    assert not await desk.queue.dead()


@pytest.mark.parametrize("step", steps())
async def test_a_worker_killed_over_a_forms_payment_enrols_once(
    desk: Desk,
    stack: Stack,
    standin: Standin,
    functions: httpx.AsyncClient,
    buyer: Buyer,
    tmp_path: Path,
    step: str,
) -> None:
    order = await buyer.order()
    form = (await ask(functions, buyer, order["id"])).json()
    assert await confirm(standin, form) == "succeeded"
    event = await desk.event(form["payment_intent_id"], "payment_intent.succeeded")
    await desk.queue.send({"webhook_event_id": event})
    workers = Workers(desk.queue, stack, standin, tmp_path / "workers.log")
    await workers.crash_at(f"payments.{step}")
    await workers.finish()
    assert await desk.state(order["id"]) == ACTIVE
    assert not await desk.queue.dead()
