"""Scenarios 10–12: what SQL says, and what is said again to those who come late."""

from __future__ import annotations

import asyncio
import time
import uuid
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from tests.local.realtime.conformance.peers import JSON, Wanted
from tests.local.realtime.conformance.scene import Scene, joined, token_of, topic
from tests.local.realtime.conformance.wire import V1, V2

SEND = "select realtime.send(%s, %s, %s, %s)"


async def test_10_realtime_send_is_heard_on_commit_with_the_rows_id(scene: Scene) -> None:
    name = topic("open")
    public = await scene.join(name)
    private = await joined(await scene.user(), name, Wanted(private=True))
    for room, is_private in ((public, False), (private, True)):
        await scene.sql(SEND, '{"n": 1}', "made", name, is_private)
        heard = await room.inbox.next("broadcast")
        (row,) = await scene.sql(
            "select id::text from realtime.messages where topic = %s and private = %s",
            name,
            is_private,
        )
        assert heard["payload"] == {"n": 1, "id": row[0]}
        assert heard["meta"]["id"] == row[0]

        async with scene.db.transaction(force_rollback=True):
            await scene.db.execute(SEND, ['{"n": 2}', "undone", name, is_private])
        await scene.sql(SEND, '{"id": "mine"}', "last", name, is_private)
        heard = await room.inbox.next("broadcast")
        assert (heard["event"], heard["payload"]) == ("last", {"id": "mine"})
    await public.quiet("broadcast")


async def test_11_bytes_and_row_changes_are_sent_from_sql_by_who_may(scene: Scene) -> None:
    person = str(uuid.uuid4())
    mine, deaf = topic("own", person), topic("hear")
    peer = await scene.user(person)
    room, other = [await joined(peer, name, Wanted(private=True)) for name in (mine, deaf)]
    new, old = await scene.wire(version=V2), await scene.wire(version=V1)
    for wire in (new, old):
        _, reply = await wire.join(mine, {"private": True}, token_of(person))
        assert reply["status"] == "ok"

    await scene.sql("select realtime.send_binary('\\x00ff', 'scan', %s)", mine)
    scanned = await new.event("broadcast")
    assert (scanned.binary, scanned.payload["payload"]) == (True, b"\x00\xff")
    if scene.version == V2:
        assert (await room.inbox.next("broadcast", event="scan"))["payload"] == b"\x00\xff"

    row: JSON = {"id": 1, "title": "new", "body": None}
    for operation, after, before in (
        ("INSERT", row, None),
        ("UPDATE", row, row | {"title": "old"}),
        ("DELETE", None, row),
    ):
        await scene.sql(*_changes(mine, operation, after, before))
        heard = (await room.inbox.next("broadcast"))["payload"]
        heard.pop("id")
        assert heard == {
            "operation": operation,
            "schema": "conf",
            "table": "notes",
            "record": after,
            "old_record": before,
        }
    frames = [await old.event("broadcast") for _ in range(3)]
    assert not any(frame.payload["event"] == "scan" for frame in frames)

    for name in (mine, deaf):  # the second has no policy that lets them speak: silence, no error
        async with scene.acting_as(person) as db:
            statement, *values = _changes(name, "INSERT", row, None)
            await db.execute(statement, values)
    assert (await room.inbox.next("broadcast"))["event"] == "changed"
    await scene.sql(SEND, "{}", "last", deaf, True)
    assert (await other.inbox.next("broadcast"))["event"] == "last"


async def test_12_who_joins_late_is_told_again_what_was_said_privately(scene: Scene) -> None:
    name = topic("open")
    begin = int(time.time() * 1000) - 2000
    witness = await joined(await scene.user(), name, Wanted(private=True))
    async with scene.db.transaction():
        for n in range(30):
            await scene.db.execute(
                "insert into realtime.messages (topic, extension, event, payload, private,"
                " inserted_at) values (%s, 'broadcast', 'old', %s, true,"
                " clock_timestamp() at time zone 'utc')",
                [name, f'{{"n": {n}}}'],
            )
    for _ in range(30):  # what is not live any more
        await witness.inbox.next("broadcast", event="old")
    peer = await scene.user()

    async def replay(**asked: Any) -> list[JSON]:
        room = await joined(peer, name, Wanted(private=True, replay={"since": begin, **asked}))
        await scene.sql(SEND, '{"n": 99}', "live", name, True)
        live = await room.inbox.next("broadcast", event="live")
        assert "replayed" not in live["meta"]
        heard = room.inbox.unread("broadcast")
        await room.leave()
        await scene.sql("delete from realtime.messages where topic = %s and event = 'live'", name)
        return heard

    heard = await replay()
    assert [message["payload"]["n"] for message in heard] == list(range(5, 30))
    assert all(message["meta"]["replayed"] is True for message in heard)
    assert len({message["meta"]["id"] for message in heard}) == 25
    assert [m["payload"]["n"] for m in await replay(limit=3)] == [27, 28, 29]
    assert len(await replay(limit=100)) == 25
    assert await replay(since=int(time.time() * 1000) + 60_000) == []

    refusal = "UnableToReplayMessages: Replay params are not valid"
    wire = await scene.wire()
    for replayed in ({"since": "yesterday"}, {"since": begin, "limit": "x"}):
        config = {"private": True, "broadcast": {"replay": replayed}}
        _, reply = await wire.join(name, config, token_of(str(uuid.uuid4())))
        assert reply == {"status": "error", "response": {"reason": refusal}}, replayed
    config = {"private": False, "broadcast": {"replay": {"since": begin}}}
    _, reply = await wire.join(name, config)
    public = "UnableToReplayMessages: Replay is not allowed for public channels"
    assert reply["response"] == {"reason": public}
    await _said_while_joining(scene, name, begin)


async def _said_while_joining(scene: Scene, name: str, begin: int) -> None:
    """A message committed while a join replays is heard once, replayed or live, not twice."""
    wire = await scene.wire()
    token = token_of(str(uuid.uuid4()))
    config = {"private": True, "broadcast": {"replay": {"since": begin}}}
    async with await psycopg.AsyncConnection.connect(scene.superuser_url, autocommit=True) as db:
        sending = [db.execute(SEND, [f'{{"n": {n}}}', "race", name, True]) for n in range(5)]
        await asyncio.gather(wire.join(name, config, token), _in_turn(sending))
        await db.execute(SEND, ["{}", "last", name, True])
    heard: list[str] = []
    while (frame := await wire.event("broadcast")).payload["event"] != "last":
        heard.append(frame.payload["meta"]["id"])
    assert len(heard) == len(set(heard))


async def _in_turn(sending: list[Any]) -> None:
    for statement in sending:
        await statement


def _changes(name: str, operation: str, after: JSON | None, before: JSON | None) -> list[Any]:
    """A call of broadcast_changes and its values."""
    rows = [Jsonb(row) if row else None for row in (after, before)]
    cells = [
        "null::conf.notes" if row is None else "jsonb_populate_record(null::conf.notes, %s)"
        for row in rows
    ]
    statement = (
        "select realtime.broadcast_changes(%s, 'changed', %s, 'notes', 'conf',"
        f" {cells[0]}, {cells[1]})"
    )
    return [statement, name, operation, *[row for row in rows if row is not None]]
