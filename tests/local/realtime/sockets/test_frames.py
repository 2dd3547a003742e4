"""Frames of both versions, as the clients write and read them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preau.local.realtime import binary, strict_json
from preau.local.realtime.frames import BinaryMessage, Frame, Message, Version, decode

CHARACTERS = st.characters(exclude_categories=["Cs"])
TEXT = st.text(CHARACTERS, max_size=40)
REF = st.none() | st.text(CHARACTERS, min_size=1, max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


def push(join_ref: str, ref: str, topic: bytes, event: bytes, body: bytes, kind: int = 1) -> bytes:
    """Return a client's binary push, as realtime-js writes it."""
    names = [join_ref.encode(), ref.encode(), topic, event, b""]
    return bytes([3, *map(len, names), kind]) + b"".join(names) + body


@given(REF, REF, TEXT, TEXT, JSON)
def test_a_frame_of_version_1_is_read_as_it_was_written(
    join_ref: str | None, ref: str | None, topic: str, event: str, payload: Any
) -> None:
    written = {"topic": topic, "event": event, "payload": payload, "ref": ref, "join_ref": join_ref}
    frame = decode(Version.V1, json.dumps(written))
    assert frame == Frame(join_ref, ref, topic, event, payload)


@given(REF, REF, TEXT, TEXT, JSON)
def test_a_frame_of_version_2_is_read_as_it_was_written(
    join_ref: str | None, ref: str | None, topic: str, event: str, payload: Any
) -> None:
    frame = decode(Version.V2, json.dumps([join_ref, ref, topic, event, payload]))
    assert frame == Frame(join_ref, ref, topic, event, payload)


@given(REF, REF, TEXT, TEXT, JSON)
def test_a_message_says_the_same_in_both_versions(
    join_ref: str | None, ref: str | None, topic: str, event: str, payload: Any
) -> None:
    message = Message(topic, event, strict_json.dump(payload), ref, join_ref)
    old, new = (json.loads(message.encoded(version)) for version in Version)
    assert old == {"topic": topic, "event": event, "payload": payload, "ref": ref}
    assert new == [join_ref, ref, topic, event, payload]


def test_a_message_is_encoded_once_for_all_sockets_of_a_version() -> None:
    message = Message("realtime:room", "broadcast", "{}")
    for version in Version:
        assert message.encoded(version) is message.encoded(version)


def test_an_answer_without_a_ref_says_so() -> None:
    message = Message("phoenix", "phx_reply", "{}")
    assert message.encoded(Version.V1).endswith(b'"ref":null}')


@given(
    st.text(CHARACTERS, max_size=60), st.text(CHARACTERS, max_size=60), st.text(max_size=0),
    st.binary(max_size=300),
)  # fmt: skip
def test_bytes_reach_the_client_as_they_are(
    topic: str, event: str, meta: str, payload: bytes
) -> None:
    data = BinaryMessage(topic, event, meta, payload).encoded(Version.V2)
    assert data is not None
    kind, topic_size, event_size, meta_size, encoding = data[:5]
    assert (kind, meta_size, encoding) == (4, 0, 0)
    rest = data[5:]
    assert rest[:topic_size].decode() == topic
    assert rest[topic_size : topic_size + event_size].decode() == event
    assert rest[topic_size + event_size :] == payload


def test_version_1_has_no_word_for_bytes() -> None:
    assert BinaryMessage("realtime:room", "e", "", b"\x00").encoded(Version.V1) is None


def test_a_name_too_long_for_a_binary_frame_is_not_sent_in_one() -> None:
    assert BinaryMessage("realtime:" + "x" * 300, "e", "", b"").encoded(Version.V2) is None


@given(JSON)
def test_a_binary_push_of_json_is_a_broadcast(payload: Any) -> None:
    data = push("1", "7", b"realtime:room", b"cursor", json.dumps(payload).encode())
    said = {"type": "broadcast", "event": "cursor", "payload": payload}
    assert decode(Version.V2, data) == Frame("1", "7", "realtime:room", "broadcast", said)


@given(st.binary(max_size=300))
def test_a_binary_push_of_bytes_keeps_them(payload: bytes) -> None:
    frame = decode(Version.V2, push("1", "7", b"realtime:room", b"e", payload, kind=0))
    assert frame is not None
    assert frame.payload["payload"] == payload


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_a_topic_with_an_accent_is_understood_however_it_was_written(encoding: str) -> None:
    data = push("1", "7", "realtime:café".encode(encoding), b"e", b"{}")
    frame = decode(Version.V2, data)
    assert frame is not None
    assert frame.topic == "realtime:café"


def test_a_binary_push_without_refs_has_none() -> None:
    frame = decode(Version.V2, push("", "", b"realtime:room", b"e", b"{}"))
    assert frame is not None
    assert (frame.join_ref, frame.ref) == (None, None)


def test_version_1_reads_no_binary_frame() -> None:
    assert decode(Version.V1, push("1", "7", b"realtime:room", b"e", b"{}")) is None


def test_the_meta_of_a_push_is_read_and_dropped() -> None:
    data = bytes([3, 0, 0, 1, 1, 7, 1]) + b"te" + b'{"a":1}' + b"{}"
    found = binary.decode(data)
    assert found is not None
    assert "meta" not in found[4]
