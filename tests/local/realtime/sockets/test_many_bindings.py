"""Joins that ask for more row changes than a channel may, and what others notice of it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.local.realtime.sockets.conftest import Serve

ROOM = "realtime:room"
TOO_MANY = {"reason": "ChannelRateLimitReached: Too many postgres_changes in a channel"}


def entries(count: int, **more: str) -> list[dict[str, Any]]:
    return [{"event": "*", "schema": "public", "table": f"t{n}", **more} for n in range(count)]


async def test_too_many_entries_are_refused_and_nobody_else_waits(serve: Serve) -> None:
    running = await serve()
    greedy, other = await running.socket(), await running.socket()
    payload = {"config": {"postgres_changes": entries(20_000)}}
    ref = await greedy.say(ROOM, "phx_join", payload)
    await asyncio.sleep(0.05)  # the server has begun to read it
    async with asyncio.timeout(0.5):
        await other.hears_nothing()
    answer = {"status": "error", "response": TOO_MANY}
    assert await greedy.hear() == ["1", ref, ROOM, "phx_reply", answer]
    assert running.services.hub.channels == 0


@pytest.mark.parametrize(("count", "status"), [(3, "ok"), (4, "error")])
async def test_as_many_entries_as_a_stack_says_are_taken(
    serve: Serve, count: int, status: str
) -> None:
    client = await (await serve(bindings_per_channel=3)).socket()
    answer = await client.join(ROOM, postgres_changes=[*entries(count), None])
    assert answer["status"] == status


async def test_filters_are_not_taken_apart_without_end(serve: Serve) -> None:
    running = await serve()
    greedy, other = await running.socket(), await running.socket()
    wanted = entries(1, filter="a=eq.1," * 300_000)
    assert (await greedy.join(ROOM, postgres_changes=wanted))["status"] == "ok"
    async with asyncio.timeout(0.5):
        await other.hears_nothing()
    system = (await greedy.hear())[4]
    assert system["message"] == "Error parsing `filter` params: too long"
    assert system["status"] == "error"
