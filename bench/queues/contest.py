"""Each measured queue: how its jobs are queued beforehand, and how its workers are run."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import psycopg
from pgqueuer import Queries
from pgqueuer.db import AsyncpgDriver
from procrastinate.types import JSONValue

from bench.queues.procrastinate_app import Noop
from bench.stack import Target
from preau.local.programs import locate

QUEUE = "bench_noop"
PEERS = "bench_peers"
CHUNK = 5_000


@dataclass(frozen=True)
class Contestant:
    """A queue. `fill` queues `count` jobs of `size` bytes, beside `delayed` that are not due."""

    name: str
    command: tuple[str, ...]
    fill: Callable[[Target, int, int], Awaitable[None]]
    direct: bool = True  # its worker talks to Postgres itself, in a database of the peers


@dataclass(frozen=True)
class Outcome:
    """What the workers of one round said."""

    rate: float
    rss_mb: float
    early_rss_mb: float


async def fill_ours(target: Target, count: int, size: int, delayed: int = 0) -> None:
    """Queue jobs as a migration and a trigger would, in a queue of their own."""
    async with await psycopg.AsyncConnection.connect(target.database, autocommit=True) as db:
        await drop_ours(db)
        await db.execute("select private.create_queue(%s, 'Benchmark')", [QUEUE])
        if delayed:
            await db.execute(
                "select private.enqueue(%s, jsonb_build_object('n', n), delay_seconds => 7200)"
                " from generate_series(1, %s) as n",
                [QUEUE, delayed],
            )
        await db.execute(
            "select pgmq.send_batch(%s, (select array_agg(jsonb_build_object('n', n,"
            " 'pad', repeat('x', %s))) from generate_series(1, %s) as n))",
            [QUEUE, size, count],
        )
        await db.execute(f"vacuum analyze pgmq.q_{QUEUE}")


async def drop_ours(db: psycopg.AsyncConnection[Any]) -> None:
    """Remove the queue and all that belongs to it."""
    await db.execute("delete from private.dead_letters where queue = %s", [QUEUE])
    delayed = await db.execute("select to_regclass('private.delayed_jobs') is not null")
    if (await delayed.fetchone() or (False,))[0]:
        await db.execute("delete from private.delayed_jobs where queue = %s", [QUEUE])
    await db.execute("delete from private.queues where name = %s", [QUEUE])
    await db.execute(
        "select pgmq.drop_queue(queue_name) from pgmq.meta where queue_name = %s", [QUEUE]
    )


async def fill_bare(target: Target, count: int, size: int) -> None:
    """Queue the very same jobs."""
    await fill_ours(target, count, size)


async def fill_pgqueuer(target: Target, count: int, size: int) -> None:
    """Install pgqueuer afresh and queue."""
    await _fresh(target)
    connection = await asyncpg.connect(peers(target))
    queries = Queries(AsyncpgDriver(connection))
    await queries.install()
    for start in range(0, count, CHUNK):
        some = min(CHUNK, count - start)
        payload = json.dumps({"n": 1, "pad": "x" * size}).encode()
        await queries.enqueue(["noop"] * some, [payload] * some, [0] * some)
    await connection.close()


async def fill_procrastinate(target: Target, count: int, size: int) -> None:
    """Install procrastinate afresh and queue."""
    await _fresh(target)
    noop = Noop(peers(target))
    async with noop.app.open_async():
        await noop.app.schema_manager.apply_schema_async()
        for start in range(0, count, CHUNK):
            some = range(start, min(start + CHUNK, count))
            jobs: list[dict[str, JSONValue]] = [{"n": n, "pad": "x" * size} for n in some]
            await noop.task.batch_defer_async(*jobs)


async def fill_graphile(target: Target, count: int, size: int) -> None:
    """Install graphile-worker afresh and queue."""
    await _fresh(target)
    env = os.environ | {"BENCH_DATABASE": peers(target)}
    installed = await asyncio.create_subprocess_exec(*_node("install"), env=env)
    if await installed.wait():
        raise RuntimeError("graphile-worker could not be installed.")
    async with await psycopg.AsyncConnection.connect(peers(target), autocommit=True) as db:
        await db.execute(
            "select graphile_worker.add_job('noop', json_build_object('n', n, 'pad',"
            " repeat('x', %s))) from generate_series(1, %s) as n",
            [size, count],
        )


async def race(contestant: Contestant, target: Target, count: int, processes: int = 1) -> Outcome:
    """Run the workers until the jobs are done; raises RuntimeError if some are not."""
    env = os.environ | target.environment
    env |= {"BENCH_COUNT": str(count), "LOG_LEVEL": "warning"}
    env["BENCH_DATABASE"] = peers(target) if contestant.direct else target.database
    pipe = asyncio.subprocess.PIPE
    workers = [
        await asyncio.create_subprocess_exec(*contestant.command, env=env, stdin=pipe, stdout=pipe)
        for _ in range(processes)
    ]
    for worker in workers:
        assert worker.stdout is not None
        if (await worker.stdout.readline()).strip() != b"ready":
            raise RuntimeError(f"{contestant.name} did not start.")
    started = time.monotonic()
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write(b"go\n")
    answers = [await worker.communicate() for worker in workers]
    facts = [json.loads(out.splitlines()[-1]) for out, _ in answers]
    done = sum(fact["done"] for fact in facts)
    if done != count:
        raise RuntimeError(f"{contestant.name} did {done} of {count} jobs.")
    rss, early = (max(f.get(k, 0) for f in facts) for k in ("rss_mb", "early_rss_mb"))
    return Outcome(count / (max(fact["last"] for fact in facts) - started), rss, early)


def peers(target: Target) -> str:
    """The peers' database, on the same Postgres."""
    return f"{target.database.rsplit('/', 1)[0]}/{PEERS}"


async def _fresh(target: Target) -> None:
    await forget_peers(target)
    async with await psycopg.AsyncConnection.connect(target.database, autocommit=True) as db:
        await db.execute(f"create database {PEERS}")


async def forget_peers(target: Target) -> None:
    """Drop the peers' database."""
    async with await psycopg.AsyncConnection.connect(target.database, autocommit=True) as db:
        await db.execute(f"drop database if exists {PEERS} with (force)")


def _python(module: str) -> tuple[str, ...]:
    return (sys.executable, "-m", f"bench.queues.{module}")


def _node(*words: str) -> tuple[str, ...]:
    script = Path(__file__).with_name("graphile.mjs")
    return (str(locate().node), str(script), *words)


OURS = Contestant("ours", _python("ours"), fill_ours, direct=False)
BARE = Contestant("bare pgmq", _python("bare"), fill_bare, direct=False)
PGQUEUER = Contestant("pgqueuer 1.6", _python("pgqueuer_worker"), fill_pgqueuer)
PROCRASTINATE = Contestant(
    "procrastinate 3.10", _python("procrastinate_worker"), fill_procrastinate
)
GRAPHILE = Contestant("graphile-worker 0.18", _node(), fill_graphile)
