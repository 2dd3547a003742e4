"""Handlers get typed events, and are told whenever they may have missed some."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import aclosing, asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from psycopg.sql import SQL, Identifier
from realtime import AsyncRealtimeClient, AsyncRealtimePresence

from preau.errors import PreauError
from preau.realtime import PresenceChange, Realtime, Reconnected, RowChange, streams
from tests.support.realtime import RealtimeServer
from tests.workers.realtime.ear import connection_to
from tests.workers.rig import until


@pytest.fixture
async def realtime(server: RealtimeServer) -> AsyncIterator[Realtime]:
    connection = connection_to(server)
    async with connection.kept():
        yield Realtime(connection)


@pytest.fixture
async def table(server: RealtimeServer) -> AsyncIterator[str]:
    """A published table of the test's own: `id`, its key, and `title`."""
    name = f"streamed_{uuid4().hex[:8]}"
    made = Identifier("public", name)
    await server.db.execute(
        SQL(
            "create table {0} (id int primary key, title text);"
            " grant select on {0} to service_role;"
            " alter publication supabase_realtime add table {0}"
        ).format(made)
    )
    yield name
    await server.db.execute(SQL("drop table {}").format(made))


async def insert(server: RealtimeServer, table: str, *ids: int) -> None:
    await server.db.execute(
        SQL("insert into {} select unnest(%s::int[]), 'new'").format(Identifier("public", table)),
        [list(ids)],
    )


async def soonest(event: Awaitable[Any]) -> Any:
    return await asyncio.wait_for(event, 15)


async def test_row_changes_are_typed(
    server: RealtimeServer, realtime: Realtime, table: str
) -> None:
    async with aclosing(realtime.changes(table, verb="UPDATE", matching="id=eq.7")) as told:
        assert await soonest(anext(told)) == Reconnected()
        await insert(server, table, 6, 7)
        await server.db.execute(
            SQL("update {} set title = 'changed'").format(Identifier("public", table))
        )
        event = await soonest(anext(told))
    assert datetime.now(UTC) - event.committed_at < timedelta(seconds=20)
    record = {"id": 7, "title": "changed"}
    assert event == RowChange("UPDATE", "public", table, event.committed_at, record, {"id": 7})


async def test_only_the_columns_that_are_wanted_are_told(
    server: RealtimeServer, realtime: Realtime, table: str
) -> None:
    async with aclosing(realtime.changes(table, columns=["id"])) as told:
        await soonest(anext(told))
        await insert(server, table, 1)
        event = await soonest(anext(told))
    assert (event.verb, event.record, event.old_record) == ("INSERT", {"id": 1}, {})


async def test_a_row_that_is_not_told_says_why(
    server: RealtimeServer, realtime: Realtime, table: str
) -> None:
    await server.db.execute(
        SQL("alter table {} drop constraint {}").format(
            Identifier("public", table), Identifier(f"{table}_pkey")
        )
    )
    async with aclosing(realtime.changes(table)) as told:
        await soonest(anext(told))
        await insert(server, table, 1)
        event = await soonest(anext(told))
    assert (event.record, event.errors) == ({}, ("Error 400: Bad Request, no primary key",))


async def test_a_cut_is_told_when_the_table_is_read_again(
    server: RealtimeServer, realtime: Realtime, table: str
) -> None:
    async with aclosing(realtime.changes(table)) as told:
        await soonest(anext(told))
        await server.door.shut()
        await insert(server, table, 1)
        await server.door.open()
        assert await soonest(anext(told)) == Reconnected()
        await insert(server, table, 2)
        assert (await soonest(anext(told))).record["id"] == 2


