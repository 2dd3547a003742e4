"""Scenarios 13–16: which changes come, in what shape, and what filters let through."""

from __future__ import annotations

import re
import uuid

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


# Each filter, and which of these rows it lets through.
ROWS: dict[str, JSON] = {
    "plain": {"small": 5, "note": "plain", "flag": True},
    "comma": {"small": 7, "note": 'a,b "c" (d)', "flag": False},
    "none": {"small": None, "note": None, "flag": None},
}
FILTERS = {
    "small=eq.5": {"plain"},
    "small=neq.5": {"comma"},
    "small=lt.7": {"plain"},
    "small=lte.7": {"plain", "comma"},
    "small=gt.5": {"comma"},
    "small=gte.5": {"plain", "comma"},
    "small=in.(5,6)": {"plain"},
    "small=not.in.(5,6)": {"comma"},
    "small=not.eq.5": {"comma"},
    "small=isdistinct.5": {"comma", "none"},
    "small=not.isdistinct.5": {"plain"},
    "small=is.null": {"none"},
    "small=not.is.null": {"plain", "comma"},
    "flag=is.true": {"plain"},
    "flag=is.unknown": {"none"},
    "flag=not.is.false": {"plain", "none"},
    "note=like.pl%": {"plain"},
    "note=ilike.PL%": {"plain"},
    "note=not.like.pl%": {"comma"},
    "note=match.^a": {"comma"},
    "note=imatch.^PLA": {"plain"},
    'note=in.("a,b \\"c\\" (d)",x)': {"comma"},
    'note=eq."a,b \\"c\\" (d)"': {"comma"},
    "small=gt.1,flag=is.true": {"plain"},
    "note=like.%(d),small=gte.7": {"comma"},
    "": {"plain", "comma", "none"},
}


async def test_15_filters_say_what_postgres_would(scene: Scene) -> None:
    bindings = [
        on("kinds", event="INSERT", filter=text) if text else on("kinds") for text in FILTERS
    ]
    room = await listen(scene, *bindings)
    run = uuid.uuid4()
    for row in ROWS.values():
        await scene.sql(
            "insert into conf.kinds (small, note, flag, code) values (%s, %s, %s, %s)",
            *(row["small"], row["note"], row["flag"], run),
        )
    last = len(FILTERS) - 1  # no filter: it hears every row, after the others have
    heard = {text: set[str]() for text in FILTERS}
    by_note = {row["note"]: name for name, row in ROWS.items()}
    for name in ROWS:
        whole = await room.inbox.next("change", binding=last)
        heard[""].add(by_note[whole["record"]["note"]])
        assert by_note[whole["record"]["note"]] == name
    for change in room.inbox.unread("change"):
        heard[list(FILTERS)[change["binding"]]].add(by_note[change["record"]["note"]])
    assert heard == FILTERS

    # The new row decides an update; of the old row only its key is known to a delete.
    key = await insert(scene, "notes", "was")
    aimed = await listen(
        scene, on("notes", filter="title=eq.is"), on("notes", filter=f"id=eq.{key}")
    )
    await scene.sql("update conf.notes set title = 'is' where id = %s", key)
    await scene.sql("delete from conf.notes where id = %s", key)
    assert [(await aimed.inbox.next("change", binding=1))["type"] for _ in range(2)] == [
        "UPDATE",
        "DELETE",
    ]
    assert [c["type"] for c in aimed.inbox.unread("change")] == ["UPDATE"]

    many = ",".join(map(str, range(101)))
    for bad in (f"small=in.({many})", "note=match.(", "nothing=eq.1", "small=eq.x", "small", "a,"):
        refused = await (await scene.peer()).join(
            topic(), Wanted(changes=[on("kinds", filter=bad)])
        )
        assert refused.status["status"] == "SUBSCRIBED", bad
        told = await refused.inbox.told("postgres_changes")
        assert "error" in str(told.data).lower(), bad


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
