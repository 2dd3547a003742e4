"""Scenarios 17–21 and 34: who sees which row, and how much of it."""

from __future__ import annotations

import asyncio
import uuid

from preau.local import keys
from tests.local.realtime.conformance.peers import Room
from tests.local.realtime.conformance.rows import insert, listen, on
from tests.local.realtime.conformance.scene import Scene, topic

OWN = "insert into conf.owned (owner, title) values (%s, %s) returning id"


async def test_17_rows_are_seen_by_whom_the_policies_let_see_them(scene: Scene) -> None:
    alice, bob = str(uuid.uuid4()), str(uuid.uuid4())
    rooms: dict[str, Room] = {
        "alice": await listen(scene, on("owned"), peer=await scene.user(alice)),
        "bob": await listen(scene, on("owned"), peer=await scene.user(bob)),
        "anon": await listen(scene, on("owned"), on("notes")),
        "service": await listen(scene, on("owned"), peer=await scene.peer(key=keys.SECRET_KEY)),
    }
    for owner in (alice, bob):
        (row,) = await scene.sql(OWN, owner, "mine")
        await scene.sql("update conf.owned set title = 'edited' where id = %s", row[0])
    await insert(scene, "notes", "last")
    await rooms["anon"].inbox.next("change", table="notes")
    await rooms["anon"].quiet("change")
    for name, owner in (("alice", alice), ("bob", bob)):
        for kind in ("INSERT", "UPDATE"):
            change = await rooms[name].inbox.next("change", type=kind)
            assert change["record"]["owner"] == owner
        await rooms[name].quiet("change")
    seen = [await rooms["service"].inbox.next("change") for _ in range(4)]
    assert {change["record"]["owner"] for change in seen} == {alice, bob}


async def test_18_a_delete_shows_the_key_under_policies_and_the_row_without(scene: Scene) -> None:
    (row,) = await scene.sql(OWN, str(uuid.uuid4()), "somebody's")
    whole = await insert(scene, "whole", "anybody's")
    person = await scene.user()
    rooms = [
        await listen(scene, on("owned"), on("whole"), peer=p) for p in (person, await scene.peer())
    ]
    await scene.sql("delete from conf.owned where id = %s", row[0])
    await scene.sql("delete from conf.whole where id = %s", whole)
    for room in rooms:
        first, second = [await room.inbox.next("change", type="DELETE") for _ in range(2)]
        assert first["old_record"] == {"id": row[0]}
        assert second["old_record"] == {"id": whole, "title": "anybody's", "body": None}


async def test_19_what_a_role_may_not_read_is_left_out_or_told_as_an_error(scene: Scene) -> None:
    person = await listen(scene, on("veiled"), peer=await scene.user())
    anon = await listen(scene, on("veiled"), on("keyless"), on("notes"))
    wire = await scene.wire()
    name = topic()
    await wire.join(name, {"postgres_changes": [on("veiled")]})
    await wire.event("system", name)
    await scene.sql("insert into conf.veiled (title, secret) values ('open', 'secret')")
    seen = await person.inbox.next("change")
    assert set(seen["record"]) == {"id", "title"}
    assert seen["errors"] is None

    unauthorised = await anon.inbox.next("change", table="veiled")
    assert unauthorised["errors"] == ["Error 401: Unauthorized"]
    assert unauthorised["record"] == {}
    data = (await wire.event("postgres_changes")).payload["data"]
    assert (data["columns"], data["record"]) == ([], {})

    await scene.sql("insert into conf.keyless values ('no key')")
    keyless = await anon.inbox.next("change", table="keyless")
    assert keyless["errors"] == ["Error 400: Bad Request, no primary key"]

    other = topic()
    await wire.join(other, {"postgres_changes": [on("notes")]})
    await wire.event("system", other)
    big = "insert into conf.notes (title, body) values ('big', repeat('x', 1100000)) returning id"
    (row,) = await scene.sql(big)
    small = {"id": row[0], "title": "big"}
    cut = await anon.inbox.next("change", table="notes")
    assert cut["errors"] == ["Error 413: Payload Too Large"]
    # realtime-js gives each column of the change a value, null where there is none.
    assert {k: v for k, v in cut["record"].items() if v is not None} == small
    assert (await wire.event("postgres_changes", other)).payload["data"]["record"] == small


async def test_20_select_limits_the_columns_and_keeps_the_key(scene: Scene) -> None:
    room = await listen(scene, on("notes", select=["title"]), on("notes"))
    key = await insert(scene, "notes", "short")
    narrow = await room.inbox.next("change", binding=0)
    assert narrow["record"] == {"id": key, "title": "short"}
    whole = await room.inbox.next("change", binding=1)
    assert whole["record"] == {"id": key, "title": "short", "body": None}
    wire = await scene.wire()
    for entry, why in (
        ({"event": "*", "schema": "conf", "table": "*", "select": ["title"]}, "not supported for"),
        ({"event": "*", "schema": "conf", "select": ["title"]}, "not supported for"),
        (on("notes", select="title"), "expected a list"),
        (on("notes", select=["nothing"]), "nothing"),
    ):
        name = topic()
        _, reply = await wire.join(name, {"postgres_changes": [entry]})
        assert reply["status"] == "ok"
        system = (await wire.event("system", name)).payload
        assert (system["extension"], system["status"]) == ("postgres_changes", "error")
        assert why in system["message"], entry


async def test_21_a_row_gone_with_its_transaction_is_not_announced(scene: Scene) -> None:
    person = str(uuid.uuid4())
    room = await listen(scene, on("owned"), peer=await scene.user(person))
    async with scene.db.transaction():
        cursor = await scene.db.execute(OWN, [person, "brief"])
        row = await cursor.fetchone()
        assert row is not None
        await scene.db.execute("delete from conf.owned where id = %s", row)
    change = await room.inbox.next("change")
    assert (change["type"], change["old_record"]) == ("DELETE", {"id": row[0]})
    await room.quiet("change")


async def test_34_a_hundred_of_one_claim_set_cost_one_check_a_change(scene: Scene) -> None:
    peers = [await scene.peer() for _ in range(2)]
    rooms = await asyncio.gather(
        *(listen(scene, on("counted"), peer=peers[n % len(peers)]) for n in range(100))
    )
    other = await listen(scene, on("counted"), peer=await scene.user())
    rooms.append(other)
    before = (await scene.sql("select nextval('conf.checks')"))[0][0]
    key = await insert(scene, "counted", "once")
    heard = await asyncio.gather(*(room.inbox.next("change") for room in rooms))
    assert all(change["record"]["id"] == key for change in heard)
    after = (await scene.sql("select nextval('conf.checks')"))[0][0]
    assert after - before - 1 == 2, "one check for anon and one for the person"
