"""The two protocol versions: frames in, messages out.

Version 1.0.0 is a JSON object a frame, 2.0.0 an array, with binary frames besides (`binary.py`). A
message is encoded once per version, however many sockets get it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from preau.local.realtime import binary, strict_json

NAMES = ("topic", "event", "payload", "ref", "join_ref")


class Version(StrEnum):
    """`vsn` of the handshake."""

    V1 = "1.0.0"
    V2 = "2.0.0"


@dataclass(frozen=True, slots=True)
class Frame:
    """What a client sent. The payload is JSON, or of a binary push what its JSON would be.

    A binary push with raw bytes has `bytes` as the payload's `payload`. `size` is what it was read
    from, in bytes or characters.
    """

    join_ref: str | None
    ref: str | None
    topic: str
    event: str
    payload: Any
    size: int = field(default=0, compare=False)


@dataclass(slots=True)
class Message:
    """What goes to a client: `topic` as on the wire, `payload` as JSON text.

    A message with a `join_ref` is for one channel. Version 1.0.0 has no field for it. `id` is the
    row of realtime.messages it was, so that a channel does not hear again what it was replayed.
    """

    topic: str
    event: str
    payload: str
    ref: str | None = None
    join_ref: str | None = None
    id: str | None = None
    _v1: bytes | None = None
    _v2: bytes | None = None

    def encoded(self, version: Version) -> bytes:
        """Return the text frame's bytes, made at the first call."""
        if version is Version.V1:
            if self._v1 is None:
                self._v1 = self._object()
            return self._v1
        if self._v2 is None:
            self._v2 = self._array()
        return self._v2

    def _object(self) -> bytes:
        dump = strict_json.dump
        # realtime-py drops a message without `ref`, also where it is null.
        return (
            f'{{"topic":{dump(self.topic)},"event":{dump(self.event)},'
            f'"payload":{self.payload},"ref":{dump(self.ref)}}}'
        ).encode()

    def _array(self) -> bytes:
        dump = strict_json.dump
        return (
            f"[{dump(self.join_ref)},{dump(self.ref)},{dump(self.topic)},"
            f"{dump(self.event)},{self.payload}]"
        ).encode()


@dataclass(slots=True)
class BinaryMessage:
    """A broadcast of bytes; `meta` is JSON text or "". Version 1.0.0 cannot say it."""

    topic: str
    event: str
    meta: str
    payload: bytes
    id: str | None = None
    _v2: bytes | None = None

    def encoded(self, version: Version) -> bytes | None:
        """Return the binary frame, or None for a version that has none."""
        if version is Version.V1:
            return None
        if self._v2 is None:
            self._v2 = binary.encode(self.topic, self.event, self.meta, self.payload)
        return self._v2


def decode(version: Version, data: str | bytes) -> Frame | None:
    """Return the frame, or None where it is malformed: such frames are ignored, as upstream."""
    if isinstance(data, bytes):
        push = binary.decode(data) if version is Version.V2 else None
        return Frame(*push, size=len(data)) if push else None
    try:
        found = strict_json.load(data)
    except strict_json.BadJsonError:
        return None
    if version is Version.V1:
        if not isinstance(found, dict):
            return None
        topic, event, payload, ref, join_ref = (found.get(name) for name in NAMES)
    else:
        if not isinstance(found, list) or len(found) != 5:
            return None
        join_ref, ref, topic, event, payload = found
    if not isinstance(topic, str) or not isinstance(event, str):
        return None
    for given in (ref, join_ref):
        if not isinstance(given, str | None):
            return None
    return Frame(join_ref, ref, topic, event, payload, len(data))
