"""What the reader tells of what Postgres commits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from preau.local.realtime.changes.pgoutput import UNCHANGED
from tests.local.realtime.changes.wal.conftest import following


async def test_an_inserted_row_is_told_with_its_values_and_the_time_of_its_commit(
    dsn: str, db: psycopg.Connection
) -> None:
    async with following(dsn) as log:
        db.execute("insert into public.things values (1, 'é', null)")
        (change,) = await log.next()
    assert (change.action, change.new) == ("INSERT", ("1", "é", None))
    assert (change.relation.schema, change.relation.name) == ("public", "things")
    assert abs(datetime.now(UTC) - change.committed_at) < timedelta(minutes=1)


async def test_the_rows_of_a_transaction_are_told_in_their_order(
    dsn: str, db: psycopg.Connection
) -> None:
    async with following(dsn) as log:
        with db.transaction():
            db.execute("insert into public.things select n, 'a' from generate_series(1, 1000) n")
            db.execute("update public.things set title = 'b' where id = 500")
            db.execute("delete from public.things where id = 1")
        changes = await log.next(1002)
    assert [change.new[0] for change in changes[:1000] if change.new] == [
        str(number) for number in range(1, 1001)
    ]
    assert [change.action for change in changes[1000:]] == ["UPDATE", "DELETE"]
    assert len({change.committed_at for change in changes}) == 1


async def test_what_is_rolled_back_is_not_told(dsn: str, db: psycopg.Connection) -> None:
    async with following(dsn) as log:
        with db.transaction(force_rollback=True):
            db.execute("insert into public.things values (1)")
        with db.transaction():
            with db.transaction(force_rollback=True):
                db.execute("insert into public.things values (2)")
            db.execute("insert into public.things values (3)")
        (change,) = await log.next()
    assert change.new == ("3", None, None)


async def test_a_truncate_is_not_told(dsn: str, db: psycopg.Connection) -> None:
    async with following(dsn) as log:
        db.execute("insert into public.things values (1)")
        db.execute("truncate public.things")
        db.execute("insert into public.things values (1, 'again')")
        changes = await log.next(2)
    assert [change.new for change in changes] == [("1", None, None), ("1", "again", None)]


async def test_a_large_value_that_an_update_did_not_touch_is_marked(
    dsn: str, db: psycopg.Connection
) -> None:
    async with following(dsn) as log:
        db.execute("insert into public.things values (1, 'a', repeat('x', 10000))")
        db.execute("update public.things set title = 'b'")
        inserted, updated = await log.next(2)
    assert inserted.new == ("1", "a", "x" * 10000)
    assert updated.new == ("1", "b", UNCHANGED)


IDENTITIES = {
    "default": (None, ("1", None, None), True),
    "full": (("1", "a", "b"), ("1", "c", "b"), False),
    "using index things_title": ((None, "a", None), (None, "c", None), True),
}


@pytest.mark.parametrize("identity", IDENTITIES)
async def test_an_old_row_has_what_the_replica_identity_says(
    dsn: str, db: psycopg.Connection, identity: str
) -> None:
    of_update, of_delete, is_key = IDENTITIES[identity]
    db.execute("alter table public.things alter column title set not null")
    db.execute("create unique index things_title on public.things (title)")
    db.execute(f"alter table public.things replica identity {identity}".encode())
    async with following(dsn) as log:
        db.execute("insert into public.things values (1, 'a', 'b')")
        db.execute("update public.things set title = 'c'")
        db.execute("delete from public.things")
        _, updated, deleted = await log.next(3)
    assert updated.old == of_update
    assert (deleted.old, deleted.old_is_key) == (of_delete, is_key)


async def test_inserts_are_told_without_any_replica_identity(
    dsn: str, db: psycopg.Connection
) -> None:
    db.execute("alter table public.things replica identity nothing")
    async with following(dsn) as log:
        db.execute("insert into public.things values (1)")
        (change,) = await log.next()
    assert change.new == ("1", None, None)


async def test_a_table_altered_between_two_changes_is_told_as_it_was_at_each(
    dsn: str, db: psycopg.Connection
) -> None:
    async with following(dsn) as log:
        db.execute("insert into public.things values (1, 'a', 'b')")
        db.execute("alter table public.things add column more int4 default 7, drop column big")
        db.execute("alter table public.things rename column title to name")
        db.execute("insert into public.things values (2, 'a')")
        before, after = await log.next(2)
    assert [column.name for column in before.relation.columns] == ["id", "title", "big"]
    assert [column.name for column in after.relation.columns] == ["id", "name", "more"]
    assert after.new == ("2", "a", "7")


async def test_values_read_the_same_whatever_the_database_was_told(
    dsn: str, db: psycopg.Connection
) -> None:
    name = psycopg.conninfo.conninfo_to_dict(dsn)["dbname"]
    db.execute(f"alter database {name} set datestyle = 'German'".encode())
    db.execute(f"alter database {name} set timezone = 'Europe/Paris'".encode())
    db.execute("alter table public.things add column at timestamptz, add column bytes bytea")
    async with following(dsn) as log:
        db.execute(
            "insert into public.things values (1, null, null, '2026-01-02 03:04:05.6+00', '\\xff')"
        )
        (change,) = await log.next()
    db.execute(f"alter database {name} reset all".encode())
    assert change.new == ("1", None, None, "2026-01-02 03:04:05.6+00", "\\xff")


async def test_a_table_published_while_reading_is_told_from_then_on(
    dsn: str, db: psycopg.Connection
) -> None:
    async with following(dsn) as log:
        db.execute("create table public.late (id int8 primary key)")
        db.execute("insert into public.late values (1)")
        db.execute("alter publication things_changes add table public.late")
        db.execute("insert into public.late values (2)")
        (change,) = await log.next()
    db.execute("drop table public.late")
    assert (change.relation.name, change.new) == ("late", ("2",))
