"""Workers of one queue that Realtime wakes, with polls too rare to help."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

from preau.settings import Settings
from tests.support.realtime import RealtimeStandIn
from tests.workers.rig import Door, TestQueue, until

RARELY = {  # so that what is done within seconds was not found by polling
    "worker_poll_min_seconds": 30.0,
    "worker_poll_max_seconds": 30.0,
    "worker_poll_woken_seconds": 60.0,
}


@dataclass(frozen=True)
class Alarm:
    """A gateway with Realtime behind it, and settings for workers that rely on it."""

    server: RealtimeStandIn
    door: Door
    settings: Settings


@contextlib.asynccontextmanager
async def alarm(settings: Settings) -> AsyncIterator[Alarm]:
    """Give a gateway with Realtime behind it."""
    async with RealtimeStandIn() as server, Door(settings.require_url(), server.url) as door:
        changed = settings.model_copy(update={"supabase_url": door.url} | RARELY)
        yield Alarm(server, door, changed)


async def waits(queue: TestQueue) -> int:
    """How many rows say that idle workers of the queue want to be woken."""
    rows = await queue.all("select from private.worker_waiting where queue = %s", queue.name)
    return len(rows)


async def enqueue(queue: TestQueue, server: RealtimeStandIn, count: int = 1) -> None:
    """Queue jobs as the database does, and deliver the broadcasts that this sent."""
    before = await _broadcasts(queue)
    await queue.all(
        "select private.enqueue(%s, jsonb_build_object('n', n)) from generate_series(1, %s) as n",
        queue.name,
        count,
    )
    for _ in range(await _broadcasts(queue) - before):
        await server.broadcast(f"jobs:{queue.name}", "wake")


async def _broadcasts(queue: TestQueue) -> int:
    rows = await queue.all("select from realtime.messages where topic = %s", f"jobs:{queue.name}")
    return len(rows)


async def asleep(queue: TestQueue, server: RealtimeStandIn, workers: int = 1) -> None:
    """Wait until the workers of the queue listen, and have registered.

    Each registers when it finds nothing for the second time; nudged, it need not be waited for.
    """
    topic = f"jobs:{queue.name}"

    async def registered() -> bool:
        if server.members(topic) == workers:
            await server.broadcast(topic, "wake")
        return bool(await waits(queue))

    await until(registered, "the workers sleep")
    await asyncio.sleep(0.2)  # for the answers that are under way
