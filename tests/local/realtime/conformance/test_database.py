"""Scenarios 10 and 11: what SQL says."""

from __future__ import annotations

import uuid
from typing import Any

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
