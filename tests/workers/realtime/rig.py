"""Workers of one queue that Realtime wakes, with polls too rare to help."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

from preau.settings import Settings
from tests.support.realtime import RealtimeServer
from tests.workers.rig import Door, TestQueue, until

RARELY = {  # so that what is done within seconds was not found by polling
    "worker_poll_min_seconds": 30.0,
    "worker_poll_max_seconds": 30.0,
    "worker_poll_woken_seconds": 60.0,
}


@dataclass(frozen=True)
class Alarm:
    """A gateway with Realtime behind it, doors before both, and settings for who relies on it."""

    server: RealtimeServer
    door: Door
    settings: Settings


@contextlib.asynccontextmanager
async def alarm(server: RealtimeServer, settings: Settings) -> AsyncIterator[Alarm]:
    """Give a gateway whose Realtime is reached through the server's own door."""
    async with Door(settings.require_url(), server.url) as door:
        changed = settings.model_copy(update={"supabase_url": door.url} | RARELY)
        yield Alarm(server, door, changed)


async def waits(queue: TestQueue) -> int:
    """How many rows say that idle workers of the queue want to be woken."""
    rows = await queue.all("select from private.worker_waiting where queue = %s", queue.name)
    return len(rows)


async def enqueue(queue: TestQueue, count: int = 1) -> None:
    """Queue jobs as the database does."""
    await queue.all(
        "select private.enqueue(%s, jsonb_build_object('n', n)) from generate_series(1, %s) as n",
        queue.name,
        count,
    )


async def broadcasts(queue: TestQueue) -> int:
    """How many wake-ups were sent so far, those of `asleep` included."""
    rows = await queue.all("select from realtime.messages where topic = %s", f"jobs:{queue.name}")
    return len(rows)


async def asleep(queue: TestQueue, server: RealtimeServer) -> None:
    """Wait until a worker of the queue listens, and has registered anew.

    It does so when it finds nothing for the second time; nudged, it need not be waited for.
    """

    async def registered() -> bool:
        await server.broadcast(f"jobs:{queue.name}", "wake")
        return bool(await waits(queue))

    await queue.db.execute("delete from private.worker_waiting where queue = %s", [queue.name])
    await until(registered, "a worker sleeps", 30.0)
    await asyncio.sleep(0.3)  # for the nudges that are under way
