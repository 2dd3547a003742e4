"""Who may open a socket, and what the others are told."""

from __future__ import annotations

from urllib.parse import quote

import aiohttp
import pytest

from preau.local import keys
from tests.local.realtime.sockets.conftest import Serve
from tests.local.tokens import sign, user_token

HOUR = 3600
KEYS = [keys.PUBLISHABLE_KEY, keys.ANON_JWT, keys.SECRET_KEY, keys.SERVICE_ROLE_JWT]


async def told(serve: Serve, **query: str) -> tuple[int, str]:
    """Return the status and the sentence of a handshake that is refused."""
    running = await serve()
    with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
        await running.socket(**query)
    async with running.http.get(f"{running.url}/socket/websocket", params=query) as answer:
        return caught.value.status, (await answer.json())["error"]


@pytest.mark.parametrize("key", KEYS, ids=["publishable", "anon", "secret", "service"])
async def test_each_key_of_the_stack_opens_a_socket(serve: Serve, key: str) -> None:
    running = await serve()
    client = await running.socket(apikey=key)
    await client.hears_nothing()


async def test_a_token_that_is_quoted_or_broken_over_lines_is_read(serve: Serve) -> None:
    running = await serve()
    half = len(keys.ANON_JWT) // 2
    broken = f" {keys.ANON_JWT[:half]}\n{keys.ANON_JWT[half:]} "
    await (await running.socket(apikey=quote(broken))).hears_nothing()


async def test_a_header_beats_the_key_of_the_address(serve: Serve) -> None:
    running = await serve()
    address = f"{running.url}/realtime/v1/websocket?apikey=nonsense"
    headers = {"x-api-key": keys.PUBLISHABLE_KEY}
    async with running.http.ws_connect(address, headers=headers) as websocket:
        assert not websocket.closed


async def test_no_key_is_told_so(serve: Serve) -> None:
    assert await told(serve, apikey="") == (401, "API key is missing")


@pytest.mark.parametrize("key", ["nonsense", "a.b.c", "sb_publishable_of_another_project"])
async def test_what_is_no_token_is_told_so(serve: Serve, key: str) -> None:
    assert await told(serve, apikey=key) == (401, "The token provided is not a valid JWT")


async def test_a_token_that_is_over_is_told_so(serve: Serve) -> None:
    assert await told(serve, apikey=user_token(seconds=-HOUR)) == (401, "Token has expired")


@pytest.mark.parametrize("claims", [{"role": "anon"}, {"exp": 4e9}, {"role": "", "exp": 4e9}])
async def test_a_token_without_role_or_end_is_told_so(
    serve: Serve, claims: dict[str, object]
) -> None:
    sentence = "Fields `role` and `exp` are required in JWT"
    assert await told(serve, apikey=sign(claims)) == (401, sentence)


async def test_a_token_that_somebody_else_signed_is_told_so(serve: Serve) -> None:
    key = user_token(secret="another secret")
    assert await told(serve, apikey=key) == (401, "Failed to validate JWT signature")


async def test_a_version_that_is_not_spoken_is_forbidden(serve: Serve) -> None:
    key = keys.PUBLISHABLE_KEY
    assert (await told(serve, apikey=key, vsn="3.0.0"))[0] == 403


async def test_without_a_version_the_first_is_spoken(serve: Serve) -> None:
    running = await serve()
    address = f"{running.url}/realtime/v1/websocket?apikey={keys.PUBLISHABLE_KEY}"
    async with running.http.ws_connect(address) as websocket:
        await websocket.send_str('{"topic":"phoenix","event":"heartbeat","payload":{},"ref":null}')
        assert (await websocket.receive_json())["ref"] is None


async def test_one_socket_too_many_is_refused_until_another_goes(serve: Serve) -> None:
    running = await serve(connections=1)
    first = await running.socket()
    with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
        await running.socket()
    assert caught.value.status == 429
    await first.websocket.close()
    await (await running.socket()).hears_nothing()
