"""A partition of realtime.messages a day: made ahead, dropped after 72 hours, never in the way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import errors

from preau.local.schema import BOOTSTRAP
from tests.support.stack import Stack

ADD = "select extensions.add_realtime_partitions(%s)"
DROP = "select extensions.drop_realtime_partitions(%s)"
PARTITIONS = """
select inhrelid::regclass::text from pg_inherits
where inhparent = 'realtime.messages'::regclass order by 1
"""
DEFAULT = "realtime.messages_default"
SENT = (
    "insert into realtime.messages (topic, extension, inserted_at) values ('room', 'broadcast', %s)"
)
WHERE = "select tableoid::regclass::text from realtime.messages where topic = 'room' order by 1"


@pytest.fixture
def owner(bare: str, stack: Stack) -> Iterator[psycopg.Connection]:
    """The superuser in a database without the partitions of these days; rolled back."""
    name = urlsplit(bare).path.removeprefix("/")
    with psycopg.connect(stack.superuser_db_url, dbname=name) as connection:
        for (partition,) in connection.execute(PARTITIONS).fetchall():
            if partition != DEFAULT:
                connection.execute(f"drop table {partition}".encode())
        yield connection
        connection.rollback()


def names(connection: psycopg.Connection, query: str, *given: object) -> list[str]:
    return [row[0] for row in connection.execute(query.encode(), given)]


def days(*written: str) -> list[str]:
    return [f"messages_{day}" for day in written]


@pytest.mark.parametrize(
    ("today", "made"),
    [
        ("2031-05-14", days(*(f"2031_05_{day}" for day in (13, 14, 15, 16, 17)))),
        ("2031-12-30", days("2031_12_29", "2031_12_30", "2031_12_31", "2032_01_01", "2032_01_02")),
        ("2032-02-27", days("2032_02_26", "2032_02_27", "2032_02_28", "2032_02_29", "2032_03_01")),
    ],
    ids=["a day", "a year's end", "a leap year's February"],
)
def test_yesterday_to_three_days_ahead_are_made(
    owner: psycopg.Connection, today: str, made: list[str]
) -> None:
    assert names(owner, ADD, today) == made
    assert names(owner, PARTITIONS) == sorted([*(f"realtime.{day}" for day in made), DEFAULT])


def test_making_them_again_makes_the_next_day_only(owner: psycopg.Connection) -> None:
    owner.execute(ADD, ["2031-05-14"])
    assert names(owner, ADD, "2031-05-14") == []
    assert names(owner, ADD, "2031-05-15") == ["messages_2031_05_18"]


def test_a_message_goes_to_its_day_up_to_the_last_moment_before_midnight(
    owner: psycopg.Connection,
) -> None:
    owner.execute(ADD, ["2031-05-14"])
    for moment in ("2031-05-14 23:59:59.999999", "2031-05-15 00:00:00"):
        owner.execute(SENT, [moment])
    assert names(owner, WHERE) == ["realtime.messages_2031_05_14", "realtime.messages_2031_05_15"]


def test_a_partition_has_the_owner_the_security_and_the_keys_of_the_table(
    owner: psycopg.Connection,
) -> None:
    owner.execute(ADD, ["2031-05-14"])
    described = """
        select
            relowner::regrole::text, relrowsecurity, relreplident, relacl is null,
            (select count(*) from pg_index where indrelid = pg_class.oid),
            (select count(*) from pg_index where indrelid = pg_class.oid and indisprimary),
            (
                select array_agg(conname::text order by conname) from pg_constraint
                where conrelid = pg_class.oid and contype = 'c'
            )
        from pg_class where oid = 'realtime.messages_2031_05_14'::regclass
    """
    assert owner.execute(described).fetchone() == (
        "supabase_realtime_admin",
        True,
        "d",
        True,
        2,
        1,
        ["messages_payload_exclusive"],
    )


def test_nobody_reads_a_partition_past_the_policies(owner: psycopg.Connection) -> None:
    owner.execute(ADD, ["2031-05-14"])
    owner.execute("set local role authenticated")
    with pytest.raises(errors.InsufficientPrivilege):
        owner.execute("select from realtime.messages_2031_05_14")


def test_days_that_ended_three_days_ago_are_dropped(owner: psycopg.Connection) -> None:
    owner.execute(ADD, ["2031-05-02"])
    owner.execute(ADD, ["2031-04-30"])
    assert names(owner, DROP, "2031-05-05") == days("2031_04_29", "2031_04_30", "2031_05_01")
    assert "realtime.messages_2031_05_02" in names(owner, PARTITIONS)
    assert names(owner, DROP, "2031-05-05") == []


def test_old_messages_in_the_default_go_too(owner: psycopg.Connection) -> None:
    for moment in ("2031-05-01 23:59:59", "2031-05-02 00:00:00"):
        owner.execute(SENT, [moment])
    owner.execute(DROP, ["2031-05-05"])
    kept = owner.execute("select inserted_at::text from realtime.messages").fetchall()
    assert kept == [("2031-05-02 00:00:00",)]


def test_a_table_that_only_looks_like_a_day_is_left_alone(owner: psycopg.Connection) -> None:
    owner.execute("create table realtime.messages_1999_01_01 (id int)")
    owner.execute(
        "create table realtime.messages_archive partition of realtime.messages"
        " for values from ('1998-01-01') to ('1999-01-01')"
    )
    assert names(owner, DROP, "2031-05-05") == []


def test_five_days_without_a_server_lose_no_message(owner: psycopg.Connection) -> None:
    owner.execute(ADD, ["2031-05-10"])  # to the 13th
    for day in range(10, 16):
        owner.execute(SENT, [f"2031-05-{day} 12:00"])
    assert names(owner, WHERE) == [
        "realtime.messages_2031_05_10",
        "realtime.messages_2031_05_11",
        "realtime.messages_2031_05_12",
        "realtime.messages_2031_05_13",
        DEFAULT,
        DEFAULT,
    ]
    # The 14th and the 15th stay where their messages are.
    assert names(owner, ADD, "2031-05-15") == days("2031_05_16", "2031_05_17", "2031_05_18")
    assert names(owner, DROP, "2031-05-15") == days("2031_05_09", "2031_05_10", "2031_05_11")
    owner.execute(SENT, ["2031-05-15 13:00"])
    assert len(names(owner, WHERE)) == 5


def test_a_day_is_given_back_once_its_messages_are_gone_from_the_default(
    owner: psycopg.Connection,
) -> None:
    owner.execute(SENT, ["2031-05-14 12:00"])
    assert "messages_2031_05_14" not in names(owner, ADD, "2031-05-14")
    owner.execute("delete from realtime.messages")
    assert names(owner, ADD, "2031-05-14") == ["messages_2031_05_14"]


def test_an_older_data_folder_gets_days_and_keeps_its_messages(owner: psycopg.Connection) -> None:
    """As the bootstrap left it before there were days: a default, and its own publication."""
    owner.execute("drop function extensions.add_realtime_partitions(date)")
    owner.execute("drop function extensions.drop_realtime_partitions(date)")
    owner.execute("drop publication supabase_realtime_messages_publication")
    owner.execute(
        "create publication supabase_realtime_messages_publication"
        " for table realtime.messages with (publish = 'insert')"
    )
    owner.execute(SENT, [datetime.now(UTC).replace(tzinfo=None)])
    for file in sorted(BOOTSTRAP.glob("0[56]_*.sql")):
        owner.execute(file.read_bytes())
    today = owner.execute("select (now() at time zone 'utc')::date").fetchone()
    assert today is not None
    around: date = today[0]
    assert names(owner, WHERE) == [DEFAULT]
    made = [f"realtime.messages_{around + timedelta(days=step):%Y_%m_%d}" for step in (-1, 1, 2, 3)]
    assert names(owner, PARTITIONS) == sorted([*made, DEFAULT])
    published = names(
        owner,
        "select tablename::text from pg_publication_tables"
        " where pubname = 'supabase_realtime_messages_publication'",
    )
    assert published == ["messages"]


def test_the_bootstrap_makes_the_first_days(bare: str) -> None:
    with psycopg.connect(bare) as postgres:
        assert len(names(postgres, PARTITIONS)) == 6


@pytest.mark.parametrize("function", ["add_realtime_partitions", "drop_realtime_partitions"])
def test_keeping_the_days_is_not_for_the_migration_role(
    postgres: psycopg.Connection, function: str
) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        postgres.execute(f"select extensions.{function}(current_date)".encode())
