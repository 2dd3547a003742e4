"""Scenarios 22 and 23: values of every type, and transactions of many rows."""

from __future__ import annotations

from psycopg.types.json import Json, Jsonb

from tests.local.realtime.conformance.rows import changes, insert, listen, on
from tests.local.realtime.conformance.scene import Scene, topic

KINDS = {
    "amount": (1234.5, "numeric"),
    "small": (-7, "int2"),
    "flag": (False, "bool"),
    "note": ("élève", "text"),
    "doc": ({"a": [1, None]}, "json"),
    "tree": ({"b": {"c": "d"}}, "jsonb"),
    "tags": (["x", "y, z", None], "_text"),
    "numbers": ([1, 2], "_int4"),
    "mood": ("cross", "mood"),
    "raw": ("00ff10", "bytea"),
    "seen_at": ("2026-01-02T03:04:05.678+00:00", "timestamptz"),
    "on_day": ("2026-01-02", "date"),
    "code": ("9f6f2a3a-52a2-4f6c-bd35-2f3d9e1f0a11", "uuid"),
}
INSERT = """
insert into conf.kinds (amount, small, flag, note, doc, tree, tags, numbers, mood, raw, seen_at,
    on_day, code, long_text)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s::conf.mood, %s, %s, %s, %s, %s) returning id
"""
EMPTY = """
update conf.kinds set amount = null, small = null, flag = null, note = null, doc = null,
    tree = null, tags = null, numbers = null, mood = null, raw = null, seen_at = null,
    on_day = null, code = null where id = %s
"""
LONG = "toast " * 2000


async def test_22_values_arrive_as_json_of_their_type(scene: Scene) -> None:
    room = await listen(scene, on("kinds"), on("whole"))
    wire = await scene.wire()
    name = topic()
    await wire.join(name, {"postgres_changes": [on("kinds")]})
    await wire.event("system", name)

    given = {column: value for column, (value, _) in KINDS.items()}
    given |= {"doc": Json(given["doc"]), "tree": Jsonb(given["tree"]), "raw": b"\x00\xff\x10"}
    (row,) = await scene.sql(INSERT, *given.values(), LONG)
    expected = {"id": row[0]} | {column: value for column, (value, _) in KINDS.items()}
    (change,) = await changes(wire, 1)
    assert change["record"] == expected | {"long_text": LONG}
    types = {"id": "int8"} | {column: kind for column, (_, kind) in KINDS.items()}
    assert {c["name"]: c["type"] for c in change["columns"]} == types | {"long_text": "text"}
    assert (await room.inbox.next("change"))["record"] == change["record"]

    nothing = dict.fromkeys(KINDS)
    await scene.sql(EMPTY, row[0])
    (change,) = await changes(wire, 1)
    # What was toasted and not touched is not in the log: the key is left out.
    assert change["record"] == {"id": row[0]} | nothing
    assert change["old_record"] == {"id": row[0]}

    (whole,) = await scene.sql("insert into conf.whole (body) values (%s) returning id", LONG)
    await scene.sql("update conf.whole set title = 'b' where id = %s", whole[0])
    update = await room.inbox.next("change", table="whole", type="UPDATE")
    # With the full identity it is in the old row.
    assert update["record"] == {"id": whole[0], "title": "b", "body": LONG}


async def test_23_transactions_come_whole_in_order_or_not_at_all(scene: Scene) -> None:
    room = await listen(scene, on("notes"))
    async with scene.db.transaction():
        for n in range(50):
            await scene.db.execute("insert into conf.notes (title) values (%s)", [f"row {n}"])
    heard = [(await room.inbox.next("change"))["record"]["title"] for _ in range(50)]
    assert heard == [f"row {n}" for n in range(50)]
    async with scene.db.transaction(force_rollback=True):
        await scene.db.execute("insert into conf.notes (title) values ('undone')")
    await scene.sql("truncate conf.notes")
    await insert(scene, "notes", "last")
    assert (await room.inbox.next("change"))["record"]["title"] == "last"
    await room.quiet("change")
