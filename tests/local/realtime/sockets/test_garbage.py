"""A socket that talks nonsense: it stays open, and nobody else hears of it."""

from __future__ import annotations

import random

import pytest

from tests.local.realtime.sockets.conftest import Serve
from tests.local.realtime.sockets.test_malformed import spoilt


@pytest.mark.parametrize("version", ["1.0.0", "2.0.0"])
async def test_nonsense_disturbs_nobody(serve: Serve, version: str) -> None:
    running = await serve()
    babbler, listener = await running.socket(version), await running.socket(version)
    await listener.join("realtime:elsewhere", presence={"enabled": True})
    assert (await listener.hear())[3] == "presence_state"
    chance = random.Random(version)
    for _ in range(2_000):
        frame = spoilt(chance)
        if isinstance(frame, bytes):
            await babbler.websocket.send_bytes(frame)
        else:
            await babbler.websocket.send_str(frame)
    ref = await babbler.say("phoenix", "heartbeat", ref="after all")
    while (await babbler.hear())[1] != ref:
        pass
    await listener.hears_nothing()
    metrics = running.services.metrics
    assert metrics.frames_malformed > 500
    assert metrics.frames_in == 2_000 + 3


async def test_text_that_is_no_utf_8_closes_the_socket_as_rfc_6455_has_it(serve: Serve) -> None:
    running = await serve()
    client = await running.socket()
    transport = client.websocket._response.connection.transport  # type: ignore[union-attr]
    assert transport is not None
    transport.write(b"\x81\x82\x00\x00\x00\x00\xff\xfe")  # masked with nothing
    assert await client.close_code() == 1007
