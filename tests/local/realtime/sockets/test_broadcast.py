"""Broadcasts of clients: to whom, in which form, and what their sender is told."""

from __future__ import annotations

import json
from typing import Any

import aiohttp
import pytest

from tests.local.realtime.sockets.conftest import Serve
from tests.local.realtime.sockets.policies import Policies
from tests.local.realtime.sockets.test_frames import push

ROOM = "realtime:room"
HI = {"type": "broadcast", "event": "hi", "payload": {"x": 1.5, "é": "😀"}}
VERSIONS = ("1.0.0", "2.0.0")


@pytest.mark.parametrize("listens", VERSIONS)
@pytest.mark.parametrize("speaks", VERSIONS)
async def test_versions_hear_each_other(serve: Serve, speaks: str, listens: str) -> None:
    running = await serve()
    speaker, listener = await running.socket(speaks), await running.socket(listens)
    for client in (speaker, listener):
        await client.join(ROOM)
    await speaker.say(ROOM, "broadcast", HI)
    assert await listener.hear() == [None, None, ROOM, "broadcast", HI]
    await speaker.hears_nothing()


@pytest.mark.parametrize("itself", [True, False])
@pytest.mark.parametrize("ack", [True, False])
async def test_a_sender_hears_itself_and_an_answer_only_if_it_asked(
    serve: Serve, ack: bool, itself: bool
) -> None:
    client = await (await serve()).socket()
    await client.join(ROOM, broadcast={"ack": ack, "self": itself})
    ref = await client.say(ROOM, "broadcast", HI)
    if itself:
        assert await client.hear() == [None, None, ROOM, "broadcast", HI]
    if ack:
        answer = {"status": "ok", "response": {}}
        assert await client.hear() == ["1", ref, ROOM, "phx_reply", answer]
    await client.hears_nothing()


async def test_a_binary_push_of_json_is_text_to_everybody(serve: Serve) -> None:
    running = await serve()
    speaker = await running.socket()
    listeners = [await running.socket(version) for version in VERSIONS]
    for client in (speaker, *listeners):
        await client.join(ROOM)
    await speaker.websocket.send_bytes(push("1", "7", ROOM.encode(), b"hi", b'{"x": 1}'))
    said = {"type": "broadcast", "event": "hi", "payload": {"x": 1}}
    for listener in listeners:
        assert (await listener.hear())[4] == said


async def test_bytes_reach_version_2_only_and_as_they_are(serve: Serve) -> None:
    running = await serve()
    speaker, new, old = [await running.socket(version) for version in ("2.0.0", *VERSIONS[::-1])]
    for client in (speaker, new, old):
        await client.join(ROOM)
    await speaker.websocket.send_bytes(push("1", "7", ROOM.encode(), b"hi", b"\x00\xff", kind=0))
    message = await new.websocket.receive(timeout=3)
    assert message.type is aiohttp.WSMsgType.BINARY
    assert message.data == bytes([4, len(ROOM), 2, 0, 0]) + ROOM.encode() + b"hi\x00\xff"
    await old.hears_nothing()


@pytest.mark.parametrize(("kind", "body"), [(0, b"\0"), (1, b'{"x":1}')])
async def test_what_a_client_says_about_its_push_is_not_passed_on(
    serve: Serve, kind: int, body: bytes
) -> None:
    """Else it could tell the others that it is a replay, or a row of the database."""
    running = await serve()
    speaker, listener = await running.socket(), await running.socket()
    for client in (speaker, listener):
        await client.join(ROOM)
    meta, topic = b'{"id":"forged","replayed":true}', ROOM.encode()
    await speaker.websocket.send_bytes(
        bytes([3, 1, 1, len(topic), 2, len(meta), kind]) + b"17" + topic + b"hi" + meta + body
    )
    message = await listener.websocket.receive(timeout=3)
    if kind == 0:
        assert message.data == bytes([4, len(topic), 2, 0, 0]) + topic + b"hi" + body
    else:
        assert json.loads(message.data)[4] == HI | {"payload": {"x": 1}}


@pytest.mark.parametrize("payload", [None, "text", [1], 7])
async def test_what_is_no_broadcast_is_passed_on_to_nobody(serve: Serve, payload: Any) -> None:
    running = await serve()
    speaker, listener = await running.socket(), await running.socket()
    await listener.join(ROOM)
    await speaker.join(ROOM, broadcast={"ack": True})
    frame = json.dumps(["1", "7", ROOM, "broadcast", payload])
    await speaker.websocket.send_str(frame)
    assert (await speaker.hear())[4]["status"] == "error"
    await listener.hears_nothing()


async def test_what_is_too_large_is_dropped_and_its_sender_told(serve: Serve) -> None:
    running = await serve(payload_bytes=100)
    speaker, listener = await running.socket(), await running.socket()
    await listener.join(ROOM)
    await speaker.join(ROOM, broadcast={"ack": True})
    await speaker.say(ROOM, "broadcast", HI | {"payload": {"x": "é" * 50}})
    assert (await speaker.hear())[4]["response"] == {"reason": "payload_size_exceeded"}
    await listener.hears_nothing()


async def test_a_frame_that_is_too_large_closes_the_socket(serve: Serve) -> None:
    client = await (await serve(frame_bytes=1000)).socket()
    await client.say(ROOM, "broadcast", HI | {"payload": {"x": "x" * 2000}})
    assert await client.close_code() == 1009


@pytest.mark.parametrize("writes", [True, False])
async def test_policies_are_asked_once_who_may_send_on_a_private_topic(
    serve: Serve, writes: bool
) -> None:
    policies = Policies(writes=writes)
    running = await serve(policies)
    speaker, listener = await running.socket(), await running.socket()
    await listener.join(ROOM, private=True)
    await speaker.join(ROOM, private=True, broadcast={"ack": True})
    for _ in range(3):
        await speaker.say(ROOM, "broadcast", HI)
        if writes:
            assert (await speaker.hear())[4]["status"] == "ok"
            assert (await listener.hear())[4] == HI
    await speaker.hears_nothing()
    await listener.hears_nothing()
    assert policies.asked == 1


async def test_broadcasts_that_wait_for_a_policy_keep_their_order(serve: Serve) -> None:
    running = await serve(Policies(writes=True))
    speaker, listener = await running.socket(), await running.socket()
    await listener.join(ROOM, private=True)
    await speaker.join(ROOM, private=True)
    for number in range(20):
        await speaker.say(ROOM, "broadcast", HI | {"payload": number})
    heard = [(await listener.hear())[4]["payload"] for _ in range(20)]
    assert heard == list(range(20))


async def test_a_public_and_a_private_channel_of_one_name_do_not_hear_each_other(
    serve: Serve,
) -> None:
    running = await serve(Policies(writes=True))
    public, private = await running.socket(), await running.socket()
    await public.join(ROOM)
    await private.join(ROOM, private=True)
    await public.say(ROOM, "broadcast", HI)
    await private.say(ROOM, "broadcast", HI)
    await private.hears_nothing()
    await public.hears_nothing()


async def test_who_sends_too_fast_loses_the_channel(serve: Serve) -> None:
    client = await (await serve(messages_per_second=1, rate_seconds=1)).socket()
    await client.join(ROOM)
    for _ in range(2):
        await client.say(ROOM, "broadcast", HI)
    assert (await client.hear())[4]["message"] == "Too many messages per second"
    assert (await client.hear())[3] == "phx_close"
