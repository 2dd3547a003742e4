"""A listener that remembers, and waiting for what it is to hear."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from uuid import uuid4

from realtime import AsyncRealtimeChannel

from preau.realtime import Connection, Listener
from tests.support.realtime import RealtimeServer


class Ear:
    """Hears the broadcasts of a topic of its own."""

    def __init__(self, topic: str | None = None) -> None:
        self.topic = topic or f"ear:{uuid4().hex}"
        self.heard: list[str] = []
        self.turns: list[bool] = []
        self.channels: list[AsyncRealtimeChannel] = []
        self.listener = Listener(self.topic, self._attach, self.turns.append)

    @property
    def joined(self) -> bool:
        return self.listener.joined

    def _attach(self, channel: AsyncRealtimeChannel) -> None:
        self.channels.append(channel)
        channel.on_broadcast("*", lambda said: self.heard.append(said["event"]))


class BrokenEar(Ear):
    """Cannot be attached to any channel, but for a half."""

    def _attach(self, channel: AsyncRealtimeChannel) -> None:
        super()._attach(channel)
        raise ValueError("no ear")


def connection_to(server: RealtimeServer, key: str | None = None) -> Connection:
    """Return a connection that tries again within a tenth of a second."""
    return Connection(server.url, key or server.stack.secret_key, wait_cap=0.1)


async def soon(condition: Callable[[], bool], what: str, seconds: float = 10.0) -> None:
    """Wait until the condition holds, or fail saying what was waited for."""
    deadline = asyncio.get_running_loop().time() + seconds
    while not condition():
        assert asyncio.get_running_loop().time() < deadline, f"still waiting until {what}"
        await asyncio.sleep(0.05)
