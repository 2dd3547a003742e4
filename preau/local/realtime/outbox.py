"""What leaves one socket. Nobody waits for a reader: what it does not read in time waits here.

While the socket's buffer has room, a frame is written at once, without a task: a fan-out is then
one write a receiver. Behind a full buffer frames queue up and a task sends them. Past the limits
the reader is too slow: its queue is dropped and the socket closed, so that it starts afresh.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from aiohttp import WSMsgType, web

from preau.local.realtime.frames import BinaryMessage, Message, Version
from preau.local.realtime.limits import Limits
from preau.local.realtime.metrics import Metrics

BUFFER_BYTES = 64 * 1024  # asyncio's own high-water mark
JOINED_BYTES = 16 * 1024  # header and data of larger frames are written apart, to save the copy
TEXT = WSMsgType.TEXT
BINARY = WSMsgType.BINARY


class Outbox:
    """The frames of one socket on their way; `too_slow` is called once, past the limits."""

    def __init__(
        self,
        websocket: web.WebSocketResponse,
        transport: asyncio.Transport,
        version: Version,
        limits: Limits,
        metrics: Metrics,
        too_slow: Callable[[], None],
    ) -> None:
        self._websocket = websocket
        self._transport = transport
        self._version = version
        self._limits = limits
        self._metrics = metrics
        self._too_slow = too_slow
        self._waiting: deque[tuple[bytes, WSMsgType]] = deque()
        self._waiting_bytes = 0
        self._sender: asyncio.Task[None] | None = None
        self._shut = False

    def put(self, message: Message | BinaryMessage) -> None:
        """Send a message, now or later; a version that cannot say it gets nothing."""
        data = message.encoded(self._version)
        if data is None or self._shut or self._transport.is_closing():
            return
        self._metrics.messages_out += 1
        kind = TEXT if isinstance(message, Message) else BINARY
        if self._is_behind():
            self._queue(data, kind)
        else:
            self._write(data, kind)

    def put_together(self, *messages: Message) -> None:
        """Send texts in one piece, which the reader then reads in one: nothing comes between.

        Where others wait already they go behind those, one by one.
        """
        if self._shut or self._transport.is_closing() or self._is_behind():
            for message in messages:
                self.put(message)
            return
        frames = (message.encoded(self._version) for message in messages)
        pieces = [piece for data in frames for piece in (_header(data, TEXT), data)]
        self._metrics.messages_out += len(messages)
        self._transport.write(b"".join(pieces))

    def shut(self) -> None:
        """Drop what waits and take no more."""
        self._shut = True
        self._waiting.clear()
        if self._sender:
            self._sender.cancel()

    def _is_behind(self) -> bool:
        return bool(self._waiting) or self._transport.get_write_buffer_size() >= BUFFER_BYTES

    def _write(self, data: bytes, kind: WSMsgType) -> None:
        header = _header(data, kind)
        if len(data) < JOINED_BYTES:
            self._transport.write(header + data)
        else:
            self._transport.write(header)
            self._transport.write(data)

    def _queue(self, data: bytes, kind: WSMsgType) -> None:
        self._waiting.append((data, kind))
        self._waiting_bytes += len(data)
        limits = self._limits
        if len(self._waiting) > limits.outbox_messages or self._waiting_bytes > limits.outbox_bytes:
            self.shut()
            self._too_slow()
        elif self._sender is None:
            self._sender = asyncio.create_task(self._send())

    async def _send(self) -> None:
        """Send what waits, in its order, as fast as the reader takes it."""
        try:
            while self._waiting:
                # It stays in the queue until it is sent: nothing may overtake it meanwhile.
                data, kind = self._waiting[0]
                await self._websocket.send_frame(data, kind)
                self._waiting.popleft()
                self._waiting_bytes -= len(data)
        except ConnectionError:  # aiohttp's own, and what its transport was lost with
            self.shut()
        finally:
            self._sender = None


def _header(data: bytes, kind: WSMsgType) -> bytes:
    """Return what comes before the data of one whole, unmasked frame (RFC 6455, 5.2)."""
    size, first = len(data), 0x80 | kind
    if size < 126:
        return bytes((first, size))
    if size < 1 << 16:
        return bytes((first, 126)) + size.to_bytes(2, "big")
    return bytes((first, 127)) + size.to_bytes(8, "big")
