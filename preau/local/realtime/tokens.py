"""A channel's token: taken at the join, replaced by its client, over at its time."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from preau.local.realtime import claims, presence_push, subscriptions
from preau.local.realtime.access import Access
from preau.local.realtime.claims import OPAQUE

if TYPE_CHECKING:
    from preau.local.realtime.channel import Channel

LOST = "You no longer have permission to read from this Channel topic: "
NEVER = "You do not have permissions to read from this Channel topic: "


async def refresh(channel: Channel, payload: Any) -> None:
    """Take over a new token: policies are asked again, and rows filtered anew.

    There is no answer. Nothing happens for null, the same token, or an opaque key.
    """
    token = payload.get("access_token") if isinstance(payload, dict) else None
    if not isinstance(token, str) or token == channel.token or token.startswith(OPAQUE):
        return
    try:
        caller = claims.verify(token, channel.services.config.jwt_secret)
    except claims.TokenError as error:
        channel.shut_down(error.text)
        return
    if channel.topic.private:
        access = await channel.told(
            channel.services.authoriser.read(
                channel.topic.name, caller, channel.headers, presence=channel.hears_presence
            )
        )
        reason = _refusal(channel.access, access)
        if reason:
            channel.shut_down(reason + channel.topic.name)
            return
        shown, channel.access = channel.hears("presence"), access
        if not shown:  # newly granted: clients hold back diffs until they have been told this
            presence_push.send_state(channel)
    channel.token, channel.caller = token, caller
    channel.may_write.clear()
    watch(channel)
    subscriptions.start(channel)


def watch(channel: Channel) -> None:
    """Shut the channel down when its token is over, whatever the clock does meanwhile."""
    if channel.timer:
        channel.timer.cancel()
    left = channel.caller.expires_at - time.time()
    if left <= 0:
        channel.shut_down(claims.expired(channel.caller.expires_at, time.time()))
        return
    wait = min(channel.services.config.limits.token_check_seconds, left)
    channel.timer = asyncio.get_running_loop().call_later(wait, watch, channel)


def _refusal(before: Access, after: Access) -> str | None:
    if not (after.broadcast or after.presence):
        return NEVER
    if (before.broadcast and not after.broadcast) or (before.presence and not after.presence):
        return LOST
    return None
