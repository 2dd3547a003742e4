"""The pool of connections for policy checks and look-ups.

Postgres may restart under us. A connection that it has closed is told apart before it is lent: its
socket is readable though nobody asked anything. No other is asked whether it is still there.
"""

from __future__ import annotations

import asyncio
import select
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg
from psycopg_pool import AsyncConnectionPool

# Who gives up waiting stays in psycopg_pool's queue, with a traceback, until a connection comes:
# while Postgres is away the queue would grow with every client that tries again.
MOST_WAITING = 2_000

Connection = psycopg.AsyncConnection[tuple[Any, ...]]


class Database:
    """Connections in autocommit mode, named `realtime` in pg_stat_activity."""

    def __init__(self, url: str, size: int = 8, most_waiting: int = MOST_WAITING) -> None:
        self._pool: AsyncConnectionPool[Connection] = AsyncConnectionPool(
            url,
            min_size=1,
            max_size=size,
            max_waiting=most_waiting,
            open=False,
            kwargs={"autocommit": True, "application_name": "realtime"},
            check=self._checked,
            reconnect_timeout=5.0,
            timeout=10.0,
            name="realtime",
        )

    async def open(self) -> None:
        """Start the pool; it connects in the background, and again whenever it must."""
        await self._pool.open(wait=False)

    async def close(self) -> None:
        """Close every connection."""
        await self._pool.close()

    async def _checked(self, connection: Connection) -> None:
        """Refuse a connection that Postgres has closed, and all that were idle beside it.

        They went with the same Postgres. Found one by one, each would make psycopg_pool wait twice
        as long before it looks at the next.
        """
        try:
            await _still_there(connection)
        except psycopg.OperationalError:
            await self._pool.drain()
            raise

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """Lend a connection.

        Raises `psycopg.OperationalError` where none can be had in 10 s, or too many wait for one.
        """
        connection = await self._pool.getconn()
        try:
            yield connection
        finally:
            # Not the pool's own context: where its user is cancelled while it gives the connection
            # back, that one is lost to the pool for good.
            await asyncio.shield(self._pool.putconn(connection))


async def _still_there(connection: Connection) -> None:
    """Raise `OperationalError` where Postgres has closed the connection; the pool takes another."""
    socket = select.poll()  # select(2) knows no descriptor past 1023, and every client has one
    socket.register(connection.fileno(), select.POLLIN)
    if socket.poll(0):  # its last words, or a notice: only a question tells
        await AsyncConnectionPool.check_connection(connection)
