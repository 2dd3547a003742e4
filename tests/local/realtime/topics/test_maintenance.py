"""The server keeps the days of realtime.messages, whoever else is at work on them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, date, datetime
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import errors
from structlog.testing import capture_logs

from preau.local.realtime import maintenance
from preau.local.realtime.database import Database
from preau.local.realtime.maintenance import Maintenance
from tests.support.stack import Stack

FIND = "select to_regclass('realtime.messages_' || to_char(%s::date, 'YYYY_MM_DD')) is not null"


@pytest.fixture(scope="module")
def url(stack: Stack) -> Iterator[str]:
    """A database whose days are these tests'; each takes a month of its own."""
    with stack.clone() as clone:
        name = urlsplit(clone).path.removeprefix("/")
        yield psycopg.conninfo.make_conninfo(stack.superuser_db_url, dbname=name)


@pytest.fixture(scope="module")
async def own(url: str) -> AsyncIterator[Database]:
    pool = Database(url, size=4)
    await pool.open()
    yield pool
    await pool.close()


def is_there(url: str, day: date) -> bool:
    with psycopg.connect(url) as connection:
        return connection.execute(FIND, [day]).fetchone() == (True,)


async def until(true: Callable[[], bool], seconds: float = 5.0) -> None:
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110 - the database tells nobody
            await asyncio.sleep(0.05)


async def test_a_day_is_made_and_later_dropped(own: Database, url: str) -> None:
    keeper, day = Maintenance(own), date(2031, 4, 14)
    with capture_logs() as logged:
        await keeper.once(day)
        assert is_there(url, day)
        await keeper.once(date(2031, 4, 18))
        assert not is_there(url, day)
    assert logged[0]["event"] == "partitions.added"
    assert logged[-1]["event"] == "partitions.dropped"
    assert "messages_2031_04_14" in logged[-1]["names"]


async def test_two_servers_at_once_do_the_work_once(own: Database) -> None:
    with capture_logs() as logged:
        await asyncio.gather(*(Maintenance(own).once(date(2031, 5, 14)) for _ in range(4)))
    added = [line for line in logged if line["event"] == "partitions.added"]
    assert [len(line["names"]) for line in added] == [5]


async def test_a_sender_who_has_not_committed_is_not_waited_for(own: Database, url: str) -> None:
    """A transaction that stays open after `realtime.send` holds the table it sent to."""
    day = date(2031, 6, 14)
    await Maintenance(own).once(datetime.now(UTC).date())
    with psycopg.connect(url) as sender:
        sender.execute("select realtime.send('{}', 'e', 'room', true)")
        async with own.connection() as connection:
            await connection.execute("select extensions.add_realtime_partitions(%s)", [day])
    assert is_there(url, day)


async def test_a_reader_who_stays_is_waited_for_half_a_second_and_not_longer(
    own: Database, url: str
) -> None:
    day = date(2031, 7, 14)
    with psycopg.connect(url) as reader:
        reader.execute("select from realtime.messages")
        with pytest.raises(errors.LockNotAvailable):
            await Maintenance(own).once(day)
    await Maintenance(own).once(day)
    assert is_there(url, day)


async def test_it_starts_at_once_and_tries_again_after_a_failure(
    own: Database, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(maintenance, "SOONER", 0.05)
    monkeypatch.setattr(maintenance, "EVERY", 0.05)
    today = f"realtime.messages_{datetime.now(UTC):%Y_%m_%d}"
    with psycopg.connect(url, autocommit=True) as watch:
        async with own.connection() as connection:
            await connection.execute(f"drop table if exists {today}".encode())

        def made() -> bool:
            found = watch.execute("select to_regclass(%s) is not null", [today]).fetchone()
            return found == (True,)

        with psycopg.connect(url) as reader, capture_logs() as logged:
            reader.execute("select from realtime.messages")
            running = asyncio.create_task(Maintenance(own).run())
            try:
                await until(lambda: any(line["event"] == "partitions.failed" for line in logged))
                assert not made()
                reader.rollback()
                await until(made)
            finally:
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)
