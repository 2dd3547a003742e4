"""An idle worker sleeps until a broadcast wakes it; without Realtime it polls as ever."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator
from functools import partial

import pytest

from preau.handlers import Context
from preau.local.process import ProcessId
from preau.settings import Settings
from tests.support.realtime import RealtimeServer
from tests.support.stack import Stack
from tests.workers.realtime.ear import soon
from tests.workers.realtime.rig import Alarm, alarm, asleep, broadcasts, enqueue, waits
from tests.workers.rig import Ping, TestQueue, until, working

SOON = 5.0  # seconds: polls of sleepers are twenty apart at least
OFTEN = {"worker_poll_min_seconds": 0.05, "worker_poll_max_seconds": 0.2}


class Heard:
    """A handler that remembers what it was given."""

    def __init__(self) -> None:
        self.numbers: list[int] = []

    async def handle(self, message: Ping, _context: Context) -> None:
        self.numbers.append(message.n)

    def reached(self, count: int) -> bool:
        return len(self.numbers) == count


@pytest.fixture
async def bell(server: RealtimeServer, settings: Settings) -> AsyncIterator[Alarm]:
    async with alarm(server, settings) as made:
        yield made


async def test_a_sleeping_worker_is_woken_within_moments(queue: TestQueue, bell: Alarm) -> None:
    heard = Heard()
    async with working(queue.name, heard.handle, bell.settings):
        for n in range(1, 4):
            await asleep(queue, bell.server)
            await enqueue(queue)
            await soon(partial(heard.reached, n), "it is handled", SOON)


async def test_a_sleeping_worker_does_what_becomes_due_by_itself(
    queue: TestQueue, bell: Alarm
) -> None:
    await queue.all("select private.enqueue(%s, '{\"n\": 1}', null, 4)", queue.name)
    heard = Heard()
    async with working(queue.name, heard.handle, bell.settings):
        await asleep(queue, bell.server)
        assert not heard.numbers
        await soon(partial(heard.reached, 1), "it is handled", SOON)


async def test_jobs_go_on_while_realtime_is_down_from_the_start(
    queue: TestQueue, bell: Alarm
) -> None:
    await bell.server.door.shut()
    heard = Heard()
    async with working(queue.name, heard.handle, bell.settings.model_copy(update=OFTEN)):
        await asyncio.sleep(0.5)
        assert not await waits(queue)
        await queue.send({"n": 1})
        await soon(lambda: heard.reached(1), "it is handled", SOON)
        await bell.server.door.open()
        await asleep(queue, bell.server)


async def test_realtime_killed_and_back_costs_a_sleeper_nothing(
    queue: TestQueue, bell: Alarm
) -> None:
    heard = Heard()
    async with working(queue.name, heard.handle, bell.settings):
        await asleep(queue, bell.server)
        await queue.send({"n": 1})  # as if its broadcast went down with the server
        await bell.server.door.shut()
        await soon(lambda: heard.reached(1), "it is found when the cut is seen", SOON)
        await bell.server.door.open()
        await asleep(queue, bell.server)
        await enqueue(queue)
        await soon(lambda: heard.reached(2), "it is woken", SOON)


async def test_a_gateway_that_was_cut_is_gone_back_to(queue: TestQueue, bell: Alarm) -> None:
    heard = Heard()
    async with working(queue.name, heard.handle, bell.settings):
        await asleep(queue, bell.server)
        await bell.door.shut()
        await queue.send({"n": 1})
        await bell.door.open()
        await soon(lambda: heard.reached(1), "it is handled")
        await asleep(queue, bell.server)
        await enqueue(queue)
        await soon(lambda: heard.reached(2), "it is woken", SOON)


async def test_one_broadcast_wakes_twenty_workers(queue: TestQueue, bell: Alarm) -> None:
    together = asyncio.Barrier(20)

    async def meet(_message: Ping, _context: Context) -> None:
        await together.wait()

    async def gone() -> bool:
        return not await queue.waiting()

    async def all_listen() -> bool:
        return await bell.server.count("channels") == before + 20

    before = await bell.server.count("channels")
    async with contextlib.AsyncExitStack() as workers:
        for _ in range(20):
            worker = working(queue.name, meet, bell.settings, concurrency=1)
            await workers.enter_async_context(worker)
        await until(all_listen, "all listen")
        await asleep(queue, bell.server)
        assert await waits(queue)
        sent = await broadcasts(queue)
        await enqueue(queue, 20)
        await until(gone, "each has had one")
        assert await broadcasts(queue) == sent + 1


async def test_a_drained_worker_has_left(queue: TestQueue, bell: Alarm) -> None:
    before, tasks = await bell.server.count("connections"), asyncio.all_tasks()

    async def left() -> bool:
        return await bell.server.count("connections") <= before

    async with working(queue.name, Heard().handle, bell.settings):
        await asleep(queue, bell.server)
        assert await bell.server.count("connections") == before + 1
    await until(left, "the server has seen it")
    await soon(lambda: not asyncio.all_tasks() - tasks, "no task is left")


async def test_a_server_that_was_killed_is_gone_back_to(
    queue: TestQueue, bell: Alarm, stack: Stack
) -> None:
    heard = Heard()

    def process() -> ProcessId | None:
        return stack.state().pieces["realtime"].process

    async with working(queue.name, heard.handle, bell.settings):
        await asleep(queue, bell.server)
        killed = process()
        assert killed is not None
        await queue.send({"n": 1})
        killed.send(signal.SIGKILL)
        await soon(lambda: heard.reached(1), "it is found when the cut is seen", SOON)
        await soon(lambda: process() not in {killed, None}, "the server is back", 30.0)
        await asleep(queue, bell.server)
        await enqueue(queue)
        await soon(lambda: heard.reached(2), "it is woken", SOON)
