"""An idle worker asks to be woken, in the call it makes anyway; a nudge makes it look at once."""

from __future__ import annotations

import asyncio

import pytest

from preau.client import ServiceClient
from preau.consumer import Consumer, Resources
from preau.handlers import Context, Handler
from preau.jobs import Queue
from preau.settings import Settings
from tests.workers.rig import Ping, TestQueue, until, working


async def nothing(_message: Ping, _context: Context) -> None:
    """Do nothing."""


async def waits(queue: TestQueue) -> int:
    rows = await queue.all("select from private.worker_waiting where queue = %s", queue.name)
    return len(rows)


async def test_an_idle_worker_registers_once(queue: TestQueue, settings: Settings) -> None:
    async def registered() -> bool:
        return await waits(queue) > 0

    async with working(queue.name, nothing, settings):
        await until(registered, "it has registered")
        await asyncio.sleep(0.3)  # several polls more
    assert await waits(queue) == 1


@pytest.mark.parametrize("wake_ups", [False, True])
async def test_it_registers_only_when_it_is_told_to(
    queue: TestQueue, settings: Settings, wake_ups: bool
) -> None:
    chosen = settings.model_copy(update={"worker_wake_ups": wake_ups})
    async with working(queue.name, nothing, chosen):
        await asyncio.sleep(0.5)
    assert bool(await waits(queue)) == wake_ups


async def test_a_nudge_makes_an_idle_worker_look_at_once(
    queue: TestQueue, settings: Settings
) -> None:
    lazy = settings.model_copy(
        update={"worker_poll_min_seconds": 60.0, "worker_poll_max_seconds": 60.0}
    )
    handled, stop = asyncio.Event(), asyncio.Event()

    async def handle(_message: Ping, _context: Context) -> None:
        handled.set()

    async with await ServiceClient.connect(lazy) as db:
        consumer = Consumer(
            Queue(db, queue.name, 60), Handler(queue.name, Ping, handle), Resources(db, lazy)
        )
        task = asyncio.create_task(consumer.run(stop))

        async def answered() -> bool:
            return consumer.answered_at is not None

        await until(answered, "it has looked once")
        await queue.send({"n": 1})
        await asyncio.sleep(0.2)
        assert not handled.is_set()
        consumer.nudge()
        await asyncio.wait_for(handled.wait(), 5)
        stop.set()
        await asyncio.wait_for(task, 10)
