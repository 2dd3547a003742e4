"""A nudge makes an idle worker look at once; who would not hear one does not ask for it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence

import pytest
from pydantic import SecretStr

from preau.client import ServiceClient
from preau.consumer import Consumer, Resources
from preau.errors import RetryableError
from preau.handlers import Context, Handler
from preau.jobs import Job, Lease, Queue, Result, Settled
from preau.settings import Settings
from tests.support.contexts import unheard
from tests.workers.rig import Handle, Ping, until


class SlowQueue(Queue):
    """An empty queue that answers when the test lets it."""

    def __init__(self, db: ServiceClient) -> None:
        super().__init__(db, "slow", 60)
        self.idle: list[bool] = []  # whether each call asked to be woken
        self.may_answer = asyncio.Semaphore(0)
        self.answers = 0
        self.results: list[Result] = []
        self.jobs: list[Job] = []
        self.due_in: float | None = None  # what an idle worker is told

    async def settle(self, results: Sequence[Result], claim: int, *, idle: bool = False) -> Settled:
        self.idle.append(idle)
        self.results += results
        await self.may_answer.acquire()
        self.answers += 1
        jobs, self.jobs = tuple(self.jobs), []
        due_in = self.due_in if idle and not jobs else None
        return Settled(frozenset(), frozenset(), jobs, due_in=due_in)

    async def calls(self, count: int) -> None:
        """Wait until so many calls were made."""

        async def made() -> bool:
            return len(self.idle) >= count

        await until(made, f"{count} calls are made")


@contextlib.asynccontextmanager
async def consuming(
    settings: Settings, handle: Handle | None = None
) -> AsyncIterator[tuple[Consumer, SlowQueue]]:
    stop = asyncio.Event()
    async with await ServiceClient.connect(settings) as db:
        queue = SlowQueue(db)
        shared = Resources(db, settings, unheard())
        consumer = Consumer(queue, Handler("slow", Ping, handle or nothing), shared)
        task = asyncio.create_task(consumer.run(stop))
        yield consumer, queue
        stop.set()
        queue.may_answer.release()
        await asyncio.wait_for(task, 10)


async def nothing(_message: Ping, _context: Context) -> None:
    """Do nothing."""


@pytest.fixture
def offline() -> Settings:
    """Settings of a worker that polls once a minute, of a project that nobody asks anything."""
    return Settings(
        supabase_url="http://127.0.0.1:9",
        supabase_secret_key=SecretStr("sb_secret_x"),
        worker_poll_min_seconds=60,
        worker_poll_max_seconds=60,
    )


async def test_a_nudge_makes_a_sleeping_worker_look_at_once(offline: Settings) -> None:
    async with consuming(offline) as (consumer, queue):
        queue.may_answer.release()
        await queue.calls(1)
        await asyncio.sleep(0.1)
        assert len(queue.idle) == 1
        consumer.nudge()
        await queue.calls(2)


async def test_a_nudge_that_overtakes_the_empty_answer_is_not_lost(offline: Settings) -> None:
    async with consuming(offline) as (consumer, queue):
        await queue.calls(1)
        consumer.nudge()  # enqueued after that look, announced before its answer is here
        queue.may_answer.release()
        await queue.calls(2)


async def test_a_worker_that_no_broadcast_reaches_does_not_ask_for_one(offline: Settings) -> None:
    async with consuming(offline) as (consumer, queue):
        for count in range(1, 4):
            await queue.calls(count)
            queue.may_answer.release()
            consumer.nudge()
    assert not any(queue.idle)


async def test_a_worker_that_is_reached_asks_when_it_found_nothing_before(
    offline: Settings,
) -> None:
    async with consuming(offline) as (consumer, queue):
        consumer.rely_on_waking(True)
        for count in range(1, 4):
            await queue.calls(count)
            queue.may_answer.release()
            consumer.nudge()
    assert queue.idle[:3] == [False, True, True]


@pytest.mark.parametrize("woken", [False, True])
async def test_a_worker_that_is_reached_again_or_no_more_looks_at_once(
    offline: Settings, woken: bool
) -> None:
    async with consuming(offline) as (consumer, queue):
        consumer.rely_on_waking(not woken)
        for _ in range(3):
            queue.may_answer.release()
        await asyncio.sleep(0.2)
        before = len(queue.idle)
        consumer.rely_on_waking(woken)
        await queue.calls(before + 1)


def hurried(settings: Settings) -> Settings:
    return settings.model_copy(
        update={"worker_poll_min_seconds": 0.01, "worker_poll_max_seconds": 0.02}
    )


async def polls(queue: SlowQueue) -> int:
    """How often the queue is looked into within half a second."""
    before = len(queue.idle)
    for _ in range(1000):
        queue.may_answer.release()
    await asyncio.sleep(0.5)
    return len(queue.idle) - before


@pytest.mark.parametrize("woken", [False, True])
async def test_a_worker_that_is_reached_sleeps_longer(offline: Settings, woken: bool) -> None:
    async with consuming(hurried(offline)) as (consumer, queue):
        consumer.rely_on_waking(woken)
        assert (await polls(queue) < 12) == woken


async def test_a_job_that_nobody_announced_ends_the_long_sleep_until_one_is_announced(
    offline: Settings,
) -> None:
    async with consuming(hurried(offline)) as (consumer, queue):
        consumer.rely_on_waking(True)
        await polls(queue)
        queue.jobs = [Job(Lease(1, 1), "2026-01-01T00:00:00Z", {"n": 1})]
        await until(lambda: taken(queue), "a poll has found the job")
        assert await polls(queue) > 12
        consumer.nudge()
        await polls(queue)
        assert await polls(queue) < 3


async def taken(queue: SlowQueue) -> bool:
    return not queue.jobs


def rested(settings: Settings, **changes: float) -> Settings:
    """Settings of a worker that looks twice and then, while it is reached, once in a minute."""
    return settings.model_copy(
        update={"worker_poll_min_seconds": 0.05, "worker_poll_woken_seconds": 60.0, **changes}
    )


@contextlib.asynccontextmanager
async def told(settings: Settings, due_in: float | None) -> AsyncIterator[tuple[float, SlowQueue]]:
    """A worker that is told so when it is idle for the first time; yields when that was."""
    async with consuming(settings) as (consumer, queue):
        consumer.rely_on_waking(True)
        queue.due_in = due_in
        queue.may_answer.release()
        await queue.calls(2)
        assert queue.idle == [False, True]
        began = asyncio.get_running_loop().time()
        queue.may_answer.release()
        await until(lambda: answered(queue, 2), "it is told")
        queue.due_in = None
        yield began, queue


async def answered(queue: SlowQueue, count: int) -> bool:
    return queue.answers >= count


async def test_what_becomes_due_is_looked_for_when_it_does(offline: Settings) -> None:
    settings = rested(offline, worker_poll_min_seconds=1.0)
    async with told(settings, 1.5) as (began, queue):
        await queue.calls(3)
        assert asyncio.get_running_loop().time() - began >= 1.4  # and the usual wait is two seconds
        assert asyncio.get_running_loop().time() - began < 1.9


async def test_what_is_due_at_once_is_not_asked_for_without_a_pause(offline: Settings) -> None:
    async with told(rested(offline, worker_poll_min_seconds=1.0), 0.0) as (_, queue):
        queue.due_in = 0.0
        assert 1 <= await polls(queue) <= 10


async def test_a_job_that_became_due_is_no_sign_of_lost_broadcasts(offline: Settings) -> None:
    settings = rested(offline, worker_poll_min_seconds=1.0, worker_poll_max_seconds=0.02)
    async with told(settings, 0.3) as (_, queue):
        queue.jobs = [Job(Lease(1, 1), "2026-01-01T00:00:00Z", {"n": 1})]
        queue.may_answer.release()
        await until(lambda: taken(queue), "it is found")
        assert await polls(queue) < 3  # and not each fiftieth of a second


async def test_what_is_reported_may_be_due_again_soon(offline: Settings) -> None:
    may_fail = asyncio.Event()

    async def fail(_message: Ping, _context: Context) -> None:
        await may_fail.wait()
        raise RetryableError("busy", "Later.", retry_in=0.5)

    settings = rested(offline, worker_poll_min_seconds=0.1)
    async with consuming(settings, fail) as (consumer, queue):
        consumer.rely_on_waking(True)
        queue.jobs = [Job(Lease(1, 1), "2026-01-01T00:00:00Z", {"n": 1})]
        for _ in range(1000):
            queue.may_answer.release()
        await asyncio.sleep(1.0)  # the free hands look ever more rarely, by now after a second
        may_fail.set()
        await until(lambda: reported(queue), "it is reported")
        count = len(queue.idle)
        await asyncio.sleep(0.4)
        assert any(queue.idle[count:])  # an idle look, which is told when the retry is due


async def reported(queue: SlowQueue) -> bool:
    return bool(queue.results)
