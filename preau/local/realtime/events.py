"""What a client can say on its channel, and who answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from preau.local.realtime import broadcast, joins, presence_push, replies, tokens

if TYPE_CHECKING:
    from preau.local.realtime.channel import Channel
    from preau.local.realtime.frames import Frame


async def handle(channel: Channel, frame: Frame) -> None:
    """Do what a frame asks. An unknown event is ignored, as upstream."""
    match frame.event:
        case "phx_join":
            await joins.join(channel, frame)
        case "phx_leave":
            leave(channel, frame)
        case "access_token":
            await tokens.refresh(channel, frame.payload)
        case "broadcast":
            await broadcast.push(channel, frame)
        case "presence":
            await presence_push.push(channel, frame)


def leave(channel: Channel, frame: Frame) -> None:
    """Answer and close in one piece; a leave of a join before this one is not for us.

    Between the two realtime-py may join anew; it reads no ref, so it would take a `phx_close` that
    comes later for the end of the new channel.
    """
    if frame.join_ref is not None and frame.join_ref != channel.join_ref:
        return
    channel.close(replies.reply(frame, "ok", {}, channel.join_ref))
