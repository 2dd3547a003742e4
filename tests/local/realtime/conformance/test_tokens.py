"""Scenarios 29 and 30: a channel goes on with another token, or ends with its own."""

from __future__ import annotations

import time
import uuid

from preau.local import keys
from tests.local.realtime.conformance.peers import Wanted
from tests.local.realtime.conformance.rows import insert, listen, on
from tests.local.realtime.conformance.scene import Scene, joined, token_of, topic

OWN = "insert into conf.owned (owner, title) values (%s, 'mine') returning id"


async def test_29_a_new_token_changes_what_a_channel_may(scene: Scene) -> None:
    person = str(uuid.uuid4())
    peer = await scene.peer()
    room = await listen(scene, on("owned"), on("notes"), peer=peer)
    await scene.sql(OWN, person)
    await insert(scene, "notes", "as anon")
    assert (await room.inbox.next("change"))["table"] == "notes"
    await peer.set_auth(token_of(person))
    await room.subscribed()
    (row,) = await scene.sql(OWN, person)
    assert (await room.inbox.next("change"))["record"]["id"] == row[0]

    for less, text in (
        ("part", "You no longer have permission to read from this Channel topic: "),
        ("no", "You do not have permissions to read from this Channel topic: "),
    ):
        guest = await scene.user(person, **{"pass": "yes"})
        name = topic("pass")
        inside = await joined(guest, name, Wanted(private=True, presence=True))
        await guest.set_auth(token_of(person, **{"pass": less}))
        await inside.inbox.told(text + name)
        await inside.inbox.next("status", status="CLOSED")

    wire = await scene.wire()
    name, token = topic("open"), token_of(person)
    join_ref, _ = await wire.join(name, {"private": True}, token)
    for ignored in (None, token, keys.PUBLISHABLE_KEY):
        await wire.push(name, "access_token", {"access_token": ignored}, join_ref)
    assert await wire.alive() == []
    await wire.push(name, "access_token", {"access_token": ""}, join_ref)
    system = await wire.event("system")
    assert system.payload == {
        "extension": "system",
        "status": "error",
        "message": "The token provided is not a valid JWT",
        "channel": name,
    }
    closed = await wire.event("phx_close")
    assert (closed.ref, closed.payload) == (join_ref, {})


async def test_30_an_expired_token_ends_its_channel_and_not_the_socket(scene: Scene) -> None:
    person = str(uuid.uuid4())
    wire = await scene.wire()
    brief, lasting = topic("open"), topic("open")
    await wire.join(lasting, {"private": True}, token_of(person))
    soon = int(time.time()) + 2
    peer = await scene.user(person, exp=soon)
    room = await joined(peer, topic("open"), Wanted(private=True))
    join_ref, reply = await wire.join(brief, {"private": True}, token_of(person, exp=soon))
    assert reply["status"] == "ok"
    system = await wire.event("system", brief)
    assert "Token has expired" in system.payload["message"]
    assert (await wire.event("phx_close", brief)).ref == join_ref
    await room.inbox.told("Token has expired")
    await room.inbox.next("status", status="CLOSED")
    await scene.sql("select realtime.send('{}', 'last', %s)", lasting)
    assert (await wire.event("broadcast", lasting)).payload["event"] == "last"
    past = token_of(person, exp=int(time.time()) - 5)
    _, reply = await wire.join(topic("open"), {"private": True}, past)
    assert "InvalidJWTToken: Token has expired" in reply["response"]["reason"]
