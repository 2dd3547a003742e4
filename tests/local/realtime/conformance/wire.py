"""A bare WebSocket at either protocol version, for what no client can be made to send."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from websockets.asyncio.client import ClientConnection, connect

from tests.local.realtime.conformance.binary_frames import kind_4
from tests.local.realtime.conformance.events import Patience
from tests.local.realtime.conformance.peers import JSON

V1, V2 = "1.0.0", "2.0.0"


@dataclass(frozen=True)
class Frame:
    """What the server sent; `join_ref` is always None at 1.0.0. A binary one has `binary`."""

    join_ref: str | None
    ref: str | None
    topic: str
    event: str
    payload: Any
    binary: bool = False


class Wire:
    """An open socket. Frames are kept until somebody takes them."""

    def __init__(self, socket: ClientConnection, version: str, patience: Patience) -> None:
        self.socket, self.version = socket, version
        self._patience = patience
        self._unread: list[Frame] = []
        self._refs = 0

    async def push(
        self, topic: str, event: str, payload: object, join_ref: str | None = None
    ) -> str:
        """Send a message as text with a new ref, which is returned."""
        self._refs += 1
        ref = f"r{self._refs}"
        await self.text(join_ref, ref, f"realtime:{topic}", event, payload)
        return ref

    async def text(
        self, join_ref: str | None, ref: str | None, topic: str, event: str, payload: object
    ) -> None:
        """Send a message as text with everything given."""
        names = ("join_ref", "ref", "topic", "event", "payload")
        parts = (join_ref, ref, topic, event, payload)
        message = list(parts) if self.version == V2 else dict(zip(names, parts, strict=True))
        await self.socket.send(json.dumps(message))

    async def join(
        self, topic: str, config: JSON | None = None, token: str | None = None
    ) -> tuple[str, JSON]:
        """Join; returns the join's ref and the payload of the reply."""
        self._refs += 1
        ref = f"j{self._refs}"
        payload: JSON = {"config": config or {}} | ({"access_token": token} if token else {})
        await self.text(ref, ref, f"realtime:{topic}", "phx_join", payload)
        return ref, await self.reply(ref)

    async def reply(self, ref: str | None) -> JSON:
        """Return the payload of the reply to a ref."""
        found = await self.next(lambda frame: frame.event == "phx_reply" and frame.ref == ref)
        payload: JSON = found.payload
        return payload

    async def ask(self, topic: str, event: str, payload: object, join_ref: str) -> JSON:
        """Send a message and return the reply's payload."""
        return await self.reply(await self.push(topic, event, payload, join_ref))

    async def event(self, event: str, topic: str | None = None) -> Frame:
        """Take the first frame of an event, of a topic if one is named."""
        return await self.next(
            lambda frame: frame.event == event and topic in (None, frame.topic[len("realtime:") :])
        )

    async def next(self, fits: Callable[[Frame], bool]) -> Frame:
        """Take the first frame that fits; waits for it."""
        for place, frame in enumerate(self._unread):
            if fits(frame):
                return self._unread.pop(place)
        try:
            async with asyncio.timeout(self._patience.seconds):
                while True:
                    frame = self.decoded(await self.socket.recv())
                    if fits(frame):
                        return frame
                    self._unread.append(frame)
        except TimeoutError:
            raise AssertionError(f"waited in vain; unread: {self._unread}") from None

    async def alive(self) -> list[Frame]:
        """Have a heartbeat answered, which shows that all sent before was read.

        Returns what came in between and was not taken, which is forgotten.
        """
        self._refs += 1
        ref = f"h{self._refs}"
        await self.text(None, ref, "phoenix", "heartbeat", {})
        assert await self.reply(ref) == {"status": "ok", "response": {}}
        unread, self._unread = self._unread, []
        return unread

    def decoded(self, data: str | bytes) -> Frame:
        """Read a frame, of the very shape that the version promises."""
        if isinstance(data, bytes):
            topic, payload = kind_4(data)
            return Frame(None, None, topic, "broadcast", payload, binary=True)
        message = json.loads(data)
        if self.version == V2:
            return Frame(*message)
        assert set(message) == {"topic", "event", "payload", "ref"}, message
        return Frame(None, **message)


@asynccontextmanager
async def wire(
    url: str,
    version: str | None,
    patience: Patience,
    key: str | None = None,
    headers: dict[str, str] | None = None,
) -> AsyncIterator[Wire]:
    """Open a socket; without a version none is said, which means 1.0.0."""
    query = {"apikey": key, "vsn": version}
    address = url.replace("http", "ws", 1) + "/realtime/v1/websocket?"
    address += urlencode({name: value for name, value in query.items() if value is not None})
    async with connect(
        address, additional_headers=headers, proxy=None, max_size=None, max_queue=None
    ) as socket:
        yield Wire(socket, version or V1, patience)
