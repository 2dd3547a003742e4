"""What breaks a stream, and that another follows without anybody's help."""

from __future__ import annotations

import asyncio

import psycopg
from structlog.testing import capture_logs

from preau.local.realtime.changes.wal import Reader
from tests.local.realtime.changes.wal.conftest import (
    PUBLICATION,
    SECONDS,
    following,
    ready,
    running,
    slots,
    told,
    until,
)
from tests.local.realtime.changes.wal.relay import relay
from tests.support.stack import Stack

END = "select pg_terminate_backend(active_pid) from pg_replication_slots where slot_name = %s"


async def test_a_terminated_session_is_replaced(dsn: str, db: psycopg.Connection) -> None:
    async with following(dsn) as log:
        db.execute(END, slots(db))
        await told(log, db, "after")


async def test_slots_do_not_pile_up(dsn: str, db: psycopg.Connection) -> None:
    seen = set()
    async with following(dsn) as log:
        for round_ in range(4):
            (slot,) = slots(db)
            seen.add(slot)
            db.execute(END, [slot])
            await told(log, db, f"round {round_}")
        assert len(slots(db)) == 1
    assert len(seen) == 4


async def test_a_closed_reader_leaves_no_slot(dsn: str, db: psycopg.Connection) -> None:
    async with following(dsn):
        assert len(slots(db)) == 1
    await until(lambda: not slots(db))


async def test_a_publication_made_again_is_told_though_something_was_written_in_between(
    dsn: str, db: psycopg.Connection
) -> None:
    async with following(dsn) as log:
        with capture_logs() as lines:
            db.execute(f"drop publication {PUBLICATION}")
            db.execute("insert into public.things values (1)")
            db.execute(f"create publication {PUBLICATION} for table public.things")
            await told(log, db, "after")
    assert any(
        line["event"] == "wal.stream_broken" and "does not exist" in line["error"] for line in lines
    )


async def test_a_held_transaction_delays_the_start_and_no_longer_than_it_lasts(
    dsn: str, db: psycopg.Connection
) -> None:
    with psycopg.connect(dsn) as holder, capture_logs() as lines:
        holder.execute("insert into public.things values (1)")
        async with running(Reader(dsn, [PUBLICATION], patience=(0.1, 0.2))) as reader:
            await until(lambda: [line["event"] for line in lines].count("wal.slot_blocked") >= 2)
            assert not reader.ready.is_set()
            assert len(slots(db)) <= 1
            holder.commit()
            await ready(reader)


async def test_a_reader_that_waits_for_a_held_transaction_can_be_closed(
    dsn: str, db: psycopg.Connection
) -> None:
    with psycopg.connect(dsn) as holder:
        holder.execute("insert into public.things values (1)")
        async with asyncio.timeout(SECONDS):
            async with running(Reader(dsn, [PUBLICATION], patience=(SECONDS + 5, SECONDS + 5))):
                await until(lambda: bool(slots(db)))
            await until(lambda: not slots(db))


async def test_a_server_that_is_away_is_waited_for(
    stack: Stack, dsn: str, db: psycopg.Connection
) -> None:
    async with relay(stack.ports["postgres"]) as line, following(line.to(dsn)) as log:
        await line.cut()
        await until(lambda: not log.reader.ready.is_set())
        with capture_logs() as lines:
            await until(lambda: any("refused" in line["error"] for line in lines))
        await line.open()
        await told(log, db, "after")
