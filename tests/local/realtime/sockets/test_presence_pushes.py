"""What a client may say of its presence, and what it is answered."""

from __future__ import annotations

from typing import Any

import pytest

from tests.local.realtime.sockets.client import Client
from tests.local.realtime.sockets.conftest import Serve
from tests.local.realtime.sockets.policies import Policies

ROOM = "realtime:room"


async def track(client: Client, payload: Any = None, event: str = "track") -> str:
    """Say who is there."""
    said = {"event": event, "payload": {"user": 1} if payload is None else payload}
    return await client.say(ROOM, "presence", said)


async def answer(client: Client) -> dict[str, Any]:
    """Return the next answer, passing over what is told to everybody."""
    while (message := await client.hear())[3] != "phx_reply":
        pass
    found = message[4]
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("event", ["track", "TRACK", "Track"])
async def test_a_track_is_told_to_all_and_answered(serve: Serve, event: str) -> None:
    client = await (await serve()).socket()
    await client.join(ROOM, presence={"enabled": True, "key": "me"})
    assert (await client.hear())[3:] == ["presence_state", {}]
    ref = await track(client, event=event)
    told = await client.hear()
    assert told[3] == "presence_diff"
    assert told[4]["joins"]["me"]["metas"][0]["user"] == 1
    assert await client.hear() == ["1", ref, ROOM, "phx_reply", {"status": "ok", "response": {}}]


async def test_the_first_track_turns_presence_on(serve: Serve) -> None:
    client = await (await serve()).socket()
    await client.join(ROOM)
    await client.hears_nothing()
    await track(client)
    assert [(await client.hear())[3] for _ in range(3)] == [
        "presence_state",
        "presence_diff",
        "phx_reply",
    ]


async def test_without_a_key_each_channel_has_one_of_its_own(serve: Serve) -> None:
    running = await serve()
    keys = set()
    for client in [await running.socket() for _ in range(2)]:
        await client.join(ROOM, presence={"enabled": True, "key": ""})
        await client.hear()
        await track(client)
        keys |= (await client.hear())[4]["joins"].keys()
    assert len(keys) == 2


@pytest.mark.parametrize("payload", [None, [1], "text", 7, [], "", 0, False])
async def test_a_track_of_no_map_is_refused(serve: Serve, payload: Any) -> None:
    client = await (await serve()).socket()
    await client.join(ROOM)
    await client.say(ROOM, "presence", {"event": "track", "payload": payload})
    reason = {"reason": "Presence track payload must be a map"}
    assert await answer(client) == {"status": "error", "response": reason}


async def test_a_track_without_a_payload_says_nothing_but_that_one_is_there(serve: Serve) -> None:
    client = await (await serve()).socket()
    await client.join(ROOM, presence={"key": "me"})
    await client.say(ROOM, "presence", {"event": "track"})
    assert (await client.hear())[3:] == ["presence_state", {}]
    (meta,) = (await client.hear())[4]["joins"]["me"]["metas"]
    assert list(meta) == ["phx_ref"]
    assert await answer(client) == {"status": "ok", "response": {}}


@pytest.mark.parametrize("said", [[], {}, "track", {"payload": {"user": 1}}])
async def test_what_names_no_event_is_fine_and_does_nothing(serve: Serve, said: Any) -> None:
    client = await (await serve(presence_calls=1)).socket()
    await client.join(ROOM)
    for _ in range(2):
        ref = await client.say(ROOM, "presence", said)
        answered = {"status": "ok", "response": {}}
        assert await client.hear() == ["1", ref, ROOM, "phx_reply", answered]


@pytest.mark.parametrize("said", [{"event": "jump"}, {"event": 7}, {"event": None}])
async def test_anything_else_is_refused(serve: Serve, said: Any) -> None:
    client = await (await serve()).socket()
    await client.join(ROOM)
    await client.say(ROOM, "presence", said)
    assert (await answer(client))["status"] == "error"


async def test_an_untrack_needs_no_payload(serve: Serve) -> None:
    client = await (await serve()).socket()
    await client.join(ROOM, presence={"enabled": True, "key": "me"})
    await client.hear()
    await track(client)
    assert (await answer(client))["status"] == "ok"
    await client.say(ROOM, "presence", {"type": "presence", "event": "untrack"})
    assert list((await client.hear())[4]["leaves"]) == ["me"]
    assert (await client.hear())[4]["status"] == "ok"


@pytest.mark.parametrize("writes", [True, False])
async def test_policies_say_once_who_may_be_present(serve: Serve, writes: bool) -> None:
    policies = Policies(writes=writes)
    client = await (await serve(policies)).socket()
    await client.join(ROOM, private=True)
    for number in range(3):
        await track(client, {"user": number})
        assert (await answer(client))["status"] == ("ok" if writes else "error")
    assert policies.asked == 1


@pytest.mark.parametrize(
    ("limits", "text"),
    [
        ({"presence_per_second": 1, "rate_seconds": 1}, "Too many presence messages per second"),
        ({"presence_calls": 1, "presence_window": 30}, "Client presence rate limit exceeded"),
        ({"payload_bytes": 30}, "Track message size exceeded"),
    ],
)
async def test_too_much_presence_ends_the_channel(
    serve: Serve, limits: dict[str, float], text: str
) -> None:
    client = await (await serve(**limits)).socket()
    await client.join(ROOM)
    await track(client)
    assert (await answer(client))["status"] == "ok"
    await track(client, {"user": "x" * 40})
    while (message := await client.hear())[3] != "system":
        pass
    assert message[4]["message"] == text
    assert (await client.hear())[3] == "phx_close"
