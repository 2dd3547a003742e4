"""Scenarios 5–7: what one client says and others hear."""

from __future__ import annotations

import os

from tests.local.realtime.conformance.binary_frames import kind_3
from tests.local.realtime.conformance.peers import Wanted
from tests.local.realtime.conformance.scene import Scene, joined, topic
from tests.local.realtime.conformance.wire import V1, V2

SAID = {"text": "élève ✓", "list": [1, None, {"deep": True}], "big": 2**53}


async def test_05_a_broadcast_reaches_both_versions_with_ack_and_self_as_asked(
    scene: Scene,
) -> None:
    name = topic("any", "with", "colons")
    near = await scene.join(name)
    far = await scene.join(name, way=scene.other_way)
    for number, (ack, echo) in enumerate(
        [(False, False), (False, True), (True, False), (True, True)]
    ):
        event = f"cursor {number}"
        sender = await scene.join(name, Wanted(ack=ack, echo=echo))
        assert await sender.send(event, SAID) == "ok"
        for hearer in (near, far, *([sender] if echo else [])):
            heard = await hearer.inbox.next("broadcast")
            assert (heard["event"], heard["payload"]) == (event, SAID)
        await far.send("last", {})
        for hearer in (near, sender):
            await hearer.inbox.next("broadcast", event="last")
            await hearer.quiet("broadcast")

    # On the wire: a reply when it was asked for, and none when it was not.
    wire = await scene.wire()
    for ack in (True, False):
        quiet = topic()
        join_ref, _ = await wire.join(quiet, {"broadcast": {"ack": ack}})
        ref = await wire.push(quiet, "broadcast", {"event": "e", "payload": {}}, join_ref)
        replies = [frame for frame in await wire.alive() if frame.ref == ref]
        assert [frame.payload for frame in replies] == [{"status": "ok", "response": {}}] * ack


async def test_06_bytes_arrive_as_they_were_sent_at_2_and_never_at_1(scene: Scene) -> None:
    sent = bytes(range(256)) + os.urandom(1000)
    name = topic()
    old, new = await scene.wire(version=V1), await scene.wire(version=V2)
    sender = await scene.wire(version=V2)
    for hearer in (old, new):
        await hearer.join(name)
    join_ref, _ = await sender.join(name)
    await sender.socket.send(kind_3(join_ref, "5", name, "scan", sent, json=False))
    heard = await new.event("broadcast")
    assert heard.binary
    assert heard.payload == {"event": "scan", "payload": sent}

    room = await scene.join(name)
    if scene.version == V2:
        assert await room.send("scan", sent) == "ok"
        assert (await new.event("broadcast")).payload["payload"] == sent
        await sender.socket.send(kind_3(join_ref, "6", name, "scan", sent, json=False))
        assert (await room.inbox.next("broadcast"))["payload"] == sent
    await sender.socket.send(kind_3(join_ref, "7", name, "last", b"{}", json=True))
    assert (await room.inbox.next("broadcast"))["event"] == "last"
    assert (await old.event("broadcast")).payload["event"] == "last"


async def test_07_a_public_and_a_private_channel_of_one_name_do_not_mix(scene: Scene) -> None:
    name = topic("open")
    public = await scene.join(name, Wanted(ack=True))
    private = [await joined(await scene.user(), name, Wanted(private=True)) for _ in range(2)]
    await public.send("out", {})
    await private[0].send("in", {})
    assert (await private[1].inbox.next("broadcast"))["event"] == "in"
    await (await scene.join(name)).send("last", {})
    assert (await public.inbox.next("broadcast"))["event"] == "last"
    await private[0].send("last", {})
    assert (await private[1].inbox.next("broadcast"))["event"] == "last"
    await private[0].quiet("broadcast")
