"""The town's well-behaved half: who is told of everything in time, and who makes things happen."""

from __future__ import annotations

import asyncio
import random
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import psycopg

from tests.local.realtime.wire import VERSIONS, Heard, Wire, wire
from tests.local.tokens import user_token
from tests.support.stack import Stack

TOPIC = "town:square"
PERIOD, IN_TIME = 1.0, 30.0  # seconds
KEPT = 200  # rows of the table
Database = psycopg.AsyncConnection[Any]


class Neighbours:
    """One of either version, who stay from the beginning to the end."""

    def __init__(self, wires: list[Wire], person: str) -> None:
        self._wires = wires
        self._person = person
        self.told = 0
        self.slowest = 0.0

    async def be_told(self, db: Database) -> None:
        """Every second, broadcast and insert, and see that both come to everyone in time."""
        while True:
            began = time.monotonic()
            body = uuid.uuid4().hex
            await db.execute(
                "select realtime.send(jsonb_build_object('tick', %s::text), 'tick', %s)",
                [body, TOPIC],
            )
            await db.execute(
                "insert into soak.things (owner, body) values (%s, %s)", [self._person, body]
            )
            for one in self._wires:
                await _both(one, body)
                await one.beat()
            self.told += 1
            self.slowest = max(self.slowest, time.monotonic() - began)
            await asyncio.sleep(max(0.0, began + PERIOD - time.monotonic()))


async def _both(one: Wire, body: str) -> None:
    waiting = {"broadcast", "postgres_changes"}

    def complete(heard: Heard) -> bool:
        if body in str(heard.payload):
            waiting.discard(heard.event)
        return not waiting

    await one.until(complete, IN_TIME)


@asynccontextmanager
async def neighbours(stack: Stack) -> AsyncIterator[Neighbours]:
    """Open their sockets and join the square."""
    person = str(uuid.uuid4())
    changes = [{"event": "INSERT", "schema": "soak", "table": "things"}]
    config = {"private": True, "postgres_changes": changes}
    async with AsyncExitStack() as opened:
        wires = []
        for version in VERSIONS:
            at = await opened.enter_async_context(wire(stack.url, stack.publishable_key, version))
            token = user_token(person, seconds=24 * 3600)
            joined = await at.join(f"realtime:{TOPIC}", config, token)
            assert joined["status"] == "ok", joined
            await at.until(lambda one: one.event == "system", 30)
            wires.append(at)
        yield Neighbours(wires, person)


async def trade(db: Database, dice: random.Random) -> None:
    """Insert, change and delete rows of the regulars, some of it rolled back."""
    while True:
        owner = uuid.UUID(int=dice.randrange(5))
        async with db.transaction(force_rollback=dice.random() < 0.1):
            await db.execute(
                "insert into soak.things (owner, body) values (%s, %s)",
                [owner, dice.choice(("x", "y" * dice.randrange(5000)))],
            )
            await db.execute("update soak.things set body = 'z' where id % 17 = 0")
            await db.execute(
                "delete from soak.things where id < (select max(id) from soak.things) - %s", [KEPT]
            )
        await asyncio.sleep(0.1)
