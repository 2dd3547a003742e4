"""One WebSocket: it reads frames, hands them to its channels, and ends them with itself.

Reading never waits for a channel: each works off its own frames in their order, so that a join that
waits for a policy holds up nothing but itself.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from aiohttp import ClientConnectionResetError, WSCloseCode, WSMsgType, web

from preau import log
from preau.local.realtime import ending, frames, join_config, replies
from preau.local.realtime.channel import Channel
from preau.local.realtime.ending import Silence
from preau.local.realtime.errands import Budget
from preau.local.realtime.frames import Frame
from preau.local.realtime.outbox import Outbox

if TYPE_CHECKING:
    from preau.local.realtime.handshake import Welcome
    from preau.local.realtime.services import Services

PREFIX = "realtime:"
HEARTBEAT = ("phoenix", "heartbeat")
logger = log.get_logger(piece="realtime")


class Socket:
    """The connection's end of things; `serve` runs as long as it is open."""

    def __init__(self, services: Services, welcome: Welcome) -> None:
        limits = services.config.limits
        self.services = services
        self.token = welcome.token
        self.headers = welcome.headers
        self._version = welcome.version
        self._limits = limits
        self.waiting = Budget(limits.waiting_bytes)
        self._channels: dict[str, Channel] = {}
        self._websocket = web.WebSocketResponse(
            compress=False, max_msg_size=limits.frame_bytes, timeout=limits.closing_seconds
        )
        self._transport: asyncio.Transport | None = None
        self._closing: asyncio.Task[None] | None = None
        self._silence: Silence
        self.outbox: Outbox

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Open the socket and read it to its end."""
        try:
            await self._websocket.prepare(request)
        except ClientConnectionResetError:  # gone before it was there
            return self._websocket
        transport = request.transport
        if transport is None:  # or while it was made
            return self._websocket
        self._transport = transport
        limits, metrics = self._limits, self.services.metrics
        self.outbox = Outbox(self._websocket, transport, self._version, limits, metrics, self.cut)
        metrics.sockets_opened += 1
        logger.debug("socket.opened", version=str(self._version))
        self._silence = Silence(limits.silence_seconds, self._too_silent)
        try:
            await self._read()
        finally:
            self._silence.cancel()
            self._end()
        logger.debug("socket.closed", code=self._websocket.close_code)
        await self.closed()
        return self._websocket

    def close(self, code: int, why: str) -> None:
        """Close the socket, without a word to its channels: clients then join again elsewhere."""
        if self._closing is None and self._transport is not None:
            self.outbox.shut()
            self._closing = asyncio.create_task(
                ending.close(
                    self._websocket, self._transport, code, why, self._limits.closing_seconds
                )
            )

    def cut(self) -> None:
        """Close the socket of a client that reads too slowly."""
        self.services.metrics.sockets_cut += 1
        logger.warning("socket.cut", reason="reads too slowly", channels=len(self._channels))
        self.close(WSCloseCode.TRY_AGAIN_LATER, "reads too slowly")

    async def closed(self) -> None:
        """Wait until a close has been answered, or given up on."""
        if self._closing:
            await self._closing

    def forget(self, channel: Channel) -> None:
        """Drop a channel that is over."""
        if self._channels.get(channel.wire_topic) is channel:
            del self._channels[channel.wire_topic]

    async def _read(self) -> None:
        metrics, version = self.services.metrics, self._version
        async for message in self._websocket:
            if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                break
            self._silence.heard()
            metrics.frames_in += 1
            frame = frames.decode(version, message.data)
            if frame is None:
                metrics.frames_malformed += 1
            elif not self._closing:
                self.dispatch(frame)

    def dispatch(self, frame: Frame) -> None:
        """Hand a frame to its channel, or answer it."""
        channel = self._channels.get(frame.topic)
        if frame.event == "phx_join" and frame.topic.startswith(PREFIX):
            self._join(frame, channel)
        elif channel is not None:
            channel.receive(frame)
        elif (frame.topic, frame.event) == HEARTBEAT or frame.event == "phx_leave":
            self.outbox.put(replies.reply(frame, "ok", {}, frame.join_ref))
        else:
            self.outbox.put(replies.refusal(frame, "unmatched topic", frame.join_ref))

    def _join(self, frame: Frame, old: Channel | None) -> None:
        join_ref = frame.join_ref or frame.ref
        if not self.services.rates.joins.allows():
            reason = "ClientJoinRateLimitReached: Too many joins per second"
            self.outbox.put(replies.refusal(frame, reason, join_ref))
            self.close(WSCloseCode.GOING_AWAY, "too many joins")
            return
        if old is not None:
            old.close()
        if len(self._channels) >= self._limits.channels_per_socket:
            reason = "ChannelRateLimitReached: Too many channels"
            self.outbox.put(replies.refusal(frame, reason, join_ref))
            return
        channel = Channel(self, frame.topic, join_ref, join_config.parse(frame.payload))
        self._channels[frame.topic] = channel
        channel.receive(frame)

    def _too_silent(self) -> None:
        self.close(WSCloseCode.OK, "silent for too long")

    def _end(self) -> None:
        self.outbox.shut()
        for channel in tuple(self._channels.values()):
            channel.end()
        self._channels.clear()
