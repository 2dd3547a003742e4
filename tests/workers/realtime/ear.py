"""A listener that remembers, and waiting for what it is to hear."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from preau.realtime import Connection, Listener
from tests.support.realtime import RealtimeStandIn


class Ear:
    """Hears the broadcasts of one topic."""

    def __init__(self, topic: str) -> None:
        self.heard: list[str] = []
        self.turns: list[bool] = []
        self.listener = Listener(topic, self._attach, self.turns.append)

    def _attach(self, channel: Any) -> None:
        channel.on_broadcast("*", lambda said: self.heard.append(said["event"]))


def connection_to(server: RealtimeStandIn) -> Connection:
    """Return a connection that tries again within a tenth of a second."""
    return Connection(server.url, "sb_secret_x", wait_cap=0.1)


async def soon(condition: Callable[[], bool], what: str, seconds: float = 10.0) -> None:
    """Wait until the condition holds, or fail saying what was waited for."""
    deadline = asyncio.get_running_loop().time() + seconds
    while not condition():
        assert asyncio.get_running_loop().time() < deadline, f"still waiting until {what}"
        await asyncio.sleep(0.05)
