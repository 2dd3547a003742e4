"""Handlers get typed events, and are told whenever they may have missed some."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Any

import pytest

from preau.errors import PreauError
from preau.realtime import PresenceChange, Realtime, Reconnected, RowChange, streams
from tests.support.realtime import RealtimeStandIn
from tests.workers.realtime.ear import connection_to, soon

ROW = {
    "schema": "public",
    "table": "orders",
    "commit_timestamp": "2026-01-02T03:04:05.678Z",
    "columns": [{"name": "id", "type": "int8"}],
    "errors": None,
}


@pytest.fixture
async def realtime(server: RealtimeStandIn) -> AsyncIterator[Realtime]:
    connection = connection_to(server)
    async with connection.kept():
        yield Realtime(connection)


async def change(server: RealtimeStandIn, topic: str, **data: Any) -> None:
    await server.publish(topic, "postgres_changes", {"ids": [1], "data": ROW | data})


async def reading(server: RealtimeStandIn) -> str:
    """Let the server say that it reads the table of the one channel; returns its topic."""
    await soon(lambda: len(server.topics()) == 1, "the channel is joined")
    [topic] = server.topics()
    said = {"extension": "postgres_changes", "status": "ok", "message": "", "channel": topic}
    await server.publish(topic, "system", said)
    return topic


async def soonest(event: Awaitable[Any]) -> Any:
    return await asyncio.wait_for(event, 5)


async def test_row_changes_are_typed(server: RealtimeStandIn, realtime: Realtime) -> None:
    async with aclosing(realtime.changes("orders", verb="UPDATE", matching="id=eq.7")) as told:
        first = asyncio.ensure_future(anext(told))
        topic = await reading(server)
        assert await soonest(first) == Reconnected()
        await change(server, topic, type="UPDATE", record={"id": 7}, old_record={"id": 6})
        at = datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=UTC)
        assert await soonest(anext(told)) == RowChange(
            "UPDATE", "public", "orders", at, {"id": 7}, {"id": 6}
        )
    [wanted] = server.payloads[0]["config"]["postgres_changes"]
    assert wanted == {"event": "UPDATE", "schema": "public", "table": "orders", "filter": "id=eq.7"}


async def test_a_row_that_was_not_told_whole_says_why(
    server: RealtimeStandIn, realtime: Realtime
) -> None:
    async with aclosing(realtime.changes("orders")) as told:
        first = asyncio.ensure_future(anext(told))
        topic = await reading(server)
        await soonest(first)
        await change(server, topic, type="DELETE", old_record={"id": 6}, errors=["Error 413"])
        event = await soonest(anext(told))
    assert (event.verb, event.record, event.old_record) == ("DELETE", {}, {"id": 6})
    assert event.errors == ("Error 413",)


async def test_a_cut_is_told_when_the_table_is_read_again(
    server: RealtimeStandIn, realtime: Realtime
) -> None:
    async with aclosing(realtime.changes("orders")) as told:
        first = asyncio.ensure_future(anext(told))
        await reading(server)
        await soonest(first)
        await server.kill()
        again = asyncio.ensure_future(anext(told))
        await server.start()
        topic = await reading(server)
        assert await soonest(again) == Reconnected()
        await change(server, topic, type="INSERT", record={"id": 8})
        assert (await soonest(anext(told))).record == {"id": 8}


async def test_a_stream_that_ends_leaves_its_topic(
    server: RealtimeStandIn, realtime: Realtime
) -> None:
    async with aclosing(realtime.changes("orders")) as told:
        first = asyncio.ensure_future(anext(told))
        await reading(server)
        await soonest(first)
    await soon(lambda: not server.topics(), "it has left")


async def test_a_handler_too_far_behind_begins_anew(
    server: RealtimeStandIn, realtime: Realtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "MOST_WAITING", 3)
    async with aclosing(realtime.changes("orders")) as told:
        first = asyncio.ensure_future(anext(told))
        topic = await reading(server)
        await soonest(first)
        for n in range(5):
            await change(server, topic, type="INSERT", record={"id": n})
        await asyncio.sleep(0.2)
        assert await soonest(anext(told)) == Reconnected()
        assert (await soonest(anext(told))).record == {"id": 4}


def metas(*people: str) -> dict[str, Any]:
    return {name: {"metas": [{"phx_ref": f"ref-{name}", "name": name}]} for name in people}


def keys(events: list[Any]) -> list[tuple[str, bool]]:
    return [(event.key, bool(event.joined)) for event in events]


async def test_presence_tells_who_comes_and_who_leaves(
    server: RealtimeStandIn, realtime: Realtime
) -> None:
    async with aclosing(realtime.presence("room")) as told:
        first = asyncio.ensure_future(anext(told))
        assert await soonest(first) == Reconnected()
        await server.publish("room", "presence_state", metas("alice"))
        joins, leaves = metas("bob"), metas("alice")
        await server.publish("room", "presence_diff", {"joins": joins, "leaves": leaves})
        events = [await soonest(anext(told)) for _ in range(3)]
    assert keys(events) == [("alice", True), ("bob", True), ("alice", False)]
    assert events[0] == PresenceChange(
        "alice", joined=({"presence_ref": "ref-alice", "name": "alice"},)
    )
    assert server.payloads[0]["config"]["presence"]["enabled"]


async def test_presence_begins_anew_after_a_cut(
    server: RealtimeStandIn, realtime: Realtime
) -> None:
    async with aclosing(realtime.presence("room")) as told:
        await soonest(anext(told))
        await server.publish("room", "presence_state", metas("alice", "bob"))
        await soonest(anext(told))
        await server.kill()
        await server.start()
        await soon(lambda: server.joined["room"] == 2, "it has joined again")
        await server.publish("room", "presence_state", metas("alice"))
        events = [await soonest(anext(told)) for _ in range(2)]
    assert events[0] == Reconnected()
    assert keys(events[1:]) == [("alice", True)]


async def test_who_is_too_far_behind_hears_anew_who_is_there(
    server: RealtimeStandIn, realtime: Realtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "MOST_WAITING", 3)
    async with aclosing(realtime.presence("room")) as told:
        await soonest(anext(told))
        for name in "abcd":
            diff = {"joins": metas(name), "leaves": {}}
            await server.publish("room", "presence_diff", diff)
        await asyncio.sleep(0.2)
        events = [await soonest(anext(told)) for _ in range(5)]
    assert events[0] == Reconnected()
    assert keys(events[1:]) == [("a", True), ("b", True), ("c", True), ("d", True)]


async def test_a_topic_has_one_stream_in_a_process(
    server: RealtimeStandIn, realtime: Realtime
) -> None:
    async with (
        aclosing(realtime.presence("room")) as told,
        aclosing(realtime.presence("room")) as other,
    ):
        await soonest(anext(told))
        with pytest.raises(PreauError, match="already"):
            await anext(other)
        await server.publish("room", "presence_state", metas("alice"))
        assert keys([await soonest(anext(told))]) == [("alice", True)]
