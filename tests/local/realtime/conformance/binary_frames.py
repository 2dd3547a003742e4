"""The binary frames of protocol 2.0.0: kind 3 is a client's broadcast, kind 4 the server's."""

from __future__ import annotations

import json as jsons
import struct
from itertools import pairwise

from tests.local.realtime.conformance.peers import JSON


def kind_3(join_ref: str, ref: str, topic: str, event: str, payload: bytes, *, json: bool) -> bytes:
    """A broadcast push as realtime-js 2.0.0 sends every one."""
    parts = [part.encode() for part in (join_ref, ref, f"realtime:{topic}", event)]
    head = struct.pack("7B", 3, *map(len, parts), 0, int(json))
    return head + b"".join(parts) + payload


def kind_4(data: bytes) -> tuple[str, JSON]:
    """Read a binary broadcast; returns its topic on the wire and its payload."""
    kind, topic, event, meta, encoding = struct.unpack_from("5B", data)
    assert kind == 4, f"a frame of kind {kind}"
    ends = [5, 5 + topic, 5 + topic + event, 5 + topic + event + meta]
    texts = [data[start:end] for start, end in pairwise(ends)]
    body = data[ends[-1] :]
    payload: JSON = {"event": texts[1].decode(), "payload": jsons.loads(body) if encoding else body}
    if texts[2]:
        payload["meta"] = jsons.loads(texts[2])
    return texts[0].decode(), payload
