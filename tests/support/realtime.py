"""The stack's Realtime behind a door of its own: to cut, to count, and to broadcast through."""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import psycopg

from tests.support.stack import Stack
from tests.workers.rig import Door


@dataclass(frozen=True)
class RealtimeServer:
    """What tests of the client's side do with the server."""

    stack: Stack
    door: Door
    db: psycopg.AsyncConnection

    @property
    def url(self) -> str:
        """What to use as the project's URL."""
        return self.door.url

    async def broadcast(self, topic: str, event: str, *, private: bool = True) -> None:
        """Send a broadcast from the database."""
        await self.db.execute(
            "select realtime.send(%s, %s, %s, %s)", [json.dumps({}), event, topic, private]
        )

    async def count(self, what: str) -> int:
        """Return how many `connections` or `channels` there are now."""
        async with httpx.AsyncClient(trust_env=False) as http:
            answer = await http.get(f"{self.stack.ports.url('realtime')}/status")
        return int(answer.json()[what])


@contextlib.asynccontextmanager
async def realtime_server(stack: Stack) -> AsyncIterator[RealtimeServer]:
    """Give the stack's Realtime, with a door that is open."""
    async with (
        Door(stack.url) as door,
        await psycopg.AsyncConnection.connect(stack.db_url, autocommit=True) as db,
    ):
        yield RealtimeServer(stack, door, db)
