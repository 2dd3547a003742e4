"""What the server refuses or closes is one topic's affair: the connection and the others stay."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from uuid import uuid4

import pytest
from psycopg.sql import SQL, Identifier
from structlog.testing import capture_logs

from preau.realtime import Realtime, Reconnected, RowChange
from tests.support.realtime import RealtimeServer
from tests.workers.realtime.ear import Ear, connection_to, soon


@pytest.mark.parametrize("columns", [(), ("no_such_column",)])
async def test_a_stream_that_is_refused_costs_the_others_nothing(
    server: RealtimeServer, columns: tuple[str, ...]
) -> None:
    connection, ear = connection_to(server), Ear(f"jobs:{uuid4().hex}")
    connection.add(ear.listener)
    with capture_logs() as logs:
        async with connection.kept():
            table = "academies" if columns else "not_published"
            async with aclosing(Realtime(connection).changes(table, columns=columns)) as told:
                with pytest.raises(TimeoutError):
                    await asyncio.wait_for(anext(told), 5)
            assert (connection.connected, ear.turns) == (1, [True])
    refused = [line["error"] for line in logs if line["event"] == "realtime.refused"]
    assert len(refused) == 1
    assert "Unable to subscribe" in refused[0]


async def test_a_refused_stream_begins_once_its_table_is_published(
    server: RealtimeServer,
) -> None:
    connection, name = connection_to(server), f"streamed_{uuid4().hex[:8]}"
    table = Identifier("public", name)
    await server.db.execute(
        SQL("create table {0} (id int primary key); grant select on {0} to service_role").format(
            table
        )
    )
    try:
        with capture_logs() as logs:
            async with connection.kept(), aclosing(Realtime(connection).changes(name)) as told:
                first = asyncio.create_task(anext(told))
                await soon(
                    lambda: any(line["event"] == "realtime.refused" for line in logs), "told"
                )
                await server.db.execute(
                    SQL("alter publication supabase_realtime add table {}").format(table)
                )
                assert await asyncio.wait_for(first, 15) == Reconnected()
                await server.db.execute(SQL("insert into {} values (1)").format(table))
                change = await asyncio.wait_for(anext(told), 15)
                assert isinstance(change, RowChange)
                assert change.record == {"id": 1}
        assert connection.connected == 1
    finally:
        await server.db.execute(SQL("drop table {}").format(table))


async def test_a_topic_can_be_left_and_heard_again_at_once(server: RealtimeServer) -> None:
    connection, ear, room = connection_to(server), Ear(), f"room:{uuid4().hex}"
    connection.add(ear.listener)
    async with connection.kept():
        await soon(lambda: ear.joined, "it has joined")
        for _ in range(3):
            async with aclosing(Realtime(connection).presence(room)) as told:
                assert await asyncio.wait_for(anext(told), 15) == Reconnected()
        await asyncio.sleep(1)
        assert (connection.connected, ear.turns) == (1, [True])


async def test_a_channel_that_the_server_closed_is_joined_anew(server: RealtimeServer) -> None:
    connection, ear = connection_to(server), Ear()
    connection.add(ear.listener)
    async with connection.kept():
        await soon(lambda: ear.joined, "it has joined")
        await ear.channels[-1].push("access_token", {"access_token": "no token"})
        await soon(lambda: ear.turns == [True, False, True], "it has joined again")
    assert (len(ear.channels), connection.connected) == (2, 1)


async def test_a_refused_topic_is_told_once_and_tried_again(server: RealtimeServer) -> None:
    """As a visitor, whom a policy lets in later."""
    connection, ear = connection_to(server, server.stack.publishable_key), Ear()
    connection.add(ear.listener)
    try:
        with capture_logs() as logs:
            async with connection.kept():
                await soon(lambda: bool(logs) and logs[-1]["event"] == "realtime.refused", "told")
                await asyncio.sleep(2.0)  # for another try
                assert not ear.joined
                await server.db.execute(
                    "create policy ears on realtime.messages for select to anon"
                    " using (topic like 'ear:%')"
                )
                await soon(lambda: ear.joined, "it has joined")
    finally:
        await server.db.execute("drop policy if exists ears on realtime.messages")
    refused = [line for line in logs if line["event"] == "realtime.refused"]
    assert [line["topic"] for line in refused] == [ear.topic]
    assert "Unauthorized" in refused[0]["error"]
