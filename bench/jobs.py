"""No-op jobs: our runtime through the gateway, against pgqueuer, procrastinate, graphile-worker and
a bare pgmq loop on the same Postgres, one worker process each.

The peers talk to Postgres directly, as their users run them; ours needs only the project's URL and
a key. All have their jobs queued beforehand and are timed until the last is done.
"""

from __future__ import annotations

from statistics import median

import psycopg

from bench.queues import contest
from bench.queues.contest import BARE, GRAPHILE, OURS, PGQUEUER, PROCRASTINATE, Contestant, race
from bench.stack import Target, console, row

ROUNDS = 3
SIZES = {"small": 0, "1 KB": 1_000}
MANY = 50_000
# The slower peers get fewer jobs, so that a round takes seconds for each.
SHARE = {GRAPHILE.name: 5, PROCRASTINATE.name: 16}
DELAYED = 100_000


async def run(target: Target, small: bool) -> None:
    """Play every round of every size; the medians are compared."""
    many = MANY // 10 if small else MANY
    try:
        for title, size in SIZES.items():
            await _beside_peers(target, title, size, many)
        await _more_processes(target, many)
        await _behind_delayed(target, many, DELAYED // 10 if small else DELAYED)
    finally:
        await _tidy(target)


async def memory(target: Target, small: bool) -> None:
    """Work off a million jobs in one process: its size after a tenth of them, and after all."""
    count = 100_000 if small else 1_000_000
    try:
        await contest.fill_ours(target, count, 0)
        outcome = await race(OURS, target, count)
        row(
            f"resident memory after {count:,} jobs",
            f"{outcome.rss_mb:.0f} MB",
            f"{outcome.early_rss_mb:.0f} MB after a tenth of them",
            outcome.rss_mb / outcome.early_rss_mb,
        )
    finally:
        await _tidy(target)


async def _beside_peers(target: Target, title: str, size: int, many: int) -> None:
    entrants = (OURS, PGQUEUER, BARE, GRAPHILE, PROCRASTINATE)
    rates: dict[str, list[float]] = {entrant.name: [] for entrant in entrants}
    for turn in range(ROUNDS):
        console.print(f"  … {title} payloads, round {turn + 1} of {ROUNDS}", style="dim")
        for entrant in entrants:
            rates[entrant.name].append(await _one(target, entrant, size, many))
    ours = median(rates[OURS.name])
    for name in list(rates)[1:]:
        peer = median(rates[name])
        said = f"{peer:,.0f} jobs/s {name}"
        row(f"no-op jobs, {title}", f"{ours:,.0f} jobs/s", said, ours / peer)


async def _one(target: Target, entrant: Contestant, size: int, many: int) -> float:
    count = many // SHARE.get(entrant.name, 1)
    await entrant.fill(target, count, size)
    return (await race(entrant, target, count)).rate


async def _more_processes(target: Target, many: int) -> None:
    rates = {}
    for processes in (1, 2, 4):
        found = []
        for _ in range(ROUNDS):
            await contest.fill_ours(target, many, 0)
            found.append((await race(OURS, target, many, processes)).rate)
        rates[processes] = median(found)
    for processes in (2, 4):
        row(
            f"{processes} of our processes",
            f"{rates[processes]:,.0f} jobs/s",
            f"{rates[1]:,.0f} jobs/s one",
            rates[processes] / rates[1],
        )


async def _behind_delayed(target: Target, many: int, delayed: int) -> None:
    alone, behind = [], []
    for _ in range(ROUNDS):
        await contest.fill_ours(target, many, 0)
        alone.append((await race(OURS, target, many)).rate)
        await contest.fill_ours(target, many, 0, delayed)
        behind.append((await race(OURS, target, many)).rate)
    row(
        f"behind {delayed:,} delayed jobs",
        f"{median(behind):,.0f} jobs/s",
        f"{median(alone):,.0f} jobs/s with none",
        median(behind) / median(alone),
    )


async def _tidy(target: Target) -> None:
    await contest.forget_peers(target)
    async with await psycopg.AsyncConnection.connect(target.database, autocommit=True) as db:
        await contest.drop_ours(db)
