"""What a row change costs under row-level security: a hundred who listen to Postgres Changes with
one token, and a hundred with one each. Nobody listening is the base that is taken off.

Policies are asked once for each distinct set of claims; a policy that counts shows it. The costs
are measured without the counting: processor time of Realtime and of Postgres for each change.
"""

from __future__ import annotations

from dataclasses import dataclass

import asyncpg

from bench.listeners import cost
from bench.listeners.crowd import Group, Report, crowd
from bench.listeners.server import Server, server
from bench.listeners.ways import VERSIONS, token_of
from bench.listeners.wire import join
from bench.listeners.writer import Writer
from bench.live import execute
from bench.stack import Target, console, row

LISTENERS = 100
RATE, SECONDS, COUNTED = 20.0, 20.0, 50
INSERT = "insert into bench_claims.watched (at, topic) values ($1, $2)"
UNCOUNTED = 'drop policy "checks are counted" on bench_claims.watched'


@dataclass(frozen=True)
class Cost:
    """Of one change: processor time in microseconds, and when the last listeners had it."""

    server: float
    postgres: float
    report: Report


async def run(target: Target, small: bool) -> None:
    """Count first, then measure."""
    found, seconds = server(), SECONDS / 10 if small else SECONDS
    await execute(target, "claims.sql")
    try:
        for sets in (1, LISTENERS):
            checks = await _count(target, sets)
            console.print(f"  {LISTENERS} listeners, {sets} claim sets: {checks:g} checks a change")
        await _do(target, UNCOUNTED)
        nobody = await _cost(target, found, 0, seconds)
        costs = [await _cost(target, found, sets, seconds) for sets in (1, LISTENERS)]
        for sets, one in zip((1, LISTENERS), costs, strict=True):
            _tell(sets, one, nobody)
        each = (_whole(costs[1]) - _whole(costs[0])) / (LISTENERS - 1)
        ratio = (_whole(costs[1]) - _whole(nobody)) / (_whole(costs[0]) - _whole(nobody))
        row("a change, 100 claim sets and 1", f"{each:.0f} µs a further set", "1 set", ratio)
    finally:
        await _do(target, "drop schema bench_claims cascade")


def _whole(one: Cost) -> float:
    return one.server + one.postgres


def _tell(sets: int, one: Cost, base: Cost) -> None:
    console.print(
        f"    {sets} sets: {one.server - base.server:,.0f} µs of Realtime,"
        f" {one.postgres - base.postgres:,.0f} µs of Postgres a change;"
        f" all told: p50 {one.report.p50:.1f}, p99 {one.report.p99:.1f} ms",
        style="dim",
    )


async def _count(target: Target, sets: int) -> float:
    async with crowd() as listeners:
        await listeners.open(target.url, _groups(target, sets))
        before = await _do(target, "select nextval('bench_claims.checks')")
        await _insert(target, RATE, COUNTED / RATE)
        heard = await listeners.heard(COUNTED * LISTENERS, 10)
        if heard.delivered != COUNTED * LISTENERS:
            raise RuntimeError(f"Only {heard.delivered} of {COUNTED * LISTENERS} were delivered.")
        return (await _do(target, "select nextval('bench_claims.checks')") - before - 1) / COUNTED


async def _cost(target: Target, found: Server, sets: int, seconds: float) -> Cost:
    async with crowd() as listeners:
        await listeners.open(target.url, _groups(target, sets))
        await _insert(target, RATE, 1)
        await listeners.heard(round(RATE) * LISTENERS if sets else 0, 10)
        await listeners.reset()
        meter = cost.Meter(found.pids)
        inserts = await _insert(target, RATE, seconds)
        heard = await listeners.heard(inserts * LISTENERS if sets else 0, 10)
        spent = {name: 1e6 * used / inserts for name, used in meter.seconds().items()}
        return Cost(spent["server"], spent["Postgres"], heard)


async def _insert(target: Target, rate: float, seconds: float) -> int:
    writer = await Writer.connect(target.database)
    try:
        return (await writer.insert(INSERT, 1, rate, seconds)).inserts
    finally:
        await writer.close()


def _groups(target: Target, sets: int) -> list[Group]:
    key = target.environment["SUPABASE_PUBLISHABLE_KEY"]
    wanted = {"event": "INSERT", "schema": "bench_claims", "table": "watched"}
    tokens = [token_of(f"00000000-0000-4000-8000-{n:012}", target) for n in range(sets)]
    return [
        Group(
            1,
            f"/realtime/v1/websocket?apikey={key}&vsn={VERSIONS[number % 2]}",
            [join(VERSIONS[number % 2], "claims", {"postgres_changes": [wanted]}, token)],
            ["phx_reply", "Subscribed to PostgreSQL"],
            VERSIONS[number % 2],
        )
        for number, token in enumerate(tokens * (LISTENERS // sets) if sets else ())
    ]


async def _do(target: Target, statement: str) -> int:
    database = await asyncpg.connect(target.database)
    try:
        return int(await database.fetchval(statement) or 0)
    finally:
        await database.close()
