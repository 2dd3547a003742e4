"""The connection outlives every server, one at a time, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import contextlib

import pytest
from realtime import AsyncRealtimeClient
from structlog.testing import capture_logs

from preau.errors import PreauError
from preau.realtime import Connection
from preau.realtime import connection as kept
from tests.support.realtime import RealtimeServer
from tests.workers.realtime.ear import BrokenEar, Ear, connection_to, soon
from tests.workers.rig import until


async def test_without_listeners_nothing_is_connected(server: RealtimeServer) -> None:
    connection = connection_to(server)
    async with connection.kept():
        await asyncio.sleep(0.2)
        assert not connection.up
        assert connection.connected == 0


async def test_topics_are_joined_privately_and_heard(server: RealtimeServer) -> None:
    connection, ear, other = connection_to(server), Ear(), Ear()
    connection.add(ear.listener)
    async with connection.kept():
        await soon(lambda: ear.joined, "the first has joined")
        connection.add(other.listener)
        await soon(lambda: other.joined, "the second has joined")
        await server.broadcast(ear.topic, "public", private=False)
        await server.broadcast(ear.topic, "private")
        await soon(lambda: bool(ear.heard), "it is heard")
    assert (ear.heard, other.heard) == (["private"], [])
    assert connection.connected == 1


async def test_a_topic_is_heard_once_in_a_process(server: RealtimeServer) -> None:
    connection = connection_to(server)
    connection.add(Ear("jobs:a").listener)
    with pytest.raises(PreauError, match="already"):
        connection.add(Ear("jobs:a").listener)


async def test_who_comes_when_the_last_is_leaving_is_heard(server: RealtimeServer) -> None:
    connection, ear, other, late = connection_to(server), Ear(), Ear(), Ear()
    connection.add(ear.listener)
    async with connection.kept():
        await soon(lambda: ear.joined, "the first has joined")
        connection.remove(ear.listener)
        await asyncio.sleep(0)
        connection.add(other.listener)
        await soon(lambda: other.joined, "the second has joined")
        assert connection.connected == 1
        connection.remove(other.listener)
        await soon(lambda: not connection.up, "nobody needs a connection", 2.0)
        connection.add(late.listener)
        await soon(lambda: late.joined, "the last has joined")


async def test_what_cannot_be_attached_is_not_kept(server: RealtimeServer) -> None:
    connection, ear, broken = connection_to(server), Ear(), BrokenEar()
    second = Ear(broken.topic)
    connection.add(ear.listener)
    async with connection.kept():
        await soon(lambda: ear.joined, "it has joined")
        with pytest.raises(ValueError, match="no ear"):
            connection.add(broken.listener)
        connection.add(second.listener)
        await soon(lambda: second.joined, "the topic can be heard by another")
        await server.broadcast(second.topic, "told")
        await soon(lambda: bool(second.heard), "it is heard")
    assert (second.heard, broken.heard) == (["told"], [])


async def test_one_that_cannot_be_attached_takes_nothing_from_the_others(
    server: RealtimeServer,
) -> None:
    connection, ear, broken = connection_to(server), Ear(), BrokenEar()
    connection.add(broken.listener)
    connection.add(ear.listener)
    with capture_logs() as logs:
        async with connection.kept():
            await soon(lambda: ear.joined, "the other has joined")
    assert connection.connected == 1
    told = [line["topic"] for line in logs if line["event"] == "realtime.not_attached"]
    assert told == [broken.topic]


async def test_who_fails_at_a_cut_is_no_hindrance_to_the_others(server: RealtimeServer) -> None:
    def fails(joined: bool) -> None:
        raise ValueError(f"joined: {joined}")

    connection, ear, bad = connection_to(server), Ear(), Ear()
    bad.listener.changed = fails
    connection.add(bad.listener)
    connection.add(ear.listener)
    with capture_logs() as logs:
        async with connection.kept():
            await soon(lambda: bad.joined and ear.joined, "both have joined")
            server.door.cut()
            await soon(lambda: ear.turns == [True, False, True], "the other has joined again")
    assert connection.connected == 2
    failed = [line["topic"] for line in logs if line["event"] == "realtime.changed_failed"]
    assert set(failed) == {bad.topic}


async def test_what_is_removed_is_left(server: RealtimeServer) -> None:
    connection, ear, other = connection_to(server), Ear(), Ear()
    connection.add(ear.listener)
    connection.add(other.listener)
    async with connection.kept():
        await soon(lambda: ear.joined and other.joined, "both have joined")
        there = await server.count("channels")
        connection.remove(ear.listener)

        async def left() -> bool:
            return await server.count("channels") == there - 1

        await until(left, "it has left")
        await server.broadcast(ear.topic, "gone")
        await server.broadcast(other.topic, "there")
        await soon(lambda: bool(other.heard), "the other hears")
    assert (ear.turns, ear.heard) == ([True, False], [])
    assert connection.connected == 1


async def test_it_waits_for_a_server_that_is_down_at_start(server: RealtimeServer) -> None:
    await server.door.shut()
    connection, ear = connection_to(server), Ear()
    connection.add(ear.listener)
    with capture_logs() as logs:
        async with connection.kept():
            await asyncio.sleep(0.5)  # several tries
            assert not connection.up
            await server.door.open()
            await soon(lambda: ear.joined, "it has joined")
    assert [line["event"] for line in logs] == ["realtime.down", "realtime.up"]


async def test_tries_that_fail_slowly_grow_rarer_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Against a server that takes connections and never answers them."""
    failures: list[int] = []

    def at_once(count: int, _base: float, _cap: float) -> float:
        failures.append(count)
        return 0.0

    monkeypatch.setattr("preau.realtime.line.ANSWER_SECONDS", 0.1)
    monkeypatch.setattr(kept, "STEADY_SECONDS", 0.05)
    monkeypatch.setattr(kept, "full_jitter", at_once)
    silent = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", 0)
    host, port = silent.sockets[0].getsockname()
    connection = Connection(f"http://{host}:{port}", "no key")
    connection.add(Ear().listener)
    with contextlib.closing(silent):
        async with connection.kept():
            await soon(lambda: len(failures) >= 3, "three tries have failed")
    assert failures[:3] == [1, 2, 3]