async def test_a_row_that_cannot_be_read_is_one_that_was_missed(
    server: RealtimeServer, realtime: Realtime, table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = streams._row_change

    def from_two(payload: Any) -> RowChange:
        if payload["data"]["record"]["id"] < 2:
            raise KeyError("commit_timestamp")
        return read(payload)

    monkeypatch.setattr(streams, "_row_change", from_two)
    async with aclosing(realtime.changes(table)) as told:
        await soonest(anext(told))
        await insert(server, table, 1, 2)
        assert await soonest(anext(told)) == Reconnected()
        assert (await soonest(anext(told))).record["id"] == 2


async def test_a_verb_that_there_is_not_harms_no_other_stream(
    server: RealtimeServer, realtime: Realtime, table: str
) -> None:
    wrong: Any = "insert"
    async with aclosing(realtime.changes(table)) as told:
        await soonest(anext(told))
        with pytest.raises(ValueError, match="insert"):
            await anext(realtime.changes(table, verb=wrong))
        server.door.cut()
        assert await soonest(anext(told)) == Reconnected()


async def test_a_stream_that_ends_leaves_its_topic(
    server: RealtimeServer, realtime: Realtime, table: str
) -> None:
    before = await server.count("channels")

    async def left() -> bool:
        return await server.count("channels") == before

    async with aclosing(realtime.changes(table)) as told:
        await soonest(anext(told))
        assert await server.count("channels") == before + 1
    await until(left, "it has left")


async def test_a_handler_too_far_behind_begins_anew(
    server: RealtimeServer, realtime: Realtime, table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("preau.realtime.told.MOST_WAITING", 3)
    async with aclosing(realtime.changes(table)) as told:
        await soonest(anext(told))
        await insert(server, table, 0, 1, 2, 3, 4)
        await asyncio.sleep(1)
        assert await soonest(anext(told)) == Reconnected()
        assert (await soonest(anext(told))).record["id"] == 4


@asynccontextmanager
async def present(server: RealtimeServer, topic: str, name: str) -> AsyncIterator[None]:
    """Somebody on a topic, by a client of their own."""
    client = AsyncRealtimeClient(f"{server.stack.url}/realtime/v1", server.stack.secret_key)
    config: Any = {"presence": {"key": name, "enabled": True}, "private": True, "broadcast": {}}
    channel = client.channel(topic, {"config": config})
    await channel.subscribe()
    await channel.track({"name": name})
    yield
    await client.close()


def keys(events: list[Any]) -> list[tuple[str, bool]]:
    return [(event.key, bool(event.joined)) for event in events]


async def hear(told: AsyncIterator[Any], count: int) -> list[Any]:
    return [await soonest(anext(told)) for _ in range(count)]


@pytest.fixture
def room() -> str:
    return f"room:{uuid4().hex}"


async def test_presence_tells_who_comes_and_who_leaves(
    server: RealtimeServer, realtime: Realtime, room: str
) -> None:
    async with present(server, room, "alice"), aclosing(realtime.presence(room)) as told:
        assert await soonest(anext(told)) == Reconnected()
        [alice] = await hear(told, 1)
        async with present(server, room, "bob"):
            [bob] = await hear(told, 1)
        [gone] = await hear(told, 1)
    assert keys([alice, bob, gone]) == [("alice", True), ("bob", True), ("bob", False)]
    [device] = alice.joined
    assert alice == PresenceChange("alice", joined=(device,))
    assert device["name"] == "alice"


async def test_a_message_that_the_client_cannot_take_deafens_nobody(
    server: RealtimeServer, realtime: Realtime, room: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hosted passes on whatever a member tracks; realtime-py's reading ends with its own error."""

    take = AsyncRealtimePresence._on_diff_event

    def choke(presence: AsyncRealtimePresence, diff: Any) -> None:
        if presence is ours:
            raise TypeError("unhashable type: 'dict'")
        take(presence, diff)

    async with aclosing(realtime.presence(room)) as told:
        await soonest(anext(told))
        line = realtime._connection._line
        assert line is not None
        [ours] = [channel.presence for channel in line._client.get_channels()]
        monkeypatch.setattr(AsyncRealtimePresence, "_on_diff_event", choke)
        async with present(server, room, "mallory"):
            assert await soonest(anext(told)) == Reconnected()
            assert keys(await hear(told, 1)) == [("mallory", True)]


async def test_presence_begins_anew_after_a_cut(
    server: RealtimeServer, realtime: Realtime, room: str
) -> None:
    async with present(server, room, "alice"), aclosing(realtime.presence(room)) as told:
        async with present(server, room, "bob"):
            await hear(told, 3)
            await server.door.shut()
        await server.door.open()
        events = await hear(told, 2)
    assert events[0] == Reconnected()
    assert keys(events[1:]) == [("alice", True)]


async def test_who_is_too_far_behind_hears_anew_who_is_there(
    server: RealtimeServer, realtime: Realtime, room: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("preau.realtime.told.MOST_WAITING", 1)
    async with aclosing(realtime.presence(room)) as told:
        await soonest(anext(told))
        async with present(server, room, "a"), present(server, room, "b"):
            await asyncio.sleep(1)
            events = await hear(told, 3)
    assert events[0] == Reconnected()
    assert keys(events[1:]) == [("a", True), ("b", True)]


async def test_a_topic_has_one_stream_in_a_process(
    server: RealtimeServer, realtime: Realtime, room: str
) -> None:
    async with (
        aclosing(realtime.presence(room)) as told,
        aclosing(realtime.presence(room)) as other,
    ):
        await soonest(anext(told))
        with pytest.raises(PreauError, match="already"):
            await anext(other)
        async with present(server, room, "alice"):
            assert keys(await hear(told, 1)) == [("alice", True)]
