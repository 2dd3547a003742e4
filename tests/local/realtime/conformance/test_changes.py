"""Scenarios 13, 14 and 16: which changes come, and in what shape."""

from __future__ import annotations

import re

from tests.local.realtime.conformance.peers import JSON, Wanted
from tests.local.realtime.conformance.rows import changes, insert, listen, on
from tests.local.realtime.conformance.scene import Scene, joined, topic

COLUMNS = [{"name": "id", "type": "int8"}, {"name": "title", "type": "text"},
           {"name": "body", "type": "text"}]  # fmt: skip


async def test_13_every_kind_of_change_has_its_shape(scene: Scene) -> None:
    room = await listen(scene, on("notes"), on("whole"))
    wire = await scene.wire()
    name = topic()
    await wire.join(name, {"postgres_changes": [on("notes"), on("whole")]})
    await wire.event("system", name)
    for table in ("notes", "whole"):
        key = await insert(scene, table, "a")
        await scene.sql("update $table set title = 'b' where id = %s", key, table=table)
        await scene.sql("delete from $table where id = %s", key, table=table)
        first: JSON = {"id": key, "title": "a", "body": None}
        second: JSON = first | {"title": "b"}
        olds = (first, second) if table == "whole" else ({"id": key}, {"id": key})
        expected = [("INSERT", first, {}), ("UPDATE", second, olds[0]), ("DELETE", {}, olds[1])]
        heard = [await room.inbox.next("change") for _ in range(3)]
        assert [(c["type"], c["record"], c["old_record"]) for c in heard] == expected

        for change, (kind, record, old) in zip(await changes(wire, 3), expected, strict=True):
            at = change.pop("commit_timestamp")
            assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", at)
            rows = {"record": record} if record else {}
            rows |= {"old_record": old} if old else {}
            shape = {"type": kind, "schema": "conf", "table": table, "columns": COLUMNS}
            assert change == shape | rows | {"errors": None}

    key = await insert(scene, "notes", "moved")
    await scene.sql("update conf.notes set id = id + 1000000 where id = %s", key)
    moved = await room.inbox.next("change", type="UPDATE")
    assert (moved["record"]["id"], moved["old_record"]) == (key + 1000000, {"id": key})

    inserts = await listen(scene, on("notes", event="INSERT"))
    deletes = await listen(scene, on("notes", event="DELETE"))
    key = await insert(scene, "notes", "a")
    await scene.sql("update conf.notes set title = 'b' where id = %s", key)
    await scene.sql("delete from conf.notes where id = %s", key)
    await insert(scene, "notes", "last")
    assert (await deletes.inbox.next("change"))["type"] == "DELETE"
    assert [(await inserts.inbox.next("change"))["type"] for _ in range(2)] == ["INSERT"] * 2
    await deletes.quiet("change")


async def test_14_two_bindings_of_one_table_get_one_message_with_both_ids(scene: Scene) -> None:
    both = [on("notes"), on("notes", event="INSERT")]
    room = await listen(scene, *both)
    wire = await scene.wire()
    name = topic()
    _, reply = await wire.join(name, {"postgres_changes": both})
    await wire.event("system", name)
    await insert(scene, "notes", "twice heard")
    heard = [await room.inbox.next("change", binding=binding) for binding in (0, 1)]
    for change in heard:
        del change["binding"]
    assert heard[0] == heard[1]
    ids = [entry["id"] for entry in reply["response"]["postgres_changes"]]
    frame = await wire.event("postgres_changes")
    assert sorted(frame.payload["ids"]) == sorted(ids)
    assert [f for f in await wire.alive() if f.event == "postgres_changes"] == []


async def test_16_a_table_is_heard_once_it_is_published(scene: Scene) -> None:
    peer = await scene.peer()
    name, entry = topic(), on("late", event="INSERT")
    room = await peer.join(name, Wanted(changes=[entry]))
    assert room.status["status"] == "SUBSCRIBED"
    await room.inbox.told(
        "Unable to subscribe to changes with given parameters. Please check Realtime is enabled"
        " for the given connect parameters: [event: INSERT, schema: conf, table: late,"
        " filters: [], select: nil]"
    )
    await room.leave()
    await scene.sql("alter publication supabase_realtime add table conf.late")
    try:
        room = await joined(peer, name, Wanted(changes=[entry]))
        key = await insert(scene, "late", "now")
        assert (await room.inbox.next("change"))["record"] == {"id": key, "title": "now"}
    finally:
        await scene.sql("alter publication supabase_realtime drop table conf.late")
