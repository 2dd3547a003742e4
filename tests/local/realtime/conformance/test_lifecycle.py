"""Scenarios 31–33: channels left and joined twice, a server and a log that went away."""

from __future__ import annotations

import signal

import psycopg
import pytest
from websockets.exceptions import ConnectionClosed

from tests.local.realtime.conformance.peers import JSON, Room
from tests.local.realtime.conformance.rows import insert, listen, on
from tests.local.realtime.conformance.scene import Scene, joined, topic
from tests.local.realtime.conformance.wire import V2, Frame

BACK = 4  # times as patient: a client tries again after 1, 2, 5 or 8 s
MEMBERS = """
select format('%I.%I', spaces.nspname, tables.relname)
    || coalesce(' (' || (
        select string_agg(quote_ident(columns.attname), ', ')
        from pg_catalog.pg_attribute as columns
        where columns.attrelid = members.prrelid and columns.attnum = any(members.prattrs)
    ) || ')', '')
    || coalesce(' where (' || pg_get_expr(members.prqual, members.prrelid) || ')', '')
from pg_catalog.pg_publication_rel as members
join pg_catalog.pg_publication as publications on publications.oid = members.prpubid
join pg_catalog.pg_class as tables on tables.oid = members.prrelid
join pg_catalog.pg_namespace as spaces on spaces.oid = tables.relnamespace
where publications.pubname = 'supabase_realtime'
"""
SESSIONS = """
select pg_catalog.pg_terminate_backend(active_pid) from pg_catalog.pg_replication_slots
where active and temporary
"""


async def test_31_a_channel_is_left_joined_twice_and_served_by_stale_references(
    scene: Scene,
) -> None:
    wire = await scene.wire()
    name = topic()
    said: JSON = {"event": "e", "payload": {}}
    old, _ = await wire.join(name, {"broadcast": {"self": True}})
    new, _ = await wire.join(name, {"broadcast": {"self": True}})
    closed = await wire.event("phx_close")
    assert (closed.ref, closed.payload) == (old, {})
    for stale in (old, None):
        await wire.push(name, "broadcast", said, stale)
        assert (await wire.event("broadcast")).payload["event"] == "e"
    await wire.push(name, "phx_leave", {}, old)
    await wire.push(name, "broadcast", said, new)
    assert (await wire.event("broadcast")).payload["event"] == "e"
    await wire.alive()

    ref = await wire.push(name, "phx_leave", {}, new)
    tail: list[Frame] = [await wire.next(lambda _: True) for _ in range(2)]
    assert [(f.event, f.ref) for f in tail] == [("phx_reply", ref), ("phx_close", new)]
    assert [f.payload for f in tail] == [{"status": "ok", "response": {}}, {}]
    if wire.version == V2:
        assert [f.join_ref for f in tail] == [new, new]

    peer = await scene.peer()
    await joined(peer, topic())  # keeps the socket open
    for _ in range(20):  # what is left can be joined at once: no close comes late
        await (await joined(peer, name)).leave()
    again = await joined(peer, name)
    await (await scene.join(name)).send("e", {})
    assert (await again.inbox.next("broadcast"))["event"] == "e"


async def test_32_clients_come_back_after_a_restart_by_themselves(scene: Scene) -> None:
    room = await listen(scene, on("notes"))
    name = topic()
    hearer = await scene.join(name)
    wire = await scene.wire()
    await wire.join(topic())
    patience, scene.patience.seconds = scene.patience.seconds, scene.patience.seconds * BACK
    try:
        hearer.inbox.clear()
        await scene.server.restart(signal.SIGTERM)
        await room.subscribed()
        await hearer.inbox.next("status", status="SUBSCRIBED")
        key = await insert(scene, "notes", "after")
        assert (await room.inbox.next("change"))["record"]["id"] == key
        await (await scene.join(name)).send("after", {})
        assert (await hearer.inbox.next("broadcast"))["event"] == "after"
        with pytest.raises(ConnectionClosed):
            await wire.next(lambda frame: frame.event == "phx_close")
    finally:
        scene.patience.seconds = patience


async def test_33_a_publication_made_anew_and_a_lost_slot_are_survived(scene: Scene) -> None:
    room = await listen(scene, on("notes"))
    members = ", ".join(await _members(scene))
    await scene.sql("drop publication supabase_realtime")
    await insert(scene, "notes", "between")
    await scene.sql(f"create publication supabase_realtime for table {members}")
    await _recovers(scene, room)
    async with await psycopg.AsyncConnection.connect(scene.superuser_url, autocommit=True) as db:
        killed = await (await db.execute(SESSIONS)).fetchall()
    assert killed
    await _recovers(scene, room)


async def _members(scene: Scene) -> list[str]:
    return [row[0] for row in await (await scene.db.execute(MEMBERS)).fetchall()]


async def _recovers(scene: Scene, room: Room) -> None:
    """Write rows until one is heard: a client is not told that the log was lost and is back."""
    patience, scene.patience.seconds = scene.patience.seconds, 0.3
    try:
        for attempt in range(int(patience * BACK / scene.patience.seconds)):
            key = await insert(scene, "notes", f"attempt {attempt}")
            try:
                assert (await room.inbox.next("change"))["record"]["id"] <= key
            except AssertionError:
                continue
            break
        else:
            pytest.fail("nothing is heard any more")
        room.inbox.clear()
        last = await insert(scene, "notes", "last")
        scene.patience.seconds = 5.0
        while (await room.inbox.next("change"))["record"]["id"] != last:
            pass
    finally:
        scene.patience.seconds = patience
