"""A join: who asks, whether the policies let them in, what they are told first.

The order of the first messages is upstream's: the reply, what is replayed, who is present.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from preau.local.realtime import (
    claims,
    parting,
    presence_push,
    replies,
    subscriptions,
    tokens,
)
from preau.local.realtime.access import EVERYTHING
from preau.local.realtime.held import Held
from preau.local.realtime.replay import Replayed, ReplayRefused

if TYPE_CHECKING:
    from preau.local.realtime.channel import Channel
    from preau.local.realtime.frames import Frame

UNAUTHORIZED = "Unauthorized: You do not have permissions to read from this Channel topic: "
# Hosted has no such limit; realtime-py takes its time to join again after a code of this name.
TOO_MANY = "ChannelRateLimitReached: Too many postgres_changes in a channel"
NOT_REPLAYED = "UnableToReplayMessages: "


class _RefusedError(Exception):
    """The join is refused for this reason."""


async def join(channel: Channel, frame: Frame) -> None:
    """Let the channel in, or refuse it."""
    try:
        await _admit(channel)
        replayed = await _replayed(channel)
    except _RefusedError as error:
        parting.refuse(channel, frame, str(error))
        return
    services = channel.services
    services.metrics.joins += 1
    channel.joined = True
    services.hub.join(channel)
    entries = subscriptions.echo(channel.config.entries)
    channel.say(replies.reply(frame, "ok", {"postgres_changes": entries}, channel.join_ref))
    _release(channel, replayed)
    presence_push.send_state(channel)
    tokens.watch(channel)
    subscriptions.start(channel)


async def _admit(channel: Channel) -> None:
    """Set the channel's caller and access."""
    if not channel.topic.name:
        raise _RefusedError("TopicNameRequired: You must provide a topic name")
    services, limits = channel.services, channel.services.config.limits
    if len(channel.config.entries) > limits.bindings_per_channel:
        raise _RefusedError(TOO_MANY)
    if limits.private_only and not channel.topic.private:
        raise _RefusedError("PrivateOnly: This project only allows private channels")
    try:
        channel.caller = claims.verify(channel.token, services.config.jwt_secret)
    except claims.TokenError as error:
        raise _RefusedError(f"{error.code}: {error.text}") from None
    if not channel.topic.private:
        channel.access = EVERYTHING
        return
    channel.access = await channel.told(
        services.authoriser.read(
            channel.topic.name, channel.caller, channel.headers, presence=channel.hears_presence
        )
    )
    if not (channel.access.broadcast or channel.access.presence):
        raise _RefusedError(UNAUTHORIZED + channel.topic.name)


async def _replayed(channel: Channel) -> Sequence[Replayed]:
    """Return what is to be replayed, and hold back what is said from now on until it was."""
    asked = channel.config.replay
    if asked is None:
        return ()
    if not channel.topic.private:
        raise _RefusedError(NOT_REPLAYED + "Replay is not allowed for public channels")
    if not channel.access.broadcast:
        return ()
    channel.held = Held(channel.services.config.limits, channel.socket.cut)
    channel.services.hub.join(channel)
    try:
        return await channel.told(
            channel.services.replay.fetch(
                channel.topic.name, asked.get("since"), asked.get("limit")
            )
        )
    except ReplayRefused as error:
        raise _RefusedError(NOT_REPLAYED + str(error)) from None


def _release(channel: Channel, replayed: Sequence[Replayed]) -> None:
    """Send what is replayed, then what was said meanwhile, none of it twice."""
    held, channel.held = channel.held or (), None
    for each in replayed:
        channel.send(each.message)
    channel.replayed.update(each.id for each in replayed)
    for message in held:
        channel.send(message)
