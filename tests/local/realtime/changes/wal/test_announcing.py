"""When the log describes a table anew, on which the catalogue relies."""

from __future__ import annotations

import psycopg
import pytest

from preau.local.realtime.changes.pgoutput import Relation
from tests.local.realtime.changes.wal.conftest import Log, following

INSERT = b"insert into public.things select coalesce(max(id), 0) + 1 from public.things"


@pytest.mark.parametrize(
    "alteration",
    [
        b"alter table public.things enable row level security",
        b"grant select on public.things to pg_monitor",
        b"grant select (title) on public.things to pg_monitor",
        b"create policy everything on public.things using (true)",
    ],
)
async def test_what_alters_who_may_read_a_table_has_it_described_anew_in_the_same_words(
    dsn: str, db: psycopg.Connection, alteration: bytes
) -> None:
    async with following(dsn) as log:
        seen = [await inserted(log, db) for _ in range(5)]
        assert seen[-1] is seen[-2], "it is described anew without a reason"
        db.execute(alteration)
        after = await inserted(log, db)
    assert after is not seen[-1]
    assert after == seen[-1]


async def inserted(log: Log, db: psycopg.Connection) -> Relation:
    """Insert a row, and return how the log describes its table."""
    db.execute(INSERT)
    (change,) = await log.next()
    return change.relation
