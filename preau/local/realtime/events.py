"""What a client can say on its channel, and who answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from preau.local.realtime import broadcast, joins, parting, presence_push, tokens

if TYPE_CHECKING:
    from preau.local.realtime.channel import Channel
    from preau.local.realtime.frames import Frame


async def handle(channel: Channel, frame: Frame) -> None:
    """Do what a frame asks. An unknown event is ignored, as upstream."""
    match frame.event:
        case "phx_join":
            await joins.join(channel, frame)
        case "phx_leave":
            if parting.is_leave(channel, frame):
                channel.close()
        case "access_token":
            await tokens.refresh(channel, frame.payload)
        case "broadcast":
            await broadcast.push(channel, frame)
        case "presence":
            await presence_push.push(channel, frame)
