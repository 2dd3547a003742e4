"""Binary frames of version 2.0.0: a client's push (kind 3) and a broadcast to a client (kind 4).

Every length is one byte and there is no padding, as in realtime-js' serializer.
"""

from __future__ import annotations

from typing import Any

from preau.local.realtime import strict_json

PUSH = 3
BROADCAST = 4
RAW = 0
JSON = 1
HEAD = 7  # of a push: kind, five lengths, encoding
LONGEST = 255

Push = tuple[str | None, str | None, str, str, dict[str, Any]]


def decode(data: bytes) -> Push | None:
    """Return join_ref, ref, topic, "broadcast" and the payload of a push, or None."""
    if len(data) < HEAD or data[0] != PUSH or data[6] not in (RAW, JSON):
        return None
    fields, start = [], HEAD
    for length in data[1:6]:
        fields.append(_text(data[start : start + length]))
        start += length
    if start > len(data):
        return None
    join_ref, ref, topic, event, meta = fields
    payload: dict[str, Any] = {"type": "broadcast", "event": event}
    try:
        if meta:  # must be JSON and is for nobody, as upstream: what is replayed is ours to say
            strict_json.load(meta)
        body = data[start:]
        payload["payload"] = strict_json.load(body.decode()) if data[6] == JSON else body
    except ValueError:  # no JSON, or no UTF-8
        return None
    return join_ref or None, ref or None, topic, "broadcast", payload


def encode(topic: str, event: str, meta: str, payload: bytes) -> bytes | None:
    """Return the frame of a broadcast of bytes, or None where a name is too long for one."""
    names = [topic.encode(), event.encode(), meta.encode()]
    if max(map(len, names)) > LONGEST:
        return None
    return bytes([BROADCAST, *map(len, names), RAW]) + b"".join(names) + payload


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")  # realtime-js writes one byte a character
