"""A client's broadcast: to everybody else on the topic, to itself if it asked for that.

Where nothing must be waited for, and that is nearly always, it is passed on at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from preau.local.realtime import replies, strict_json
from preau.local.realtime.frames import BinaryMessage, Message

if TYPE_CHECKING:
    from preau.local.realtime.channel import Channel
    from preau.local.realtime.frames import Frame

LONGEST_CHARACTER = 4  # bytes, in UTF-8


def at_once(channel: Channel, frame: Frame) -> bool:
    """Pass a broadcast on if that needs no policy; tells whether the frame is done with."""
    if frame.event != "broadcast" or not channel.joined:
        return False
    allowed = channel.may_write.get("broadcast") if channel.topic.private else True
    if allowed is None:
        return False
    _settle(channel, frame, allowed=allowed)
    return True


async def push(channel: Channel, frame: Frame) -> None:
    """Pass a broadcast on, after asking the policies once per token."""
    if channel.topic.private and "broadcast" not in channel.may_write:
        channel.may_write["broadcast"] = await channel.told(
            channel.services.authoriser.write(
                channel.topic.name, channel.caller, channel.headers, "broadcast"
            )
        )
    at_once(channel, frame)


def _settle(channel: Channel, frame: Frame, *, allowed: bool) -> None:
    services = channel.services
    if not services.rates.messages.allows():
        channel.shut_down("Too many messages per second")
        return
    if not allowed:  # no answer: the sender's push times out, as upstream
        return
    message = _message(channel.wire_topic, frame.payload)
    problem = None
    if message is None:
        problem = "Broadcast payload must be a map"
    elif _is_too_large(message, frame.payload, services.config.limits.payload_bytes):
        problem = "payload_size_exceeded"
    else:
        services.metrics.broadcasts += 1
        but = None if channel.config.hears_itself else channel
        services.hub.publish(channel.topic, message, "broadcast", but)
    if channel.config.ack:
        answer = (
            replies.reply(frame, "ok", {}, channel.join_ref)
            if problem is None
            else replies.refusal(frame, problem, channel.join_ref)
        )
        channel.say(answer)


def _message(topic: str, payload: Any) -> Message | BinaryMessage | None:
    """Return what the others hear; None where realtime-js could not read it."""
    if not isinstance(payload, dict):
        return None
    content = payload.get("payload")
    if isinstance(content, bytes):
        return BinaryMessage(topic, payload["event"], "", content)
    return Message(topic, "broadcast", strict_json.dump(payload))


def _is_too_large(message: Message | BinaryMessage, payload: dict[str, Any], most: int) -> bool:
    """Tell whether the inner payload has more than so many bytes."""
    if isinstance(message, BinaryMessage):
        return len(message.payload) > most
    if len(message.payload) * LONGEST_CHARACTER <= most:  # nearly always, and told at no cost
        return False
    return len(strict_json.dump(payload.get("payload")).encode()) > most
