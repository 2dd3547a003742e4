"""Scenarios 27 and 28: who is there."""

from __future__ import annotations

from tests.local.realtime.conformance.peers import JSON, Room, Wanted
from tests.local.realtime.conformance.scene import Scene, joined, topic


async def test_27_presence_follows_everybody_who_tracks(scene: Scene) -> None:
    name = topic()
    first = await scene.join(name, Wanted(presence=True, presence_key="ann"))
    watching = await scene.wire(version=None)
    await watching.join(name, {"presence": {"enabled": True}})
    assert (await watching.event("presence_state")).payload == {}

    assert await first.track({"page": 1}) == "ok"
    (meta,) = (await watching.event("presence_diff")).payload["joins"]["ann"]["metas"]
    assert (meta["page"], type(meta["phx_ref"])) == (1, str)
    await first.inbox.next("presence", event="join")  # the sender hears of itself
    assert _shown(await first.state()) == {"ann": [{"page": 1}]}

    assert await first.track({"page": 1}) == "ok"  # nothing new: nothing is said
    assert await first.track({"page": 2}) == "ok"
    diff = (await watching.event("presence_diff")).payload
    (new,), (old,) = diff["joins"]["ann"]["metas"], diff["leaves"]["ann"]["metas"]
    assert (new["page"], new["phx_ref_prev"], old) == (2, meta["phx_ref"], meta)

    late = await scene.join(name, Wanted(presence=True), way=scene.other_way)
    await late.inbox.next("presence", event="sync")
    assert _shown(await late.state()) == {"ann": [{"page": 2}]}

    peer = await scene.peer()
    second = await joined(peer, name, Wanted(presence=True, presence_key="ann"))
    await second.inbox.next("presence", event="sync")
    await second.track({"page": 3})
    assert [await _pages(late, "join") for _ in range(2)] == [[2], [3]]
    assert _shown(await late.state()) == {"ann": [{"page": 2}, {"page": 3}]}
    await peer.close()  # no leave: the socket is gone
    assert await _pages(late, "leave") == [3]
    assert await first.untrack() == "ok"
    assert await _pages(late, "leave") == [2]
    assert await first.track({"page": 4}) == "ok"
    assert await _pages(late, "join") == [4]
    await first.leave()
    assert await _pages(late, "leave") == [4]
    diffs = [f.payload for f in await watching.alive() if f.event == "presence_diff"]
    assert [(list(d["joins"]), list(d["leaves"])) for d in diffs] == [
        (["ann"], []),
        *[([], ["ann"])] * 2,
        (["ann"], []),
        ([], ["ann"]),
    ]
    assert diffs[0]["joins"]["ann"]["metas"][0]["page"] == 3
    assert diffs[2]["leaves"]["ann"]["metas"][0]["page"] == 2


async def test_28_presence_off_says_nothing_until_one_tracks(scene: Scene) -> None:
    name = topic()
    other = await scene.join(name, Wanted(presence=True))
    wire = await scene.wire()
    join_ref, _ = await wire.join(name, {"presence": {"key": "late", "enabled": False}})
    await other.track({"who": "other"})
    assert [f.event for f in await wire.alive() if f.event.startswith("presence")] == []

    for push in (
        {"type": "presence", "event": "TRACK", "payload": {"who": "late"}},
        {"event": "track", "payload": {"who": "later"}},
    ):
        reply = await wire.ask(name, "presence", push, join_ref)
        assert reply == {"status": "ok", "response": {}}
    joins = (await wire.event("presence_diff")).payload["joins"]
    assert joins["late"]["metas"][0]["who"] == "late"
    listed = {"event": "track", "payload": ["no", "map"]}
    reply = await wire.ask(name, "presence", listed, join_ref)
    expected = {"reason": "Presence track payload must be a map"}
    assert reply == {"status": "error", "response": expected}
    dance = await wire.ask(name, "presence", {"event": "dance", "payload": {}}, join_ref)
    assert dance["status"] == "error"

    silent = await scene.join(name)  # a client without listeners asks for none, and may track
    assert await silent.track({"who": "silent"}) == "ok"
    await other.inbox.next("presence", event="join")


async def _pages(room: Room, event: str) -> list[int]:
    """Wait for a join or a leave and return its pages.

    After the first leave realtime-js 2.109.0 no longer knows the references of the metas that are
    left, so that its state grows stale; what it tells of each diff is right.
    """
    told = await room.inbox.next("presence", event=event, key="ann")
    return [meta["page"] for meta in told["metas"]]


def _shown(state: JSON) -> JSON:
    """A client's state without the references."""
    return {
        key: [{k: v for k, v in meta.items() if "ref" not in k} for meta in metas]
        for key, metas in state.items()
    }
