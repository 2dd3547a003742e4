"""Joins, leaves, heartbeats and ends, on a bare socket of each version."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.local.realtime.sockets.conftest import Serve
from tests.local.tokens import user_token

ROOM = "realtime:room"
VERSIONS = pytest.mark.parametrize("version", ["1.0.0", "2.0.0"])


@VERSIONS
async def test_a_heartbeat_needs_no_channel(serve: Serve, version: str) -> None:
    client = await (await serve()).socket(version)
    ref = await client.say("phoenix", "heartbeat", join_ref=None)
    answer = {"status": "ok", "response": {}}
    assert await client.hear() == [None, ref, "phoenix", "phx_reply", answer]


@VERSIONS
async def test_a_join_is_answered_with_every_binding_and_its_number(
    serve: Serve, version: str
) -> None:
    client = await (await serve()).socket(version)
    wanted: list[dict[str, Any]] = [
        {"event": "INSERT", "schema": "public", "table": "t", "filter": "id=eq.1"},
        {"table": "u", "event": "*", "schema": "public", "select": ["a"]},
    ]
    answer = await client.join(ROOM, postgres_changes=[*wanted, None])
    found = answer["response"]["postgres_changes"]
    assert [list(entry) for entry in found] == [[*entry, "id"] for entry in wanted]
    assert all(isinstance(entry["id"], int) and entry["id"] > 0 for entry in found)


async def test_a_join_that_says_nothing_is_answered_with_an_empty_list(serve: Serve) -> None:
    client = await (await serve()).socket()
    assert await client.join(ROOM) == {"status": "ok", "response": {"postgres_changes": []}}


async def test_a_topic_without_a_name_is_refused(serve: Serve) -> None:
    client = await (await serve()).socket()
    reason = "TopicNameRequired: You must provide a topic name"
    assert await client.join("realtime:") == {"status": "error", "response": {"reason": reason}}


async def test_a_join_is_refused_once_and_what_was_sent_behind_it_finds_nobody(
    serve: Serve,
) -> None:
    client = await (await serve()).socket()
    for event in ("phx_join", "broadcast"):
        await client.say("realtime:", event)
    reasons = [(await client.hear())[4]["response"]["reason"] for _ in range(2)]
    assert reasons[0].startswith("TopicNameRequired")
    assert reasons[1] == "unmatched topic"
    await client.hears_nothing()


@pytest.mark.parametrize("event", ["broadcast", "presence", "access_token", "phx_join", "x"])
async def test_nobody_is_on_a_topic_that_was_not_joined(serve: Serve, event: str) -> None:
    client = await (await serve()).socket()
    topic = "elsewhere" if event == "phx_join" else ROOM
    await client.say(topic, event)
    assert (await client.hear())[4]["response"] == {"reason": "unmatched topic"}


async def test_leaving_what_was_not_joined_is_fine(serve: Serve) -> None:
    client = await (await serve()).socket()
    await client.say(ROOM, "phx_leave")
    assert (await client.hear())[4] == {"status": "ok", "response": {}}


async def test_a_leave_is_answered_and_then_the_channel_closes(serve: Serve) -> None:
    client = await (await serve()).socket()
    await client.join(ROOM)
    ref = await client.say(ROOM, "phx_leave")
    assert await client.hear() == ["1", ref, ROOM, "phx_reply", {"status": "ok", "response": {}}]
    assert await client.hear() == ["1", "1", ROOM, "phx_close", {}]
    await client.say(ROOM, "broadcast")
    assert (await client.hear())[4]["response"] == {"reason": "unmatched topic"}


async def test_a_leave_of_an_earlier_join_ends_nothing(serve: Serve) -> None:
    client = await (await serve()).socket()
    await client.join(ROOM, join_ref="9", broadcast={"ack": True})
    await client.say(ROOM, "phx_leave", join_ref="8")
    said = {"type": "broadcast", "event": "e", "payload": {}}
    ref = await client.say(ROOM, "broadcast", said, join_ref="8")
    assert (await client.hear())[:4] == ["9", ref, ROOM, "phx_reply"]


async def test_a_second_join_takes_the_place_of_the_first(serve: Serve) -> None:
    running = await serve()
    client = await running.socket()
    await client.join(ROOM, join_ref="1")
    await client.say(ROOM, "phx_join", {}, ref="2", join_ref="2")
    assert await client.hear() == ["1", "1", ROOM, "phx_close", {}]
    assert (await client.hear())[:4] == ["2", "2", ROOM, "phx_reply"]
    assert running.services.hub.channels == 1


@VERSIONS
async def test_a_leave_is_answered_also_where_a_join_comes_right_behind_it(
    serve: Serve, version: str
) -> None:
    running = await serve()
    client = await running.socket(version)
    await client.join(ROOM)
    # Neither waits: the server, on the same loop, reads both at once.
    left = await client.say(ROOM, "phx_leave")
    joined = await client.say(ROOM, "phx_join", join_ref="2")
    heard = [(await client.hear())[1:4] for _ in range(3)]
    assert heard == [
        [left, ROOM, "phx_reply"],
        ["1", ROOM, "phx_close"],
        [joined, ROOM, "phx_reply"],
    ]
    assert running.services.hub.channels == 1


async def test_a_badly_typed_config_counts_as_not_given(serve: Serve) -> None:
    client = await (await serve()).socket()
    config: dict[str, Any] = {
        "broadcast": "yes", "presence": [], "postgres_changes": {}, "private": 7,
    }  # fmt: skip
    assert (await client.join(ROOM, **config))["status"] == "ok"


async def test_one_channel_too_many_is_refused(serve: Serve) -> None:
    client = await (await serve(channels_per_socket=1)).socket()
    await client.join(ROOM)
    answer = await client.join("realtime:other")
    assert answer["response"] == {"reason": "ChannelRateLimitReached: Too many channels"}


async def test_joins_that_come_too_fast_close_the_socket(serve: Serve) -> None:
    client = await (await serve(joins_per_second=1, rate_seconds=1)).socket()
    await client.join(ROOM)
    answer = await client.join("realtime:other")
    reason = "ClientJoinRateLimitReached: Too many joins per second"
    assert answer["response"] == {"reason": reason}
    assert await client.close_code() == 1001


async def test_a_socket_that_says_nothing_is_closed(serve: Serve) -> None:
    running = await serve(silence_seconds=0.1)
    client = await running.socket()
    assert await client.close_code() == 1000
    assert running.services.hub.channels == 0


async def test_the_channels_of_a_socket_that_is_cut_off_are_gone(serve: Serve) -> None:
    running = await serve()
    client, other = await running.socket(), await running.socket()
    await client.join(ROOM, presence={"enabled": True, "key": "mine"})
    assert (await client.hear())[3] == "presence_state"
    await client.say(ROOM, "presence", {"event": "track", "payload": {"a": 1}})
    assert (await client.hear())[3] == "presence_diff"
    await other.join(ROOM, presence={"enabled": True})
    assert list((await other.hear())[4]) == ["mine"]
    client.websocket._response.connection.transport.abort()  # type: ignore[union-attr]
    assert list((await other.hear())[4]["leaves"]) == ["mine"]
    assert running.services.hub.channels == 1


async def test_the_server_ends_without_closing_channels(serve: Serve) -> None:
    running = await serve()
    client = await running.socket()
    await client.join(ROOM)
    stopping = asyncio.create_task(running.server.stop())
    message = await client.websocket.receive(timeout=3)
    assert (message.data, client.websocket.close_code) == (1001, 1001)
    await stopping


async def test_a_token_that_ends_closes_its_channel_and_not_the_socket(serve: Serve) -> None:
    client = await (await serve()).socket()
    await client.join(ROOM, access_token=user_token(seconds=1))
    system = await client.hear()
    assert (system[3], system[4]["message"]) == ("system", "Token has expired 0 seconds ago")
    assert system[4]["status"] == "error"
    assert await client.hear() == ["1", "1", ROOM, "phx_close", {}]
    await client.hears_nothing()
