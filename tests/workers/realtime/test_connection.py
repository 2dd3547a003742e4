"""The connection outlives every server, one at a time, and leaves nothing behind."""

from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from preau.errors import PreauError
from preau.realtime import Connection
from tests.support.realtime import RealtimeStandIn
from tests.workers.realtime.ear import Ear, connection_to, soon


async def test_without_listeners_nothing_is_connected(server: RealtimeStandIn) -> None:
    connection = connection_to(server)
    async with connection.kept():
        await asyncio.sleep(0.2)
        assert (server.connections, connection.up) == (0, False)


async def test_topics_are_joined_privately_and_heard(server: RealtimeStandIn) -> None:
    connection, ear, other = connection_to(server), Ear("jobs:a"), Ear("jobs:b")
    connection.add(ear.listener)
    async with connection.kept():
        await soon(lambda: ear.listener.joined, "the first has joined")
        connection.add(other.listener)
        await soon(lambda: other.listener.joined, "the second has joined")
        await server.broadcast("jobs:a", "wake")
        await soon(lambda: bool(ear.heard), "it is heard")
    assert (ear.heard, other.heard) == (["wake"], [])
    assert [said["config"]["private"] for said in server.payloads] == [True, True]
    assert server.joined.total() == 2


async def test_a_topic_is_heard_once_in_a_process(server: RealtimeStandIn) -> None:
    connection = connection_to(server)
    connection.add(Ear("jobs:a").listener)
    with pytest.raises(PreauError, match="already"):
        connection.add(Ear("jobs:a").listener)


async def test_what_is_removed_is_left(server: RealtimeStandIn) -> None:
    connection, ear, other = connection_to(server), Ear("jobs:a"), Ear("jobs:b")
    connection.add(ear.listener)
    connection.add(other.listener)
    async with connection.kept():
        await soon(lambda: server.members("jobs:a") == 1, "it has joined")
        await connection.remove(ear.listener)
        await soon(lambda: server.members("jobs:a") == 0, "it has left")
        await soon(lambda: other.listener.joined, "the other has joined")
    assert ear.turns == [True, False]
    assert connection.connected == 1


async def test_it_waits_for_a_server_that_is_down_at_start(server: RealtimeStandIn) -> None:
    await server.kill()
    connection, ear = connection_to(server), Ear("jobs:a")
    connection.add(ear.listener)
    with capture_logs() as logs:
        async with connection.kept():
            await asyncio.sleep(0.5)  # several tries
            assert not connection.up
            await server.start()
            await soon(lambda: ear.listener.joined, "it has joined")
    assert [line["event"] for line in logs] == ["realtime.down", "realtime.up"]


async def test_it_hears_again_after_the_server_was_killed(server: RealtimeStandIn) -> None:
    connection, ear = connection_to(server), Ear("jobs:a")
    connection.add(ear.listener)
    with capture_logs() as logs:
        async with connection.kept():
            await soon(lambda: ear.listener.joined, "it has joined")
            await server.kill()
            await soon(lambda: not ear.listener.joined, "the cut is seen")
            await server.start()
            await soon(lambda: ear.listener.joined, "it has joined again")
            await server.broadcast("jobs:a", "wake")
            await soon(lambda: bool(ear.heard), "it is heard")
    assert ear.turns == [True, False, True, False]
    events = [line["event"] for line in logs]
    assert events == ["realtime.up", "realtime.down", "realtime.up"]


async def test_it_lives_through_more_breaks_than_the_client_would(
    server: RealtimeStandIn,
) -> None:
    connection, ear = connection_to(server), Ear("jobs:a")
    connection.add(ear.listener)
    async with connection.kept():
        for _ in range(8):
            await soon(lambda: ear.listener.joined, "it has joined")
            await server.kill()
            await soon(lambda: not connection.up, "the cut is seen")
            await server.start()
        await soon(lambda: ear.listener.joined, "it has joined at last")
    assert connection.connected == 9


async def test_a_closed_channel_is_joined_anew(server: RealtimeStandIn) -> None:
    connection, ear = connection_to(server), Ear("jobs:a")
    connection.add(ear.listener)
    async with connection.kept():
        await soon(lambda: ear.listener.joined, "it has joined")
        await server.publish("jobs:a", "phx_close", {})
        await soon(lambda: ear.turns == [True, False, True], "it has joined again")


async def test_a_refused_topic_is_told_once_and_tried_again(server: RealtimeStandIn) -> None:
    server.refused.add("jobs:a")
    connection, ear, other = connection_to(server), Ear("jobs:a"), Ear("jobs:b")
    connection.add(ear.listener)
    connection.add(other.listener)
    with capture_logs() as logs:
        async with connection.kept():
            await soon(lambda: len(server.payloads) >= 3, "it was tried again")
            assert (ear.listener.joined, other.listener.joined) == (False, True)
            server.refused.clear()
            await soon(lambda: ear.listener.joined, "it has joined")
    refused = [line for line in logs if line["event"] == "realtime.refused"]
    assert [line["topic"] for line in refused] == ["jobs:a"]
    assert "Unauthorized" in refused[0]["error"]


async def test_fifty_reconnections_leave_no_task_and_no_socket(server: RealtimeStandIn) -> None:
    connection = Connection(server.url, "sb_secret_x", wait_cap=0.01)
    ears = [Ear(f"jobs:{n}") for n in range(5)]
    for ear in ears:
        connection.add(ear.listener)

    async def cut(times: int) -> int:
        await soon(lambda: connection.connected == times, "it is connected")
        await soon(lambda: all(ear.listener.joined for ear in ears), "all have joined")
        for client in server.clients():
            client.transport.abort()
        return len(asyncio.all_tasks())

    before = len(asyncio.all_tasks())
    async with connection.kept():
        tasks = [await cut(times) for times in range(1, 51)]
        await soon(lambda: connection.connected == 51, "it is connected")
        await soon(lambda: all(ear.listener.joined for ear in ears), "all have joined")
        assert server.connections == 1
    await soon(lambda: server.connections == 0, "the server has seen the end")
    assert max(tasks[10:]) <= max(tasks[:10])
    await soon(lambda: len(asyncio.all_tasks()) <= before, "no task is left")
