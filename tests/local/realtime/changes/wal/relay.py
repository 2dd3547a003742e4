"""A way to Postgres that a test can shut or cut, as a Postgres that goes down does."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg

from preau.local import postgres


class Relay:
    """A way to Postgres that can be cut."""

    def __init__(self, to: int) -> None:
        self.port = 0
        self._to = to
        self._carrying: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    def to(self, dsn: str) -> str:
        """The same database for the same user, this way."""
        return psycopg.conninfo.make_conninfo(
            dsn, host="127.0.0.1", port=self.port, password=postgres.PASSWORD
        )

    def shut(self) -> None:
        """Let nobody in any more; who is in stays."""
        assert self._server is not None
        self._server.close()

    async def cut(self) -> None:
        self.shut()
        for task in self._carrying:
            task.cancel()
        await asyncio.gather(*self._carrying, return_exceptions=True)

    async def _carry(self, near: asyncio.StreamReader, answer: asyncio.StreamWriter) -> None:
        far, ask = await asyncio.open_connection("127.0.0.1", self._to)
        ways = [(near, ask), (far, answer)]
        tasks = {asyncio.create_task(self._one_way(*way)) for way in ways}
        self._carrying |= tasks
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for writer in (ask, answer):
            writer.close()

    async def _one_way(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):  # either end may hang up
            while data := await source.read(65536):
                target.write(data)
                await target.drain()


@asynccontextmanager
async def relay(to: int) -> AsyncIterator[Relay]:
    line = Relay(to)
    await line.open()
    try:
        yield line
    finally:
        await line.cut()
