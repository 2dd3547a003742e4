"""Leases and outages: who may settle a message, and what happens while nobody answers."""

from __future__ import annotations

import asyncio
import time

import structlog

from preau.handlers import Context
from preau.settings import Settings
from tests.workers.rig import Door, Ping, TestQueue, until, working


async def gone(queue: TestQueue) -> bool:
    return not await queue.waiting()


async def test_a_handler_longer_than_its_lease_runs_once(
    queue: TestQueue, settings: Settings
) -> None:
    begun = 0
    quick = settings.model_copy(update={"worker_lease_seconds": 1})

    async def handle(_message: Ping, _context: Context) -> None:
        nonlocal begun
        begun += 1
        await asyncio.sleep(2.5)

    await queue.send({"n": 1})
    async with working(queue.name, handle, quick):
        await until(lambda: gone(queue), "the long handler is done")
    assert begun == 1


async def test_a_handler_whose_lease_is_lost_is_stopped_and_settles_nothing(
    queue: TestQueue, settings: Settings
) -> None:
    started, stopped = asyncio.Event(), asyncio.Event()

    async def handle(_message: Ping, _context: Context) -> None:
        started.set()
        try:
            await asyncio.sleep(30)
        except asyncio.CancelledError:
            stopped.set()
            raise

    [msg_id] = await queue.send({"n": 1})
    with structlog.testing.capture_logs() as logs:
        async with working(queue.name, handle, settings):
            await asyncio.wait_for(started.wait(), 5)
            await queue.steal(msg_id)
            await asyncio.wait_for(stopped.wait(), 5)
    assert (await queue.waiting())[msg_id]["read_ct"] == 2
    assert [line["msg_id"] for line in logs if line["event"] == "job.lost"] == [msg_id]


async def test_a_result_whose_lease_was_lost_removes_nothing(
    queue: TestQueue, settings: Settings
) -> None:
    [msg_id] = await queue.send({"n": 1})

    async def handle(_message: Ping, _context: Context) -> None:
        await queue.steal(msg_id)

    with structlog.testing.capture_logs() as logs:
        async with working(queue.name, handle, settings):
            await until(lambda: _logged(logs, "job.lost"), "the loss is noticed")
    assert (await queue.waiting())[msg_id]["read_ct"] == 2


async def _logged(logs: list[structlog.typing.EventDict], event: str) -> bool:
    return any(line["event"] == event for line in logs)


async def test_a_handler_may_extend_its_own_lease(queue: TestQueue, settings: Settings) -> None:
    [msg_id] = await queue.send({"n": 1})
    before = after = 0.0

    async def handle(_message: Ping, context: Context) -> None:
        nonlocal before, after
        await asyncio.sleep(0.3)
        before = (await queue.waiting())[msg_id]["hidden_for"]
        await context.extend()
        after = (await queue.waiting())[msg_id]["hidden_for"]

    slow = settings.model_copy(update={"worker_lease_seconds": 20})
    async with working(queue.name, handle, slow):
        await until(lambda: gone(queue), "the message is done")
    assert after > before + 0.2


async def test_a_worker_that_was_held_up_past_its_lease_stops_before_the_effect(
    queue: TestQueue, settings: Settings
) -> None:
    effects = tries = 0

    async def handle(_message: Ping, context: Context) -> None:
        nonlocal effects, tries
        tries += 1
        context.ensure_lease()
        if tries == 1:
            time.sleep(1.2)  # noqa: ASYNC251 - the whole process stands still
        context.ensure_lease()
        effects += 1

    await queue.send({"n": 1})
    quick = settings.model_copy(update={"worker_lease_seconds": 1})
    async with working(queue.name, handle, quick):
        await until(lambda: gone(queue), "the second try is done")
    assert (tries, effects) == (2, 1)


async def test_a_renewed_lease_counts_from_its_renewal(
    queue: TestQueue, settings: Settings
) -> None:
    tries = 0

    async def handle(_message: Ping, context: Context) -> None:
        nonlocal tries
        tries += 1
        await asyncio.sleep(1.5)
        context.ensure_lease()

    await queue.send({"n": 1})
    quick = settings.model_copy(update={"worker_lease_seconds": 1})
    async with working(queue.name, handle, quick):
        await until(lambda: gone(queue), "the job is done")
    assert tries == 1


async def test_results_outlive_an_outage_of_the_gateway(
    queue: TestQueue, settings: Settings
) -> None:
    handled: list[int] = []
    may_finish = asyncio.Event()

    async def handle(message: Ping, _context: Context) -> None:
        await may_finish.wait()
        handled.append(message.n)

    await queue.send(*({"n": n} for n in range(5)))
    patient = settings.model_copy(update={"worker_lease_seconds": 30})
    with structlog.testing.capture_logs() as logs:
        async with Door(str(settings.supabase_url)) as door:
            behind = patient.model_copy(update={"supabase_url": door.url})
            async with working(queue.name, handle, behind):
                await until(lambda: _all_claimed(queue), "all are claimed")
                await door.shut()
                may_finish.set()
                await asyncio.sleep(1.0)
                assert len(await queue.waiting()) == 5
                await door.open()
                await until(lambda: gone(queue), "the results have arrived")
    assert sorted(handled) == [0, 1, 2, 3, 4]
    states = [line["event"] for line in logs if line["event"].startswith("gateway.")]
    assert states == ["gateway.down", "gateway.up"]


async def _all_claimed(queue: TestQueue) -> bool:
    return all(message["read_ct"] == 1 for message in (await queue.waiting()).values())


async def test_a_worker_that_starts_before_the_gateway_waits_for_it(
    queue: TestQueue, settings: Settings
) -> None:
    handled = asyncio.Event()

    async def handle(_message: Ping, _context: Context) -> None:
        handled.set()

    await queue.send({"n": 1})
    async with Door(str(settings.supabase_url)) as door:
        await door.shut()
        behind = settings.model_copy(update={"supabase_url": door.url})
        async with working(queue.name, handle, behind):
            await asyncio.sleep(0.5)
            await door.open()
            await asyncio.wait_for(handled.wait(), 10)
            await until(lambda: gone(queue), "the message is settled")


async def test_a_stop_lets_running_handlers_finish_and_claims_no_more(
    queue: TestQueue, settings: Settings
) -> None:
    started, finished = asyncio.Event(), 0

    async def handle(_message: Ping, _context: Context) -> None:
        nonlocal finished
        started.set()
        await asyncio.sleep(0.5)
        finished += 1

    await queue.send(*({"n": n} for n in range(6)))
    async with working(queue.name, handle, settings, concurrency=2) as stop:
        await asyncio.wait_for(started.wait(), 5)
        stop.set()
    assert finished == 2
    assert [m["read_ct"] for m in (await queue.waiting()).values()] == [0, 0, 0, 0]


async def test_what_the_drain_does_not_finish_is_left_to_its_lease(
    queue: TestQueue, settings: Settings
) -> None:
    started = asyncio.Event()

    async def handle(_message: Ping, _context: Context) -> None:
        started.set()
        await asyncio.sleep(60)

    [msg_id] = await queue.send({"n": 1})
    hasty = settings.model_copy(update={"worker_drain_seconds": 0.2})
    async with working(queue.name, handle, hasty):
        await asyncio.wait_for(started.wait(), 5)
    assert (await queue.waiting())[msg_id]["read_ct"] == 1
    assert not await queue.dead()
