"""What is said while a replay is fetched is held back, and not without a bound."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from preau.local.realtime.frames import Message
from preau.local.realtime.hub import Topic
from preau.local.realtime.replay import Replay, Replayed
from tests.local.realtime.sockets.client import Client
from tests.local.realtime.sockets.conftest import Running, Serve
from tests.local.realtime.sockets.policies import Policies

ROOM = "realtime:room"
SAID = Message(ROOM, "broadcast", '{"type":"broadcast","event":"e","payload":{}}')
FOUR = pytest.mark.parametrize(
    "limits", [{"outbox_messages": 4}, {"outbox_bytes": 4 * len(SAID.payload)}], ids=str
)


class Fetching:
    """A replay that takes its time, and then has one message."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked, self.may = asyncio.Event(), asyncio.Event()
        monkeypatch.setattr(Replay, "fetch", self._fetch)

    async def _fetch(self, *_: object) -> list[Replayed]:
        self.asked.set()
        await self.may.wait()
        return [Replayed("1", SAID)]


async def joining(
    serve: Serve, fetching: Fetching, limits: dict[str, Any]
) -> tuple[Running, Client]:
    """Return a server and a client whose join waits for a replay."""
    running = await serve(Policies(), **limits)
    client = await running.socket()
    config = {"private": True, "broadcast": {"replay": {"since": 0}}}
    await client.say(ROOM, "phx_join", {"config": config})
    await fetching.asked.wait()
    return running, client


def publish(running: Running, count: int) -> None:
    """Say something so often."""
    for _ in range(count):
        running.services.hub.publish(Topic("room", private=True), SAID, "broadcast")


@FOUR
async def test_it_comes_after_what_is_replayed(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, limits: dict[str, Any]
) -> None:
    fetching = Fetching(monkeypatch)
    running, client = await joining(serve, fetching, limits)
    publish(running, 4)
    fetching.may.set()
    assert [(await client.hear())[3] for _ in range(6)] == ["phx_reply"] + ["broadcast"] * 5
    await client.hears_nothing()
    assert running.services.metrics.sockets_cut == 0


@FOUR
async def test_past_the_outbox_s_limits_the_socket_is_cut_once(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, limits: dict[str, Any]
) -> None:
    running, client = await joining(serve, Fetching(monkeypatch), limits)
    publish(running, 20)
    assert await client.close_code() == 1013
    assert running.services.metrics.sockets_cut == 1
