"""SIGKILL of the payments worker at each step: one enrolment, one mail, each time.

The worker kills itself at a named point (PREAU_CRASH_AT), so each case is exact. Two of them run
with every `make test`, all with `make prove`.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from preau.settings import Settings
from tests.support.buyers import Buyer
from tests.support.events import Desk, Purchase, open_page
from tests.support.stack import Stack
from tests.support.standin import Standin
from tests.workers.rig import TestQueue, private_queue, until

POINTS = [
    "payments.claimed",
    "payments.before_effect",
    "payments.after_external_call",
    "payments.before_commit",
    "payments.after_commit",
    "payments.before_settle",
]
IN_CI = {"payments.before_effect", "payments.after_commit"}
ACTIVE = {
    "order": "paid",
    "payment": "succeeded",
    "enrollments": ["active"],
    "entitlements": 1,
    "mails": 1,
}


class Workers:
    """Starts the payments worker, or another, as a process."""

    def __init__(
        self, queue: TestQueue, stack: Stack, standin: Standin, log: Path, name: str = "payments"
    ) -> None:
        self._queue = queue
        self._name = name
        self._log = log
        self._env = (
            os.environ
            | stack.env()
            | {
                "STRIPE_API_BASE": standin.url,
                "PREAU_LOCAL_STACK": "1",
                "WORKER_LEASE_SECONDS": "1",
                "WORKER_POLL_MAX_SECONDS": "0.1",
            }
        )

    async def crash_at(self, point: str) -> None:
        """Run a worker that kills itself at this point, and wait until it has."""
        if point.endswith((".claimed", ".before_settle")):  # the runtime's, named by its queue
            point = f"{self._queue.name}.{point.split('.')[1]}"
        process = await self._start({"PREAU_CRASH_AT": point})
        assert await asyncio.wait_for(process.wait(), 20) == -signal.SIGKILL

    async def finish(self) -> None:
        """Run a worker until the queue is empty; it drains and ends well."""
        process = await self._start({})
        await until(self._is_empty, "the next worker has finished the job", seconds=20)
        process.terminate()
        assert await asyncio.wait_for(process.wait(), 20) == 0

    async def _start(self, env: dict[str, str]) -> asyncio.subprocess.Process:
        command = ["-m", "tests.prove.payments_process", self._queue.name, self._name]
        with self._log.open("ab") as log:
            return await asyncio.create_subprocess_exec(
                sys.executable, *command, env=self._env | env, stdout=log, stderr=log
            )

    async def _is_empty(self) -> bool:
        return not await self._queue.waiting()


@pytest.fixture
async def desk(stack: Stack, function_settings: Settings) -> AsyncIterator[Desk]:
    async with private_queue(stack.db_url, max_attempts=12) as queue:
        yield Desk(queue, function_settings)


@pytest.fixture
def workers(desk: Desk, stack: Stack, standin: Standin, tmp_path: Path) -> Workers:
    return Workers(desk.queue, stack, standin, tmp_path / "workers.log")


@pytest.fixture
async def purchase(
    functions: httpx.AsyncClient, buyer: Buyer, desk: Desk, standin: Standin
) -> Purchase:
    """A paid page whose event waits in the queue."""
    purchase = await open_page(functions, buyer)
    assert await standin.pay(purchase.session_id) == 303
    event = await desk.event(purchase.session_id)
    await desk.queue.send({"webhook_event_id": event})
    return purchase


@pytest.mark.parametrize(
    "point",
    [pytest.param(p, marks=[] if p in IN_CI else [pytest.mark.prove], id=p) for p in POINTS],
)
async def test_a_worker_killed_at_this_point_leaves_one_enrolment_and_one_mail(
    desk: Desk, workers: Workers, purchase: Purchase, point: str
) -> None:
    await workers.crash_at(point)
    await workers.finish()
    assert await desk.state(purchase.order["id"]) == ACTIVE
    assert not await desk.queue.dead()


@pytest.mark.prove
async def test_workers_killed_at_every_point_in_turn_leave_one_enrolment_and_one_mail(
    stack: Stack,
    outside: httpx.AsyncClient,
    desk: Desk,
    workers: Workers,
    purchase: Purchase,
    buyer: Buyer,
) -> None:
    for point in POINTS:
        await workers.crash_at(point)
    await workers.finish()
    assert await desk.state(purchase.order["id"]) == ACTIVE

    async def mails() -> list[str]:
        answer = await outside.get(f"{stack.inbox_url}/api/messages", params={"to": buyer.email})
        return sorted(mail["subject"] for mail in answer.json()["messages"])

    async def all_there() -> bool:
        return len(await mails()) >= 4

    with stack.worker("emails"):
        await until(all_there, "the mails have arrived", seconds=20)
        await asyncio.sleep(1.0)
    found = await mails()
    assert len(found) == len(set(found)) == 4, found
