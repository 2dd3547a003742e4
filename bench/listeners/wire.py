"""One listener: the least WebSocket client that can join a channel and time what it hears.

Written out because a whole client library costs more for each message than the servers measured,
on the same two cores. It answers pings, sends heartbeats, and never checks what it trusts.
"""

from __future__ import annotations

import asyncio
import json
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

AT = b'"at":'  # microseconds since 1970 at which the insert began: unique in a run
ENDS = b",} \r\n"
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10


@dataclass
class Heard:
    """What the whole crowd heard since the last reset."""

    latencies: list[int] = field(default_factory=list)  # microseconds
    twice: int = 0
    closed: int = 0


@dataclass(eq=False)
class Listener(asyncio.Protocol):
    """Upgrades, sends each text of `hello`, and is ready once it has heard each `expected`."""

    path: str
    hello: list[str]
    expected: list[bytes]
    heard: Heard
    ready: asyncio.Future[None]
    seen: set[int] = field(default_factory=set)
    _transport: asyncio.Transport | None = None
    _rest: bytes = b""
    _take: Callable[[bytes], int] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the upgrade."""
        # uvloop's transport is one, but no subclass.
        self._transport, self._take = cast(asyncio.Transport, transport), self._upgrade
        self._transport.write(
            f"GET {self.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
            "Sec-WebSocket-Version: 13\r\n\r\n".encode()
        )

    def connection_lost(self, exc: Exception | None) -> None:
        """Count it: nobody is to be cut."""
        self.heard.closed += 1
        if not self.ready.done():
            self.ready.set_exception(exc or ConnectionResetError("closed before the join"))

    def data_received(self, data: bytes) -> None:
        """Take as many frames as came."""
        data = self._rest + data
        while data and self._take is not None:
            taken = self._take(data)
            if not taken:
                break
            data = data[taken:]
        self._rest = data

    def send(self, text: str) -> None:
        """Send a text frame, masked with zeros as the protocol allows."""
        self._frame(TEXT, text.encode())

    def close(self) -> None:
        """Leave without a word."""
        if self._transport is not None:
            self._transport.abort()

    def _frame(self, opcode: int, body: bytes) -> None:
        assert self._transport is not None
        size = len(body)
        head = bytes((0x80 | opcode, 0x80 | size)) if size < 126 else b""
        head = head or struct.pack("!BBH", 0x80 | opcode, 0x80 | 126, size)
        self._transport.write(head + b"\0\0\0\0" + body)

    def _upgrade(self, data: bytes) -> int:
        end = data.find(b"\r\n\r\n") + 4
        if end < 4:
            return 0
        if not data.startswith(b"HTTP/1.1 101"):
            self.ready.set_exception(ConnectionRefusedError(data[:200].decode()))
            self.close()
            return len(data)
        self._take = self._next
        for text in self.hello:
            self.send(text)
        if not self.expected:
            self.ready.set_result(None)
        return end

    def _next(self, data: bytes) -> int:
        if len(data) < 2:
            return 0
        size, start = data[1], 2
        if size == 126:
            size, start = int.from_bytes(data[2:4], "big"), 4
        elif size == 127:
            size, start = int.from_bytes(data[2:10], "big"), 10
        end = start + size
        if len(data) < end:
            return 0
        opcode = data[0] & 15
        if opcode == TEXT:
            self._hear(data, start, end)
        elif opcode == PING:
            self._frame(PONG, data[start:end])
        return end

    def _hear(self, data: bytes, start: int, end: int) -> None:
        found = data.find(AT, start, end)
        if found < 0:
            self._wait(data[start:end])
            return
        stop = found = found + len(AT)
        while data[stop] not in ENDS or stop == found:
            stop += 1
        at = int(data[found:stop])
        if at in self.seen:
            self.heard.twice += 1
        self.seen.add(at)
        self.heard.latencies.append(time.time_ns() // 1000 - at)

    def _wait(self, text: bytes) -> None:
        if self.ready.done():
            return
        if b'"status":"error"' in text.replace(b" ", b""):
            self.ready.set_exception(ConnectionRefusedError(text.decode()))
            return
        self.expected = [word for word in self.expected if word not in text]
        if not self.expected:
            self.ready.set_result(None)


def join(version: str, topic: str, config: dict[str, object], token: str) -> str:
    """The text of a join in either protocol."""
    payload: dict[str, object] = {"config": config, "access_token": token}
    return push(version, f"realtime:{topic}", "phx_join", payload)


def push(version: str, topic: str, event: str, payload: dict[str, object]) -> str:
    """The text of any push; its ref and join_ref are 1."""
    if version == "2.0.0":
        return json.dumps(["1", "1", topic, event, payload])
    keys = ("topic", "event", "payload", "ref", "join_ref")
    return json.dumps(dict(zip(keys, (topic, event, payload, "1", "1"), strict=True)))
