"""From `realtime.send` to the members of the topic, by way of the write-ahead log."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

from preau.local.realtime.changes.pgoutput import Change, Decoder
from preau.local.realtime.hub import Hub
from preau.local.realtime.messages import DatabaseBroadcasts
from preau.local.realtime.metrics import Metrics
from tests.local.realtime.topics.people import Listener
from tests.support.stack import Stack

SLOT = "select pg_create_logical_replication_slot(%s, 'pgoutput', temporary => true)"
READ = """
select data from pg_logical_slot_get_binary_changes(
    %s, null, null, 'proto_version', '1',
    'publication_names', 'supabase_realtime,supabase_realtime_messages_publication'
)
"""
Read = Callable[[], list[Change]]


@pytest.fixture(scope="module")
def url(stack: Stack) -> Iterator[str]:
    with stack.clone() as clone:
        name = urlsplit(clone).path.removeprefix("/")
        yield psycopg.conninfo.make_conninfo(stack.superuser_db_url, dbname=name)


@pytest.fixture
def sql(url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("set synchronous_commit = on")  # only what is flushed is decoded
        yield connection


@contextmanager
def log_of(url: str) -> Iterator[Read]:
    """What is committed from now on."""
    with psycopg.connect(url, autocommit=True) as connection:
        name = f"topics_{connection.info.backend_pid}"
        connection.execute(SLOT, [name])
        decoder = Decoder()

        def read() -> list[Change]:
            rows = connection.execute(READ, [name]).fetchall()
            return [change for row in rows if (change := decoder.decode(bytes(row[0])))]

        yield read


def hear(changes: list[Change]) -> list[dict[str, Any]]:
    """What a member of the private topic `room` is sent of them."""
    hub, listener = Hub(), Listener(private=True)
    hub.join(listener)
    broadcasts = DatabaseBroadcasts(hub, Metrics())
    for change in changes:
        broadcasts.receive(change)
    return listener.payloads()


def test_what_is_sent_is_heard_once_it_is_committed(url: str, sql: psycopg.Connection) -> None:
    with log_of(url) as read:
        with sql.transaction():
            sql.execute("select realtime.send('{\"a\": 1}', 'greeting', 'room', true)")
            assert read() == []
        with sql.transaction(force_rollback=True):
            sql.execute("select realtime.send('{\"a\": 2}', 'greeting', 'room', true)")
        (heard,) = hear(read())
    key = heard["meta"]["id"]
    assert heard == {
        "type": "broadcast",
        "event": "greeting",
        "payload": {"a": 1, "id": key},
        "meta": {"id": key},
    }


def test_a_broadcast_comes_whichever_partition_its_row_is_in(
    url: str, sql: psycopg.Connection
) -> None:
    sql.execute("select extensions.add_realtime_partitions('2031-05-14')")
    with log_of(url) as read:
        for moment in ("2031-05-14", "2031-05-15", "2041-01-01"):
            sql.execute(
                "insert into realtime.messages"
                " (topic, extension, event, payload, private, inserted_at)"
                " values ('room', 'broadcast', 'said', '{}', true, %s)",
                [moment],
            )
        changes = read()
    assert {change.relation.name for change in changes} == {"messages"}
    assert len(hear(changes)) == 3


def test_keeping_the_days_broadcasts_nothing(url: str, sql: psycopg.Connection) -> None:
    for day in ("2032-05-13", "2032-05-16"):
        sql.execute(
            "insert into realtime.messages"
            " (topic, extension, event, payload, private, inserted_at)"
            " values ('room', 'broadcast', 'said', '{}', true, %s)",
            [day],
        )
    with log_of(url) as read:
        sql.execute("select extensions.add_realtime_partitions('2032-05-14')")
        sql.execute("select extensions.drop_realtime_partitions('2032-05-18')")
        assert read() == []


def test_a_publication_of_partitions_does_as_well(url: str, sql: psycopg.Connection) -> None:
    sql.execute(
        "alter publication supabase_realtime_messages_publication"
        " set (publish_via_partition_root = false)"
    )
    try:
        with log_of(url) as read:
            sql.execute("select realtime.send('{}', 'greeting', 'room', true)")
            changes = read()
    finally:
        sql.execute(
            "alter publication supabase_realtime_messages_publication"
            " set (publish_via_partition_root = true)"
        )
    assert changes[0].relation.name.startswith("messages_")
    assert len(hear(changes)) == 1
