"""A queue of one's own on the test stack, a worker for it, and a door to the gateway to slam."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, LiteralString
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
from psycopg.rows import dict_row
from psycopg.sql import SQL, Composed, Identifier

from preau import worker
from preau.handlers import Context, Handler
from preau.messages import Message
from preau.retry import RetryPolicy
from preau.settings import Settings


class Ping(Message):
    """What most tests send."""

    n: int


Handle = Callable[[Ping, Context], Awaitable[None]]


@dataclass(frozen=True)
class TestQueue:
    """A queue that only one test knows."""

    __test__ = False

    name: str
    db: psycopg.AsyncConnection[dict[str, Any]]

    async def send(self, *payloads: object) -> list[int]:
        """Queue the payloads; returns their message ids."""
        return [
            (await self.one("select pgmq.send(%s, %s::jsonb) as id", self.name, json.dumps(p)))[
                "id"
            ]
            for p in payloads
        ]

    async def waiting(self) -> dict[int, dict[str, Any]]:
        """The messages still there: {id: {"read_ct", "hidden_for" in seconds}}."""
        rows = await self.all(
            SQL(
                "select msg_id, read_ct,"
                " extract(epoch from vt - clock_timestamp())::float as hidden_for from {}"
            ).format(self._table)
        )
        return {row.pop("msg_id"): row for row in rows}

    async def dead(self) -> dict[int, dict[str, Any]]:
        """The dead letters: {message id: row}."""
        rows = await self.all("select * from private.dead_letters where queue = %s", self.name)
        return {row["msg_id"]: row for row in rows}

    async def steal(self, msg_id: int) -> None:
        """Read the message as another worker would, whoever holds it."""
        await self.db.execute(
            SQL(
                "update {} set read_ct = read_ct + 1,"
                " vt = clock_timestamp() + interval '1 minute' where msg_id = %s"
            ).format(self._table),
            [msg_id],
        )

    @property
    def _table(self) -> Identifier:
        return Identifier("pgmq", f"q_{self.name}")

    async def one(self, query: LiteralString | Composed, *values: object) -> dict[str, Any]:
        """Return the one row of a query."""
        rows = await self.all(query, *values)
        assert len(rows) == 1, f"{len(rows)} rows from {query}"
        return rows[0]

    async def all(self, query: LiteralString | Composed, *values: object) -> list[dict[str, Any]]:
        """Return the rows of a query."""
        cursor = await self.db.execute(query, values)
        return await cursor.fetchall()


@contextlib.asynccontextmanager
async def private_queue(db_url: str, max_attempts: int = 3) -> AsyncIterator[TestQueue]:
    """Create a queue and drop it afterwards."""
    name = f"t_{uuid4().hex[:12]}"
    async with await psycopg.AsyncConnection.connect(
        db_url, autocommit=True, row_factory=dict_row
    ) as db:
        await db.execute("select private.create_queue(%s, 'a test', %s)", [name, max_attempts])
        try:
            yield TestQueue(name, db)
        finally:
            await db.execute("select pgmq.drop_queue(%s)", [name])
            await db.execute("delete from private.dead_letters where queue = %s", [name])
            await db.execute("delete from private.queues where name = %s", [name])


@contextlib.asynccontextmanager
async def working(
    queue: str,
    handle: Callable[[Any, Context], Awaitable[Any]],
    settings: Settings,
    *,
    message: type[Message] = Ping,
    concurrency: int | None = None,
    batch: int | None = None,
    retry: Mapping[str, RetryPolicy] | None = None,
) -> AsyncIterator[asyncio.Event]:
    """Run a worker in this process; yields the event that stops it, and stops it at the end."""
    stop = asyncio.Event()
    handler = Handler(queue, message, handle, concurrency, batch, retry or {})
    task = asyncio.create_task(worker.run([handler], settings, stop))
    try:
        yield stop
    finally:
        stop.set()
        await asyncio.wait_for(task, 20)


async def until(condition: Callable[[], Awaitable[bool]], what: str, seconds: float = 10.0) -> None:
    """Wait until the condition holds, or fail saying what was waited for."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    while not await condition():
        if loop.time() > deadline:
            raise AssertionError(f"after {seconds} s still waiting until {what}")
        await asyncio.sleep(0.02)


class Door:
    """A TCP proxy to the gateway that can be shut, connections included, and opened again.

    Connections to Realtime may be led elsewhere.
    """

    def __init__(self, target: str, realtime: str | None = None) -> None:
        self._target = urlsplit(target)
        self._realtime = urlsplit(realtime or target)
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._port = 0

    @property
    def url(self) -> str:
        """What to use as SUPABASE_URL."""
        return f"http://127.0.0.1:{self._port}"

    async def open(self) -> None:
        """Listen, on the same port as before."""
        self._server = await asyncio.start_server(self._pass_on, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def shut(self) -> None:
        """Refuse new connections and break those that are open."""
        if self._server:
            self._server.close()
        self.cut()

    def cut(self) -> None:
        """Break the connections that are open."""
        for writer in list(self._open):
            writer.transport.abort()

    async def __aenter__(self) -> Door:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.shut()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first = await reader.read(65536)
        target = self._realtime if b" /realtime/" in first else self._target
        try:
            far_reader, far_writer = await asyncio.open_connection(target.hostname, target.port)
        except ConnectionRefusedError:
            writer.transport.abort()
            return
        self._open |= {writer, far_writer}
        try:
            far_writer.write(first)
            await asyncio.gather(_copy(reader, far_writer), _copy(far_reader, writer))
        finally:
            self._open -= {writer, far_writer}


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError, asyncio.CancelledError):
        while chunk := await reader.read(65536):
            writer.write(chunk)
            await writer.drain()
    with contextlib.suppress(ConnectionError, RuntimeError):
        writer.close()
