"""No-op jobs: our runtime through the gateway, against pgqueuer on the same Postgres.

The peer talks to Postgres directly (asyncpg), as its users run it; ours needs only the project's
URL and a key. Both have the jobs queued beforehand and are timed until the queue is empty.
"""

from __future__ import annotations

import asyncio
import os
import time
from typing import Any

import asyncpg
from pgqueuer import PgQueuer, Queries
from pgqueuer.db import AsyncpgDriver
from pgqueuer.models import Job
from pgqueuer.types import QueueExecutionMode

from bench.stack import Target, console, row
from preau.handlers import Context, Handler
from preau.log import configure
from preau.messages import Message
from preau.settings import Settings
from preau.worker import run as work

QUEUE = "bench_noop"


class _Nothing(Message):
    """A payload with one number."""

    n: int


async def run(target: Target, small: bool) -> None:
    """Queue `count` jobs on each side, in turn, three rounds; the medians are compared."""
    count = 5_000 if small else 50_000
    rounds: list[tuple[float, float]] = []
    for turn in range(3):
        console.print(f"  … round {turn + 1} of 3, {count:,} jobs on each side", style="dim")
        rounds.append((await _ours(target, count), await _peer(target, count)))
    ours, peer = (sorted(side)[1] for side in zip(*rounds, strict=True))
    row(
        f"no-op jobs, one process, {count:,} jobs",
        f"{ours:,.0f} jobs/s",
        f"{peer:,.0f} jobs/s pgqueuer 1.6",
        ours / peer,
    )


async def _ours(target: Target, count: int) -> float:
    database = await asyncpg.connect(target.database)
    try:
        await _drop_queue(database)
        await database.execute("select private.create_queue($1, 'Benchmark')", QUEUE)
        await database.execute(
            "select pgmq.send_batch($1, (select array_agg(jsonb_build_object('n', n))"
            " from generate_series(1, $2::integer) as n))",
            QUEUE,
            count,
        )
        done, stop = 0, asyncio.Event()

        async def nothing(_: _Nothing, __: Context) -> None:
            nonlocal done
            done += 1
            if done == count:
                stop.set()

        os.environ.update(target.environment | {"LOG_LEVEL": "warning"})
        settings = Settings()
        configure(settings)
        started = time.perf_counter()
        await work([Handler(QUEUE, _Nothing, nothing, concurrency=500)], settings, stop)
        spent = time.perf_counter() - started
        left = await database.fetchval("select queue_length from pgmq.metrics($1)", QUEUE)
        if left:
            raise RuntimeError(f"{left} jobs were not completed.")
        return count / spent
    finally:
        await _drop_queue(database)
        await database.close()


async def _drop_queue(database: Any) -> None:
    await database.execute("delete from private.queues where name = $1", QUEUE)
    await database.execute(
        "select pgmq.drop_queue(queue_name) from pgmq.meta where queue_name = $1", QUEUE
    )


async def _peer(target: Target, count: int) -> float:
    admin = await asyncpg.connect(target.database)
    await admin.execute("drop database if exists bench_peer with (force)")
    await admin.execute("create database bench_peer")
    connection = await asyncpg.connect(target.database.rsplit("/", 1)[0] + "/bench_peer")
    try:
        driver = AsyncpgDriver(connection)
        queries = Queries(driver)
        await queries.install()
        for start in range(0, count, 5_000):
            size = min(5_000, count - start)
            await queries.enqueue(["noop"] * size, [b"1"] * size, [0] * size)
        peer = PgQueuer(driver)

        @peer.entrypoint("noop")
        async def noop(_: Job) -> None: ...

        started = time.perf_counter()
        await peer.run(batch_size=500, mode=QueueExecutionMode.drain)
        return count / (time.perf_counter() - started)
    finally:
        await connection.close()
        await admin.execute("drop database if exists bench_peer with (force)")
        await admin.close()
