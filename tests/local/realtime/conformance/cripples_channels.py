"""What is switched off of sockets, channels and broadcasts."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import WSCloseCode

from preau.local import keys
from preau.local.realtime import (
    frames,
    handshake,
    http_api,
    messages,
    server,
    socket,
)
from preau.local.realtime import subscriptions as bindings
from preau.local.realtime.channel import Channel
from preau.local.realtime.frames import BinaryMessage, Message, Version
from preau.local.realtime.hub import Hub, Topic
from preau.local.realtime.replay import Replay
from preau.local.realtime.socket import Socket
from tests.local.realtime.conformance.off import nothing, put


async def _yes(*_arguments: object) -> bool:
    return True


def keys_are_not_checked() -> None:
    check = handshake.check

    def lax(*arguments: Any) -> handshake.Welcome:
        try:
            return check(*arguments)
        except handshake.RefusedError:
            return handshake.Welcome(Version.V1, keys.ANON_JWT, {})

    put(handshake, "check", lax)


def heartbeats_are_unknown() -> None:
    put(socket, "HEARTBEAT", ("phoenix", "no heartbeat"))


def bindings_are_not_given_back() -> None:
    put(bindings, "echo", lambda _entries: [])


def unjoined_topics_are_not_answered() -> None:
    dispatch = Socket.dispatch

    def deaf(own: Socket, frame: frames.Frame) -> None:
        if frame.topic in own._channels or frame.event in ("phx_join", "heartbeat"):
            dispatch(own, frame)

    put(Socket, "dispatch", deaf)


def everybody_hears_itself() -> None:
    publish = Hub.publish

    def everybody(hub: Hub, topic: Topic, message: Any, hearing: Any, _but: object = None) -> None:
        publish(hub, topic, message, hearing)

    put(Hub, "publish", everybody)


def bytes_are_not_encoded() -> None:
    put(BinaryMessage, "encoded", nothing)


def private_is_no_namespace() -> None:
    put(Topic, "__eq__", lambda one, other: one.name == other.name)
    put(Topic, "__hash__", lambda topic: hash(topic.name))


def http_asks_no_policy() -> None:
    put(http_api.HttpApi, "_may_send", _yes)


def http_takes_no_bytes() -> None:
    put(http_api, "OCTETS", "no/such-type")


def rows_are_not_broadcast() -> None:
    put(messages.DatabaseBroadcasts, "receive", nothing)


def rows_with_bytes_become_text() -> None:
    message = messages.message

    def texts(topic: str, event: str, payload: str | bytes, meta: Any = None) -> Any:
        return message(topic, event, "{}" if isinstance(payload, bytes) else payload, meta)

    put(messages, "message", texts)


def nothing_is_replayed() -> None:
    async def empty(*_arguments: object) -> list[Message]:
        return []

    put(Replay, "fetch", empty)


def channels_end_without_a_word() -> None:
    put(Channel, "close", Channel.end)


def a_stop_closes_channels() -> None:
    stop = server.Server.stop

    async def final(own: server.Server) -> None:
        for each in own._sockets:
            for channel in tuple(each._channels.values()):
                channel.close()
        await asyncio.sleep(0.1)  # for the outboxes to be emptied
        await stop(own)

    put(server.Server, "stop", final)


def broken_frames_end_the_socket() -> None:
    decode, read = frames.decode, Socket._read

    def strict(version: Version, data: str | bytes) -> frames.Frame:
        frame = decode(version, data)
        if frame is None:
            raise ValueError("a frame that is none")
        return frame

    async def until_broken(own: Socket) -> None:
        try:
            await read(own)
        except ValueError as error:
            own.close(WSCloseCode.PROTOCOL_ERROR, str(error))

    put(frames, "decode", strict)
    put(Socket, "_read", until_broken)
