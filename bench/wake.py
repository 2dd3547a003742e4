"""From enqueueing to the start of the handler, on idle queues: woken by Realtime, and polling.

The clock starts before the insert, so that its transaction counts. A busy queue is not measured
here: its next claim is under way already.
"""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass, field
from statistics import quantiles

import psycopg
from pydantic import SecretStr

from bench.stack import Target, console, row
from preau import worker
from preau.handlers import Context, Handler
from preau.log import configure
from preau.messages import Message
from preau.settings import Settings

QUEUES = 10
JOBS = 500
GAP_SECONDS = (0.4, 1.4)  # longer than a queue needs to be idle again


class Timed(Message):
    """A job that knows when it was queued, by this process's clock."""

    at: float


@dataclass
class Waits:
    """The milliseconds of each job."""

    expected: int
    found: list[float] = field(default_factory=list)
    all: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle(self, message: Timed, _context: Context) -> None:
        self.found.append((time.perf_counter() - message.at) * 1000)
        if len(self.found) == self.expected:
            self.all.set()

    def at(self, percent: int) -> float:
        """Return a percentile."""
        return quantiles(self.found, n=100)[percent - 1]


async def run(target: Target, small: bool) -> None:
    """Queue jobs at random moments, with Realtime and without it; compare the percentiles."""
    each = (JOBS // 10 if small else JOBS) // QUEUES
    woken = await _measure(target, each, wake_ups=True)
    polling = await _measure(target, each, wake_ups=False)
    for percent in (50, 99):
        ours, without = woken.at(percent), polling.at(percent)
        row(
            f"enqueue → handler start, p{percent} of {len(woken.found)}",
            f"{ours:,.1f} ms",
            f"{without:,.1f} ms without Realtime",
            ours / without,
        )


async def _measure(target: Target, each: int, *, wake_ups: bool) -> Waits:
    console.print(f"  … {'woken' if wake_ups else 'polling'}", style="dim")
    queues = [f"bench_wake_{n}" for n in range(QUEUES)]
    waits = Waits(each * QUEUES)
    settings = Settings(
        supabase_url=target.url,
        supabase_secret_key=SecretStr(target.environment["SUPABASE_SECRET_KEY"]),
        worker_wake_ups=wake_ups,
        log_level="error",
    )
    configure(settings)
    async with await psycopg.AsyncConnection.connect(target.database, autocommit=True) as db:
        await _drop(db)
        for queue in queues:
            await db.execute("select private.create_queue(%s, 'Benchmark')", [queue])
        try:
            stop = asyncio.Event()
            handlers = [Handler(queue, Timed, waits.handle) for queue in queues]
            working = asyncio.create_task(worker.run(handlers, settings, stop))
            await asyncio.sleep(3)  # until all are idle
            await asyncio.gather(*(_feed(db, queue, each) for queue in queues))
            await waits.all.wait()
            stop.set()
            await working
        finally:
            await _drop(db)
    return waits


async def _feed(db: psycopg.AsyncConnection, queue: str, count: int) -> None:
    for _ in range(count):
        await asyncio.sleep(random.uniform(*GAP_SECONDS))
        await db.execute(
            "select private.enqueue(%s, jsonb_build_object('at', %s::float))",
            [queue, time.perf_counter()],
        )


async def _drop(db: psycopg.AsyncConnection) -> None:
    await db.execute(
        "select pgmq.drop_queue(name) from private.queues where name like 'bench\\_wake\\_%'"
    )
    await db.execute("delete from private.queues where name like 'bench\\_wake\\_%'")