async def test_that_nothing_is_kept_any_more_is_told_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_values: object) -> float:
        raise RuntimeError("no jitter")

    monkeypatch.setattr(kept, "full_jitter", broken)
    connection = Connection("http://127.0.0.1:1", "no key")
    connection.add(Ear().listener)
    with capture_logs() as logs:
        async with connection.kept():
            await soon(lambda: any(line["event"] == "realtime.ended" for line in logs), "told")


async def test_who_is_cancelled_while_it_closes_is_cancelled(
    server: RealtimeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    closing, close = asyncio.Event(), asyncio.Event()

    async def slowly(self: AsyncRealtimeClient) -> None:
        closing.set()
        await close.wait()
        await closed(self)

    async def keep() -> None:
        async with connection.kept():
            await soon(lambda: ear.joined, "it has joined")

    closed = AsyncRealtimeClient.close
    monkeypatch.setattr(AsyncRealtimeClient, "close", slowly)
    connection, ear = connection_to(server), Ear()
    connection.add(ear.listener)
    caller = asyncio.create_task(keep())
    await asyncio.wait_for(closing.wait(), 10)
    caller.cancel()
    close.set()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(caller, 10)
    await soon(lambda: not connection.up, "it is closed all the same")


async def test_it_hears_again_after_the_server_was_gone(server: RealtimeServer) -> None:
    connection, ear = connection_to(server), Ear()
    connection.add(ear.listener)
    with capture_logs() as logs:
        async with connection.kept():
            await soon(lambda: ear.joined, "it has joined")
            await server.door.shut()
            await soon(lambda: not ear.joined, "the cut is seen")
            await server.door.open()
            await soon(lambda: ear.joined, "it has joined again")
            await server.broadcast(ear.topic, "wake")
            await soon(lambda: bool(ear.heard), "it is heard")
    assert ear.turns == [True, False, True, False]
    events = [line["event"] for line in logs]
    assert events == ["realtime.up", "realtime.down", "realtime.up"]


async def test_it_lives_through_more_breaks_than_the_client_would(
    server: RealtimeServer,
) -> None:
    connection, ear = connection_to(server), Ear()
    connection.add(ear.listener)
    async with connection.kept():
        for _ in range(8):
            await soon(lambda: ear.joined, "it has joined")
            await server.door.shut()
            await soon(lambda: not connection.up, "the cut is seen")
            await server.door.open()
        await soon(lambda: ear.joined, "it has joined at last")
    assert connection.connected == 9


async def test_fifty_reconnections_leave_no_task_and_no_socket(server: RealtimeServer) -> None:
    connection = Connection(server.url, server.stack.secret_key, wait_cap=0.01)
    ears = [Ear() for _ in range(5)]
    for ear in ears:
        connection.add(ear.listener)

    async def cut(times: int) -> int:
        await soon(lambda: connection.connected == times, "it is connected")
        await soon(lambda: all(ear.joined for ear in ears), "all have joined")
        tasks = len(asyncio.all_tasks())
        server.door.cut()
        return tasks

    async def gone() -> bool:
        return await server.count("connections") <= connections

    connections = await server.count("connections")
    before = len(asyncio.all_tasks())
    async with connection.kept():
        tasks = [await cut(times) for times in range(1, 51)]
        await soon(lambda: connection.connected == 51, "it is connected")
        await soon(lambda: all(ear.joined for ear in ears), "all have joined")
    assert max(tasks[10:]) <= max(tasks[:10])
    await until(gone, "the server has seen the end")
    await soon(lambda: len(asyncio.all_tasks()) <= before, "no task is left")
