"""A raw socket that speaks either protocol, for what no client library would ever send."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

VERSIONS = ("1.0.0", "2.0.0")
SECONDS = 30.0  # a machine may be busy; nothing waits so long that works


@dataclass(frozen=True)
class Heard:
    """A text frame of either version."""

    topic: str
    event: str
    payload: Any
    ref: str | None


class Wire:
    """An open socket; `text` is what goes over it, `heard` what came."""

    def __init__(self, connection: ClientConnection, version: str) -> None:
        self.connection = connection
        self.version = version
        self._refs = count(1000)  # no ref of a join or of a drawn frame

    async def push(self, topic: str, event: str, payload: Any, join_ref: str = "1") -> str:
        """Send a message; returns its ref."""
        ref = str(next(self._refs))
        await self.connection.send(self.text(topic, event, payload, ref, join_ref))
        return ref

    def text(self, topic: str, event: str, payload: Any, ref: str | None, join_ref: str) -> str:
        """The text frame of a message."""
        if self.version == "2.0.0":
            return json.dumps([join_ref, ref, topic, event, payload])
        keys = {"topic": topic, "event": event, "payload": payload}
        return json.dumps(keys | {"ref": ref, "join_ref": join_ref})

    async def hear(self, seconds: float = SECONDS) -> Heard:
        """Return the next text frame. Raises TimeoutError; ConnectionClosed from `websockets`."""
        async with asyncio.timeout(seconds):
            while not isinstance(text := await self.connection.recv(), str):
                pass
        found = json.loads(text)
        if self.version == "2.0.0":
            _, ref, topic, event, payload = found
            return Heard(topic, event, payload, ref)
        return Heard(found["topic"], found["event"], found["payload"], found["ref"])

    async def until(self, wanted: Callable[[Heard], bool], seconds: float = SECONDS) -> list[Heard]:
        """Return all that came, up to and with what is wanted."""
        came: list[Heard] = []
        async with asyncio.timeout(seconds):
            while True:
                came.append(await self.hear(seconds))
                if wanted(came[-1]):
                    return came

    async def reply(self, ref: str, seconds: float = SECONDS) -> Any:
        """Return the payload of the reply to a push, past whatever else comes."""
        came = await self.until(lambda one: one.event == "phx_reply" and one.ref == ref, seconds)
        return came[-1].payload

    async def beat(self) -> list[Heard]:
        """Send a heartbeat; return what came before its reply."""
        ref = await self.push("phoenix", "heartbeat", {}, join_ref="")
        return (await self.until(lambda one: (one.topic, one.ref) == ("phoenix", ref)))[:-1]

    async def join(self, topic: str, config: dict[str, Any], token: str | None = None) -> Any:
        """Join a topic; the reply's payload."""
        payload: dict[str, Any] = {"config": config}
        if token is not None:
            payload["access_token"] = token
        return await self.reply(await self.push(topic, "phx_join", payload))


@asynccontextmanager
async def wire(url: str, key: str, version: str) -> AsyncIterator[Wire]:
    """Open a socket at a gateway (http address) with an API key."""
    address = f"ws{url.removeprefix('http')}/realtime/v1/websocket?apikey={key}&vsn={version}"
    # With a bounded queue the client would not see the answer to its own close behind what it has
    # not read.
    async with connect(address, proxy=None, max_size=None, max_queue=None) as connection:
        yield Wire(connection, version)
