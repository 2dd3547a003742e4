"""A client's presence: `track` and `untrack`, always answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from preau.local.realtime import replies, strict_json
from preau.local.realtime.access import Access
from preau.local.realtime.frames import Message

if TYPE_CHECKING:
    from preau.local.realtime.channel import Channel
    from preau.local.realtime.frames import Frame


async def push(channel: Channel, frame: Frame) -> None:
    """Track or untrack the channel. The first track turns presence on for it."""
    services = channel.services
    if not isinstance(frame.payload, dict) or "event" not in frame.payload:
        channel.say(
            replies.reply(frame, "ok", {}, channel.join_ref)
        )  # upstream's answer to nothing
        return
    if not services.rates.presence.allows():
        channel.shut_down("Too many presence messages per second")
        return
    if not channel.presence_rate.allows():
        channel.shut_down("Client presence rate limit exceeded")
        return
    event = str(frame.payload["event"]).lower()
    if event == "untrack":
        services.presence.untrack(channel)
        channel.say(replies.reply(frame, "ok", {}, channel.join_ref))
        return
    content = frame.payload.get("payload", {})
    problem = await _problem(channel, event, content)
    if problem is not None:
        channel.say(replies.refusal(frame, problem, channel.join_ref))
        return
    if len(strict_json.dump(content).encode()) > services.config.limits.payload_bytes:
        channel.shut_down("Track message size exceeded")
        return
    await _turn_on(channel)
    services.presence.track(channel, content)
    channel.say(replies.reply(frame, "ok", {}, channel.join_ref))


def send_state(channel: Channel) -> None:
    """Tell the client who is there: realtime-js holds back every diff until it has been told."""
    if channel.hears("presence"):
        payload = strict_json.dump(channel.services.presence.state(channel.topic))
        topic, join_ref = channel.wire_topic, channel.join_ref
        channel.say(Message(topic, "presence_state", payload, None, join_ref))


async def _problem(channel: Channel, event: str, content: Any) -> str | None:
    if event != "track":
        return "Unknown presence event"
    if not isinstance(content, dict):
        return "Presence track payload must be a map"
    if channel.topic.private and "presence" not in channel.may_write:
        channel.may_write["presence"] = await channel.told(
            channel.services.authoriser.write(
                channel.topic.name, channel.caller, channel.headers, "presence"
            )
        )
    if channel.topic.private and not channel.may_write["presence"]:
        return "You do not have permissions to write presence on this Channel topic"
    return None


async def _turn_on(channel: Channel) -> None:
    if channel.hears_presence:
        return
    if channel.topic.private:
        found = await channel.told(
            channel.services.authoriser.read(
                channel.topic.name, channel.caller, channel.headers, presence=True
            )
        )
        channel.access = Access(channel.access.broadcast, found.presence)
    channel.hears_presence = True
    send_state(channel)
