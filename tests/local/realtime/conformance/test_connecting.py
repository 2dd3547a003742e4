"""Scenarios 1–4 and 35: the handshake, heartbeats, joins and frames that are none."""

from __future__ import annotations

import asyncio
import json
import time

import pytest
from websockets.exceptions import InvalidStatus

from preau.local import keys
from tests.local.realtime.conformance.binary_frames import kind_3
from tests.local.realtime.conformance.peers import JSON, Wanted
from tests.local.realtime.conformance.scene import Scene, topic
from tests.local.realtime.conformance.wire import V2
from tests.local.tokens import sign

HOUR = 3600
PEOPLE = {"role": "authenticated", "sub": "9f6f2a3a-52a2-4f6c-bd35-2f3d9e1f0a11"}


async def test_01_the_handshake_takes_jwts_and_opaque_keys_and_refuses_bad_ones(
    scene: Scene,
) -> None:
    for key in (keys.ANON_JWT, keys.PUBLISHABLE_KEY, keys.SECRET_KEY):
        await scene.join(topic(), key=key)
    overruled = await scene.wire(key="nonsense", headers={"x-api-key": keys.PUBLISHABLE_KEY})
    await overruled.alive()
    await (await scene.wire(version="")).alive()  # no version means 1.0.0

    past, soon = int(time.time()) - HOUR, int(time.time()) + HOUR
    refused: dict[str | None, str] = {
        None: "API key is missing",
        "nonsense": "The token provided is not a valid JWT",
        sign({**PEOPLE, "exp": past}): "Token has expired",
        sign({"exp": soon}): "Fields `role` and `exp` are required in JWT",
        sign({**PEOPLE, "exp": soon}, "another secret"): "Failed to validate JWT signature",
    }
    for bad, text in refused.items():
        assert text in await _refusal(scene, 401, bad)
    await _refusal(scene, 403, keys.ANON_JWT, version="3.0.0")


async def test_02_a_heartbeat_is_answered_before_any_join_with_or_without_a_ref(
    scene: Scene,
) -> None:
    wire = await scene.wire()
    for ref in ("7", None):
        await wire.text(None, ref, "phoenix", "heartbeat", {})
        assert await wire.reply(ref) == {"status": "ok", "response": {}}


async def test_03_a_join_reply_gives_the_bindings_back_as_they_came_with_ids(scene: Scene) -> None:
    entries: list[JSON] = [
        {"event": "*", "schema": "conf", "table": "notes", "filter": "id=gt.0"},
        {"schema": "conf", "event": "INSERT", "table": "notes", "select": ["id", "title"]},
        {"event": "UPDATE", "schema": "conf"},
    ]
    wire = await scene.wire()
    _, none = await wire.join(topic())
    assert none == {"status": "ok", "response": {"postgres_changes": []}}

    _, reply = await wire.join(topic(), {"postgres_changes": entries})
    echoed = reply["response"]["postgres_changes"]
    assert [{k: v for k, v in entry.items() if k != "id"} for entry in echoed] == entries
    assert all(type(entry["id"]) is int and entry["id"] > 0 for entry in echoed)
    # Null sections, strings for booleans and null items are what old clients send.
    odd = {"broadcast": None, "presence": None, "private": "false", "postgres_changes": [None]}
    assert (await wire.join(topic(), odd))[1]["status"] == "ok"
    # A client that finds another order or another field refuses the join by itself.
    await scene.join(topic(), Wanted(changes=entries))


async def test_04_no_topic_is_refused_and_an_unjoined_one_is_unmatched(scene: Scene) -> None:
    peer = await scene.peer()
    refused = await peer.join("")
    assert refused.status["status"] == "CHANNEL_ERROR"
    assert "TopicNameRequired: You must provide a topic name" in refused.status["text"]

    wire = await scene.wire()
    ref = await wire.push(topic(), "broadcast", {"event": "e", "payload": {}}, "1")
    assert await wire.reply(ref) == {"status": "error", "response": {"reason": "unmatched topic"}}
    ref = await wire.push(topic(), "phx_leave", {}, "1")
    assert (await wire.reply(ref))["status"] == "ok"


async def test_35_frames_that_are_none_leave_the_socket_and_others_alone(scene: Scene) -> None:
    name = topic()
    wire = await scene.wire()
    other = await scene.join(name)
    join_ref, _ = await wire.join(name)
    whole = kind_3(join_ref, "9", name, "e", b'{"a": 1}', json=True)
    texts = ["", "{", "null", "7", "[]", "{}", '"', '[null,null,7,"phx_join",{}]', "[" * 2000]
    texts += [json.dumps({"topic": f"realtime:{name}", "event": None, "payload": 3, "ref": {}})]
    cut = (whole[:end] for end in range(1, 12))
    broken: list[str | bytes] = [*texts, b"", b"\xff" * 40, *cut]
    for frame in broken:
        await wire.socket.send(frame)
    unread = await wire.alive()
    assert not [came for came in unread if came.event in ("phx_close", "phx_error")]

    if wire.version == V2:
        await wire.socket.send(whole)
    else:
        await wire.push(name, "broadcast", {"event": "e", "payload": {"a": 1}}, join_ref)
    assert (await other.inbox.next("broadcast"))["payload"] == {"a": 1}
    await other.quiet("broadcast")


async def _refusal(scene: Scene, status: int, key: str | None, version: str | None = None) -> str:
    with pytest.raises(InvalidStatus) as refused:
        await asyncio.wait_for(scene.wire(key=key, version=version), scene.patience.seconds)
    assert refused.value.response.status_code == status
    return str(json.loads(refused.value.response.body)["error"])
