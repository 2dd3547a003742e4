"""Inserts at a steady rate, each row telling when its insert began."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

import asyncpg

CONNECTIONS = 8


@dataclass(frozen=True)
class Written:
    """How many inserts were made, and in how many seconds."""

    inserts: int
    seconds: float

    @property
    def rate(self) -> float:
        """Inserts a second, as they really were."""
        return self.inserts / self.seconds


class Writer:
    """Connections that take turns. An insert begins when it is due, not when one is free."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._last = 0

    @classmethod
    async def connect(cls, database: str) -> Writer:
        """Open every connection."""
        pool = asyncpg.create_pool(database, min_size=CONNECTIONS, max_size=CONNECTIONS)
        return cls(await pool)

    async def close(self) -> None:
        """Close every connection."""
        await self._pool.close()

    async def insert(self, statement: str, topics: int, rate: float, seconds: float) -> Written:
        """Run `statement` ($1: microseconds since 1970, $2: a topic's number) for so long."""
        count, began = round(rate * seconds), time.monotonic()
        async with asyncio.TaskGroup() as inserts:
            for number in range(count):
                wait = began + number / rate - time.monotonic()
                await asyncio.sleep(max(wait, 0))
                inserts.create_task(self._one(statement, number % topics))
        return Written(count, time.monotonic() - began)

    async def _one(self, statement: str, topic: int) -> None:
        self._last = at = max(time.time_ns() // 1000, self._last + 1)
        await self._pool.execute(statement, at, topic)
