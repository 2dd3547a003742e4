"""A taker that lags: what it has not taken waits in Postgres, and stays there until it has."""

from __future__ import annotations

import asyncio

import psycopg
import pytest

from preau.local.realtime.changes import stream, wal
from preau.local.realtime.changes.wal import Reader
from tests.local.realtime.changes.wal.conftest import (
    PUBLICATION,
    SECONDS,
    ready,
    running,
    slots,
    until,
)
from tests.local.realtime.changes.wal.relay import relay
from tests.support.stack import Stack

ROWS = 20_000
FILL = "insert into public.things select n from generate_series(%s::int, %s) n"
CONFIRMED = "select confirmed_flush_lsn - '0/0' from pg_replication_slots where slot_name = %s"


async def test_no_more_is_read_than_there_is_room_for_and_nothing_is_lost(
    dsn: str, db: psycopg.Connection
) -> None:
    async with running(Reader(dsn, [PUBLICATION])) as reader:
        await ready(reader)
        batches = reader.batches()
        db.execute(FILL, [1, 1000])
        (first,) = db.execute("select pg_current_wal_insert_lsn() - '0/0'").fetchone() or (None,)
        db.execute(FILL, [1001, ROWS])
        async with asyncio.timeout(SECONDS):
            taken = await anext(batches)
            await until(lambda: reader.waiting == wal.BATCHES)
            await asyncio.sleep(0.2)  # time for more to be read, which must not be
            assert reader.waiting == wal.BATCHES
            assert reader.lag_bytes > 0
            (confirmed,) = db.execute(CONFIRMED, slots(db)).fetchone() or (None,)
            while len(taken) < ROWS:
                batch = await anext(batches)
                assert len(batch) <= stream.MESSAGES
                taken += batch
            db.execute(FILL, [0, 0])
            last = await anext(batches)  # asking for it says that the others were taken
            assert reader.lag_bytes < 1_000
    assert first is not None
    assert confirmed is not None
    assert confirmed < first, "Postgres keeps what was not taken"
    assert [change.new for change in last] == [("0", None, None)]
    assert [change.new[0] for change in taken if change.new] == [str(n + 1) for n in range(ROWS)]


async def test_a_postgres_that_goes_down_is_not_held_up(
    stack: Stack, dsn: str, db: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "PROBE_SECONDS", 0.1)
    async with (
        relay(stack.ports["postgres"]) as line,
        running(Reader(line.to(dsn), [PUBLICATION])) as reader,
    ):
        await ready(reader)
        db.execute(FILL, [1, ROWS])
        await until(lambda: reader.waiting == wal.BATCHES)
        assert len(slots(db)) == 1
        line.shut()
        await until(lambda: not reader.ready.is_set() and not slots(db))
