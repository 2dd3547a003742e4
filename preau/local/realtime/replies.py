"""What the server says of its own to one channel. Field for field what both clients ask for.

realtime-py validates each of these with pydantic and drops what lacks a field.
"""

from __future__ import annotations

from typing import Any, Literal

from preau.local.realtime import strict_json
from preau.local.realtime.frames import Frame, Message

Status = Literal["ok", "error"]


def reply(frame: Frame, status: Status, response: dict[str, Any], join_ref: str | None) -> Message:
    """Return the answer to a frame."""
    payload = strict_json.dump({"status": status, "response": response})
    return Message(frame.topic, "phx_reply", payload, frame.ref, join_ref)


def refusal(frame: Frame, reason: str, join_ref: str | None) -> Message:
    """Return the answer to a frame that was refused."""
    return reply(frame, "error", {"reason": reason}, join_ref)


def system(
    topic: str, extension: str, status: Status, message: str, join_ref: str | None
) -> Message:
    """Return a `system` message; `topic` is as on the wire, its `channel` is the name alone."""
    payload = {
        "extension": extension,
        "status": status,
        "message": message,
        "channel": topic.removeprefix("realtime:"),
    }
    return Message(topic, "system", strict_json.dump(payload), None, join_ref)


def closed(topic: str, join_ref: str | None) -> Message:
    """Return `phx_close`, after which no client joins again of itself."""
    return Message(topic, "phx_close", "{}", join_ref, join_ref)


def crashed(topic: str, join_ref: str | None) -> Message:
    """Return `phx_error`, after which clients join again."""
    return Message(topic, "phx_error", '{"reason":"channel_crash"}', join_ref, join_ref)
