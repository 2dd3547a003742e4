"""What the feed does with too much, with a failing database, and with subscribers that go."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import replace

import psycopg
import pytest
from psycopg_pool import PoolTimeout

from preau.local.realtime.changes import bindings
from preau.local.realtime.changes.feed import Feed, SubscriptionRefused
from preau.local.realtime.changes.pgoutput import Change, Column
from preau.local.realtime.database import Database
from preau.local.realtime.limits import Limits
from tests.local.realtime.changes.listening import Listener, Listening, caller
from tests.local.realtime.changes.tables import Table

Make = Callable[..., Table]


def inserts(table: Table, count: int) -> list[Change]:
    return [table.change("INSERT", new=[str(number)]) for number in range(count)]


def unreadable(change: Change) -> Change:
    """A change of a type that the database does not know, so that every question about it fails."""
    columns = (*change.relation.columns[:-1], Column("broken", 4_000_000_000, key=False))
    return replace(change, relation=replace(change.relation, columns=columns))


async def test_what_cannot_be_asked_about_is_told_as_a_failure_and_stops_nothing(
    make_table: Make, listening: Listening
) -> None:
    table = make_table("id int4 primary key, n int4")
    listener = await listening.on(table.name)
    broken = unreadable(table.change("UPDATE", new=["2", "2"]))
    await listening.tell(table.insert(1, 1), broken, table.insert(3, 3))
    first, failed, last = listener.data()
    assert (first["record"]["id"], last["record"]["id"]) == (1, 3)
    assert failed["errors"] == ["Error 500: Internal Server Error"]
    assert (failed["columns"], failed["record"], failed["old_record"]) == ([], {}, {})
    assert failed["commit_timestamp"] == first["commit_timestamp"]


async def test_connections_that_were_ended_are_replaced_and_no_change_is_lost(
    make_table: Make, listening: Listening, realtime_url: str
) -> None:
    table = make_table("id int4 primary key")
    listener = await listening.on(table.name)
    with psycopg.connect(realtime_url, autocommit=True) as db:
        ended = db.execute(
            "select count(pg_terminate_backend(pid)) from pg_stat_activity"
            " where application_name = 'realtime' and datname = current_database()"
        ).fetchone()
        assert ended is not None
        assert ended[0] > 0
    await listening.tell(table.insert(1))
    assert listener.one()["record"] == {"id": 1}


async def test_a_policy_that_takes_too_long_fails_its_change_only(
    make_table: Make, realtime_database: Database
) -> None:
    table = make_table(
        "id int4 primary key",
        "alter table {} enable row level security",
        "create policy slow on {} for select to anon using (id = 1 or pg_sleep(60) is null)",
    )
    listening = Listening(Feed(realtime_database, Limits(policy_seconds=0.5)))
    listener = await listening.on(table.name)
    await listening.tell(table.insert(1), table.insert(2))
    told, failed = listener.data()
    assert told["record"] == {"id": 1}
    assert failed["errors"] == ["Error 500: Internal Server Error"]


async def test_a_database_that_is_away_refuses_for_the_moment_only(
    realtime_database: Database, listening: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise PoolTimeout("nobody answers")

    monkeypatch.setattr(realtime_database, "connection", away)
    with pytest.raises(SubscriptionRefused) as refusal:
        await listening.on("anything")
    assert refusal.value.passing


async def test_one_that_leaves_while_it_subscribes_is_not_taken_in(
    make_table: Make, listening: Listening
) -> None:
    table = make_table("id int4 primary key")
    listener = Listener()
    entries = bindings.parse([{"schema": "public", "table": table.name}])
    subscribing = asyncio.create_task(listening.feed.subscribe(listener, entries, caller()))
    await asyncio.sleep(0)
    listening.feed.unsubscribe(listener)
    await subscribing
    await listening.tell(table.insert(1))
    assert listener.messages == []


async def test_one_that_leaves_while_a_change_is_told_hears_no_more_of_it(
    make_table: Make, listening: Listening
) -> None:
    table = make_table("id int4 primary key")
    first, second = await listening.on(table.name), await listening.on(table.name)
    first.on_message = lambda: listening.feed.unsubscribe(second)
    await listening.tell(table.insert(1))
    assert len(first.messages) == 1
    assert second.messages == []


async def test_changes_of_a_table_that_is_gone_are_told_to_nobody_and_stop_nothing(
    make_table: Make, listening: Listening
) -> None:
    gone, table = make_table("id int4 primary key"), make_table("id int4 primary key")
    also = {"event": "*", "schema": "public", "table": gone.name}
    listeners = [await listening.on(table.name, also=[also]) for _ in range(600)]
    last = gone.insert(1)
    gone.run("drop table {}")
    await listening.tell(last, table.insert(1), table.insert(2))
    for listener in listeners:
        assert [data["table"] for data in listener.data()] == [table.name] * 2


async def test_changes_that_nobody_wants_do_not_wait(
    make_table: Make, listening: Listening
) -> None:
    table = make_table("id int4 primary key")
    await listening.on(table.name, event="DELETE")
    await listening.feed.receive(inserts(table, 10))
    assert listening.feed.waiting == 0


async def test_a_large_transaction_waits_in_the_log_and_others_have_their_turn(
    make_table: Make, listening: Listening
) -> None:
    table = make_table("id int4 primary key")
    listener = await listening.on(table.name)
    changes = inserts(table, 10_000)
    receiving = asyncio.create_task(listening.feed.receive(changes))
    await asyncio.sleep(0)
    assert not receiving.done()
    assert listening.feed.waiting < 5_000
    turns, running = 0, asyncio.create_task(listening.feed.run())
    while not receiving.done() or listening.feed.waiting or len(listener.messages) < 10_000:
        await asyncio.sleep(0.001)
        turns += 1
        assert listening.feed.waiting < 5_000
        assert not running.done()
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    assert turns > 20, "the loop belonged to the feed alone"
    assert [data["record"]["id"] for data in listener.data()] == list(range(10_000))


async def test_large_rows_are_bounded_by_their_bytes(
    make_table: Make, listening: Listening
) -> None:
    table = make_table("id text primary key")
    listener = await listening.on(table.name)
    large = [table.change("INSERT", new=[f"{n}".ljust(600_000)]) for n in range(40)]
    receiving = asyncio.create_task(listening.feed.receive(large))
    await asyncio.sleep(0)
    assert listening.feed.waiting < 30
    while not receiving.done() or listening.feed.waiting:
        await listening.feed.step()
    assert len(listener.messages) == 40
