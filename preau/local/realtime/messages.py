"""Broadcasts that are rows of realtime.messages: what SQL sends, and what is replayed.

A row reaches the clients in the shape in which a client's own broadcast does, with the row's id
beside it.
"""

from __future__ import annotations

from typing import Any

from preau.local.realtime import strict_json
from preau.local.realtime.frames import BinaryMessage, Message


def message(
    topic: str, event: str, payload: str | bytes, meta: dict[str, Any] | None = None
) -> Message | BinaryMessage:
    """Return a broadcast of JSON text, or of bytes."""
    about = strict_json.dump(meta) if meta else ""
    wire = f"realtime:{topic}"
    if isinstance(payload, bytes):
        return BinaryMessage(wire, event, about, payload)
    more = f',"meta":{about}' if about else ""
    text = f'{{"type":"broadcast","event":{strict_json.dump(event)},"payload":{payload}{more}}}'
    return Message(wire, "broadcast", text)
