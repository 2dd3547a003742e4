"""Sockets come, go, break, babble and dawdle for minutes, and the server is as it was.

PREAU_SOAK_MINUTES says for how many, 3 by default.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
import time
import traceback
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx
import psycopg
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.local.realtime.soak.gauges import Gauges, Sample, growth
from tests.local.realtime.soak.lives import LIVES, Life, Resident
from tests.local.realtime.soak.square import Database, Neighbours, neighbours, trade
from tests.support.stack import Stack
from tests.workers.rig import until

pytestmark = pytest.mark.prove

SEED = 20261121
MINUTES = float(os.environ.get("PREAU_SOAK_MINUTES", "3"))
WARM = 0.3  # of the time: caches fill, and the allocator finds its size
EVERY = min(30.0, MINUTES * 60 / 12)  # seconds between samples
EMPTY_WITHIN = 120.0
SQL = Path(__file__).parent


@pytest.fixture(scope="module")
def town(stack: Stack) -> Iterator[Stack]:
    with psycopg.connect(stack.db_url, autocommit=True) as db:
        db.execute((SQL / "town.sql").read_bytes())
        yield stack
        db.execute((SQL / "leave_town.sql").read_bytes())


class Churn:
    """Everybody's lives, and what went wrong in them."""

    def __init__(self) -> None:
        self.lived: Counter[str] = Counter()
        self.wrong: list[str] = []

    async def live(self, life: Life, who: Resident) -> None:
        """Live one such life after the other."""
        while True:
            try:
                await life(who)
                self.lived[life.__name__] += 1
            except (AssertionError, OSError, ConnectionClosed, InvalidStatus) as error:
                where = [
                    f"{at.name} {at.lineno}" for at in traceback.extract_tb(error.__traceback__)
                ]
                self.wrong.append(f"{life.__name__}: {error!r} in {' → '.join(where)}")
            await asyncio.sleep(who.dice.random())


@asynccontextmanager
async def running(stack: Stack, churn: Churn) -> AsyncIterator[Neighbours]:
    """Let everybody live while the block lasts; the neighbours must never miss a thing."""
    async with AsyncExitStack() as opened:
        connections: list[Database] = [
            await opened.enter_async_context(
                await psycopg.AsyncConnection.connect(stack.db_url, autocommit=True)
            )
            for _ in range(2)
        ]
        present = await opened.enter_async_context(neighbours(stack))
        group = await opened.enter_async_context(asyncio.TaskGroup())
        tasks = [
            group.create_task(present.be_told(connections[0])),
            group.create_task(trade(connections[1], random.Random(SEED))),
        ]
        for number, life in enumerate(life for life, many in LIVES.items() for _ in range(many)):
            who = Resident(stack, random.Random(SEED + number))
            tasks.append(group.create_task(churn.live(life, who)))
        yield present
        for task in tasks:
            task.cancel()


async def test_after_the_churn_the_server_is_as_it_was(
    town: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    def say(text: str) -> None:
        with capsys.disabled():
            sys.stdout.write(f"\n{text}")
            sys.stdout.flush()

    churn, gauges, samples = Churn(), Gauges(town), []
    async with AsyncExitStack() as opened:
        http = await opened.enter_async_context(httpx.AsyncClient(trust_env=False, timeout=30))
        db = await psycopg.AsyncConnection.connect(town.db_url, autocommit=True)
        await opened.enter_async_context(db)
        before = await empty(gauges, http, db)
        say(before.line())
        end = time.monotonic() + MINUTES * 60
        async with running(town, churn) as present:
            while time.monotonic() < end:
                await asyncio.sleep(EVERY)
                samples.append(await gauges.look(http, db))
                say(samples[-1].line())
        after = await empty(gauges, http, db)
        say(f"{after.line()}\n{dict(churn.lived)}, {len(churn.wrong)} went wrong;")
        say(f"{present.told} ticks told to all, the slowest in {present.slowest:.2f} s")
    assert not churn.wrong, "\n".join(churn.wrong[:20])
    assert set(churn.lived) == {life.__name__ for life in LIVES}, "each life was lived"
    assert not growth(before, samples[int(len(samples) * WARM) :], after)


async def empty(gauges: Gauges, http: httpx.AsyncClient, db: Database) -> Sample:
    """Wait until nobody is left, also who fell silent; the sample then."""

    async def deserted() -> bool:
        return not (await gauges.look(http, db)).connections

    await until(deserted, "the last socket has gone", EMPTY_WITHIN)
    return await gauges.look(http, db)
