"""A channel's own token: given at the join, changed by its client."""

from __future__ import annotations

import time
from typing import Any

import pytest

from preau.local import keys
from preau.local.realtime.access import EVERYTHING, NOTHING, Access
from tests.local.realtime.sockets.client import Client
from tests.local.realtime.sockets.conftest import Running, Serve
from tests.local.realtime.sockets.policies import Policies
from tests.local.tokens import sign, user_token

ROOM = "realtime:room"
HI = {"type": "broadcast", "event": "hi", "payload": {}}
BROADCAST, PRESENCE = Access(True, False), Access(False, True)


def token(may: str) -> str:
    """A token of somebody who may hear what the policies say under this word."""
    return sign({"role": "authenticated", "may": may, "exp": int(time.time()) + 300})


async def private(serve: Serve, may: str, **reads: Access) -> tuple[Running, Client]:
    """Return a server and a client that has joined a private channel with presence."""
    running = await serve(Policies(reads))
    client = await running.socket()
    config: dict[str, Any] = {"private": True, "presence": {"enabled": True}}
    assert (await client.join(ROOM, access_token=token(may), **config))["status"] == "ok"
    if reads[may].presence:
        assert (await client.hear())[3] == "presence_state"
    return running, client


async def change(client: Client, value: object) -> None:
    """Send another token."""
    await client.say(ROOM, "access_token", {"access_token": value})


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (user_token(seconds=-3_600_000), "InvalidJWTToken: Token has expired 36"),
        ("nonsense", "MalformedJWT: The token provided is not a valid JWT"),
        (user_token(secret="x"), "JwtSignatureError: Failed to validate JWT signature"),
        (sign({"role": "x"}), "InvalidJWTToken: Fields `role` and `exp` are required in JWT"),
    ],
)
async def test_a_join_with_a_bad_token_is_refused_by_name(
    serve: Serve, given: str, reason: str
) -> None:
    client = await (await serve()).socket()
    answer = await client.join(ROOM, access_token=given)
    assert answer["status"] == "error"
    assert answer["response"]["reason"].startswith(reason)
    await client.say(ROOM, "broadcast", HI)
    assert (await client.hear())[4]["response"] == {"reason": "unmatched topic"}


async def test_an_opaque_key_in_a_join_means_the_sockets_own(serve: Serve) -> None:
    running = await serve()
    client = await running.socket(apikey=keys.SECRET_KEY)
    await client.join(ROOM, access_token=keys.PUBLISHABLE_KEY)
    (channel,) = running.services.hub.members(next(iter(running.services.hub._members)))
    assert channel.caller.role == "service_role"


@pytest.mark.parametrize("value", [None, 7, keys.SECRET_KEY, "sb_anything"])
async def test_what_is_no_new_token_changes_nothing(serve: Serve, value: object) -> None:
    client = await (await serve()).socket()
    await client.join(ROOM, broadcast={"self": True})
    await change(client, value)
    await client.say(ROOM, "broadcast", HI)
    assert (await client.hear())[4] == HI


async def test_the_same_token_again_asks_nobody(serve: Serve) -> None:
    running, client = await private(serve, "all", all=EVERYTHING)
    await client.say(ROOM, "broadcast", HI)
    policies = running.services.authoriser
    assert isinstance(policies, Policies)
    await client.hears_nothing()
    (channel,) = running.services.hub.members(next(iter(running.services.hub._members)))
    await change(client, channel.token)
    await client.say(ROOM, "broadcast", HI)
    await client.hears_nothing()
    assert policies.asked == 1


async def test_a_new_token_asks_anew_who_may_send(serve: Serve) -> None:
    running, client = await private(serve, "all", all=EVERYTHING, same=EVERYTHING)
    policies = running.services.authoriser
    assert isinstance(policies, Policies)
    for may in ("all", "same"):
        await change(client, token(may))
        await client.say(ROOM, "broadcast", HI)
        await client.hears_nothing()
    assert policies.asked == 2


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("", "The token provided is not a valid JWT"),
        (sign({"role": "anon"}), "Fields `role` and `exp` are required in JWT"),
        (user_token(secret="x"), "Failed to validate JWT signature"),
    ],
)
async def test_a_bad_token_ends_the_channel_with_its_reason(
    serve: Serve, value: str, text: str
) -> None:
    client = await (await serve()).socket()
    await client.join(ROOM)
    await change(client, value)
    system = {"extension": "system", "status": "error", "message": text, "channel": "room"}
    assert (await client.hear())[3:] == ["system", system]
    assert await client.hear() == ["1", "1", ROOM, "phx_close", {}]
    await client.hears_nothing()


@pytest.mark.parametrize(
    ("after", "text"),
    [
        (BROADCAST, "You no longer have permission to read from this Channel topic: room"),
        (PRESENCE, "You no longer have permission to read from this Channel topic: room"),
        (NOTHING, "You do not have permissions to read from this Channel topic: room"),
    ],
)
async def test_a_token_that_may_hear_less_ends_a_private_channel(
    serve: Serve, after: Access, text: str
) -> None:
    _, client = await private(serve, "all", all=EVERYTHING, less=after)
    await change(client, token("less"))
    assert (await client.hear())[4]["message"] == text
    assert (await client.hear())[3] == "phx_close"


async def test_a_token_that_may_hear_more_hears_it(serve: Serve) -> None:
    running, client = await private(serve, "some", some=BROADCAST, all=EVERYTHING)
    await change(client, token("all"))
    assert (await client.hear())[3:] == ["presence_state", {}]
    other = await running.socket()
    await other.join(ROOM, private=True, access_token=token("all"))
    await other.say(ROOM, "presence", {"event": "track", "payload": {"a": 1}})
    assert (await client.hear())[3] == "presence_diff"


async def test_who_may_hear_nothing_is_not_let_in(serve: Serve) -> None:
    client = await (await serve(Policies({"none": NOTHING}))).socket()
    answer = await client.join(ROOM, private=True, access_token=token("none"))
    reason = "Unauthorized: You do not have permissions to read from this Channel topic: room"
    assert answer == {"status": "error", "response": {"reason": reason}}
    await client.hears_nothing()
