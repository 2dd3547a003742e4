"""A taker that lags: what it has not taken waits in Postgres, and stays there until it has."""

from __future__ import annotations

import asyncio

import psycopg

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

ROWS = 20_000
CONFIRMED = "select confirmed_flush_lsn - '0/0' from pg_replication_slots where slot_name = %s"


async def test_no_more_is_read_than_there_is_room_for_and_nothing_is_lost(
    dsn: str, db: psycopg.Connection
) -> None:
    async with running(Reader(dsn, [PUBLICATION])) as reader:
        await ready(reader)
        batches = reader.batches()
        db.execute("insert into public.things select n from generate_series(1, %s) n", [ROWS])
        async with asyncio.timeout(SECONDS):
            taken = await anext(batches)
            await until(lambda: reader.waiting == wal.BATCHES)
            assert reader.lag_bytes > 0
            (before,) = db.execute(CONFIRMED, slots(db)).fetchone() or (None,)
            while len(taken) < ROWS:
                batch = await anext(batches)
                assert len(batch) <= stream.MESSAGES
                taken += batch
            db.execute("insert into public.things values (0)")
            last = await anext(batches)  # asking for it says that the others were taken
            assert reader.lag_bytes < 1_000
        (end,) = db.execute("select pg_current_wal_lsn() - '0/0'").fetchone() or (None,)
    assert [change.new for change in last] == [("0", None, None)]
    assert before is not None
    assert end is not None
    assert end - before > ROWS * 50, "what was not taken is kept"
    assert [change.new[0] for change in taken if change.new] == [str(n + 1) for n in range(ROWS)]
