"""How a channel is left, refused, or given up for a defect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from preau import log
from preau.local.realtime import replies

if TYPE_CHECKING:
    from preau.local.realtime.channel import Channel
    from preau.local.realtime.frames import Frame

logger = log.get_logger(piece="realtime")


def is_leave(channel: Channel, frame: Frame) -> bool:
    """Tell whether a frame leaves the channel; a leave of a join before its own does not."""
    return frame.event == "phx_leave" and frame.join_ref in (None, channel.join_ref)


def refuse(channel: Channel, frame: Frame, reason: str) -> None:
    """Refuse the join; what was sent after it finds nobody on the topic."""
    if channel.over:  # and so it was given up in the middle: psycopg may say so by an error
        return
    channel.services.metrics.joins_refused += 1
    logger.info("channel.refused", topic=channel.topic.name, reason=reason)
    channel.say(replies.refusal(frame, reason, channel.join_ref))
    behind = tuple(channel.errands.rest(but=frame))
    channel.end()
    for waiting in behind:
        channel.socket.dispatch(waiting)


def crash(channel: Channel, error: BaseException) -> None:
    """End the channel for a defect of ours, or a database that is away; clients rejoin."""
    logger.error("channel.crashed", topic=channel.topic.name, exc_info=error)
    if channel.joined:
        channel.say(replies.crashed(channel.wire_topic, channel.join_ref))
        channel.end()
    else:
        refuse(channel, channel.errands.current, "Unknown Error on Channel")
