"""What waits to be told: bounded, so that a large transaction waits in Postgres and not here."""

from __future__ import annotations

import asyncio
from collections import deque

from preau.local.realtime.changes.pgoutput import Change


class Backlog:
    """Changes in their order, at most so many and so many bytes; one who puts, one who takes."""

    def __init__(self, changes: int = 4_000, size: int = 16_000_000) -> None:
        self._limit, self._bytes_limit = changes, size
        self._waiting: deque[tuple[Change, int]] = deque()
        self._bytes = 0
        self._room = asyncio.Event()
        self._something = asyncio.Event()
        self._room.set()

    def __len__(self) -> int:
        return len(self._waiting)

    async def put(self, change: Change) -> None:
        """Append a change, once there is room. One larger than the limit goes in alone."""
        size = weight(change)
        while self._waiting and (
            len(self._waiting) >= self._limit or self._bytes + size > self._bytes_limit
        ):
            self._room.clear()
            await self._room.wait()
        self._waiting.append((change, size))
        self._bytes += size
        self._something.set()

    async def take(self, changes: int, size: int) -> list[Change]:
        """Return the oldest changes, at least one, within a count and a number of bytes."""
        while not self._waiting:
            self._something.clear()
            await self._something.wait()
        taken: list[Change] = []
        while self._waiting and len(taken) < changes:
            change, bytes_ = self._waiting[0]
            if taken and bytes_ > size:
                break
            self._waiting.popleft()
            self._bytes -= bytes_
            size -= bytes_
            taken.append(change)
        self._room.set()
        return taken


def weight(change: Change) -> int:
    """Return about how many bytes a change holds."""
    values = (*(change.new or ()), *(change.old or ()))
    return 200 + sum(len(value) for value in values if isinstance(value, str))
