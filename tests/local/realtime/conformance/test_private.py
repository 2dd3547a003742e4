"""Scenarios 24–26: private channels, by the policies of realtime.messages."""

from __future__ import annotations

import uuid

from preau.local import keys
from tests.local.realtime.conformance.peers import Peer, Wanted
from tests.local.realtime.conformance.scene import Scene, joined, token_of, topic

PRIVATE = Wanted(private=True)
ACKED = Wanted(private=True, ack=True)
REFUSAL = "Unauthorized: You do not have permissions to read from this Channel topic: "


async def test_24_policies_decide_who_joins(scene: Scene) -> None:
    alice = str(uuid.uuid4())
    person, anon = await scene.user(alice), await scene.peer()
    service = await scene.peer(key=keys.SECRET_KEY)
    for name in (topic("open"), topic("own", alice), topic("hear"), topic("people")):
        await joined(person, name, Wanted(private=True, presence=True))
        await _refused(anon, name)
    await joined(service, topic("closed"), PRIVATE)
    for name in (topic("own", str(uuid.uuid4())), topic("closed"), topic("broken")):
        await _refused(person, name)
    await _refused(person, topic("people"))  # without presence there is nothing it may read

    for door, status in (("open", "ok"), ("shut", "error")):
        wire = await scene.wire(headers={"x-door": door})
        _, reply = await wire.join(topic("header"), {"private": True}, token_of(alice))
        assert reply["status"] == status, door


async def test_25_who_may_only_hear_cannot_speak(scene: Scene) -> None:
    name = topic("hear")
    peer = await scene.user()
    room = await joined(peer, name, ACKED)
    other = await joined(await scene.user(), name, PRIVATE)
    assert await room.send("unheard", {}, seconds=0.4) == "timed out"
    await scene.sql("select realtime.send('{}', 'last', %s)", name)
    for hearer in (room, other):
        assert (await hearer.inbox.next("broadcast"))["event"] == "last"
    allowed = await joined(peer, topic("open"), ACKED)
    assert await allowed.send("heard", {}) == "ok"


async def test_26_who_may_only_see_presence_gets_no_broadcasts(scene: Scene) -> None:
    name = topic("people")
    room = await joined(await scene.user(), name, Wanted(private=True, presence=True))
    other = await joined(await scene.user(), name, Wanted(private=True, presence=True))
    await scene.sql("select realtime.send('{}', 'unheard', %s)", name)
    assert await room.send("unheard", {}) == "ok"  # no ack was asked for
    assert await other.track({"who": "other"}) == "ok"
    seen = await room.inbox.next("presence", event="join")
    assert [meta["who"] for meta in seen["metas"]] == ["other"]
    witness = await joined(await scene.peer(key=keys.SECRET_KEY), name, PRIVATE)
    await scene.sql("select realtime.send('{}', 'last', %s)", name)
    await witness.inbox.next("broadcast", event="last")
    assert await room.untrack() == "ok"  # answered after the broadcasts would have come
    await room.quiet("broadcast")


async def _refused(peer: Peer, name: str) -> None:
    room = await peer.join(name, PRIVATE)
    assert room.status["status"] == "CHANNEL_ERROR", name
    assert REFUSAL + name in room.status["text"]
