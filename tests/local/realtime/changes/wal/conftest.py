"""A database of its own to read the log of, a table in it, and a reader's findings."""

from __future__ import annotations

import asyncio
import contextlib
import time
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager

import psycopg
import pytest
from psycopg import sql

from preau.local.realtime.changes.pgoutput import Change
from preau.local.realtime.changes.wal import Reader
from tests.support.stack import Stack

PUBLICATION = "things_changes"
ANOTHER = "insert into public.things select coalesce(max(id), 0) + 1, %s from public.things"
SECONDS = 20.0  # within which anything must have happened


class Log:
    """What a reader found; `next` waits for it."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self._found: asyncio.Queue[Change] = asyncio.Queue()

    async def collect(self) -> None:
        async for changes in self.reader.batches():
            for change in changes:
                self._found.put_nowait(change)

    async def next(self, count: int = 1) -> list[Change]:
        async with asyncio.timeout(SECONDS):
            return [await self._found.get() for _ in range(count)]


@asynccontextmanager
async def running(reader: Reader) -> AsyncIterator[Reader]:
    """Run a reader for as long as the block lasts; what it raised is raised at the end."""
    task = asyncio.create_task(reader.run())
    try:
        yield reader
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


@asynccontextmanager
async def following(dsn: str) -> AsyncIterator[Log]:
    """Give what is written from now on."""
    async with running(Reader(dsn, [PUBLICATION])) as reader:
        log = Log(reader)
        collecting = asyncio.create_task(log.collect())
        await ready(reader)
        yield log
        collecting.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await collecting


async def ready(reader: Reader) -> None:
    async with asyncio.timeout(SECONDS):
        await reader.ready.wait()


async def until(holds: Callable[[], bool]) -> None:
    """Wait for what sends no event."""
    deadline = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < deadline, "it never came"
        await asyncio.sleep(0.05)


async def told(log: Log, db: psycopg.Connection, title: str) -> Change:
    """Write until the log tells of it, as someone does who cannot know when it is back.

    Returns the change; what was told before it is dropped.
    """
    async with asyncio.timeout(SECONDS):
        while True:
            await ready(log.reader)
            db.execute(ANOTHER, [title])
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0.2):
                    while (found := await log.next())[0].new is None or title not in found[0].new:
                        pass
                    return found[0]


@pytest.fixture(scope="session")
def dsn(stack: Stack) -> Iterator[str]:
    """The superuser's URL of an empty database."""
    name = f"log_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(stack.superuser_db_url, autocommit=True) as administration:
        named = sql.Identifier(name)
        administration.execute(sql.SQL("create database {} template template0").format(named))
        yield psycopg.conninfo.make_conninfo(stack.superuser_db_url, dbname=name)
        administration.execute(sql.SQL("drop database {} with (force)").format(named))


@pytest.fixture
def db(dsn: str) -> Iterator[psycopg.Connection]:
    """A connection to it, each statement a transaction, with a table `things` that is published."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("create table public.things (id int8 primary key, title text, big text)")
        connection.execute("alter table public.things alter column big set storage external")
        connection.execute(f"create publication {PUBLICATION} for table public.things")
        yield connection
        connection.execute(f"drop publication if exists {PUBLICATION}")
        connection.execute("drop table public.things")


def slots(db: psycopg.Connection) -> list[str]:
    """The replication slots of this database."""
    query = "select slot_name from pg_replication_slots where database = current_database()"
    return [str(name) for (name,) in db.execute(query)]
