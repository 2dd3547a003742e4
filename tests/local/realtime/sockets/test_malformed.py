"""Frames that are none: nothing is raised, and nothing of them reaches anybody."""

from __future__ import annotations

import json
import random

import pytest

from preau.local.realtime.frames import Version, decode
from tests.local.realtime.sockets.test_frames import push

GOOD: list[str | bytes] = [
    '["1","2","realtime:room","broadcast",{"type":"broadcast","event":"e","payload":{"x":[1,2]}}]',
    '{"topic":"realtime:room","event":"phx_join","payload":{"config":{}},"ref":"1","join_ref":"1"}',
    push("1", "2", b"realtime:room", b"cursor", b'{"x": 1}'),
    push("1", "2", b"realtime:room", b"cursor", b"\x00\xff", kind=0),
]


def spoilt(chance: random.Random) -> str | bytes:
    """Return a good frame cut short, with some of it changed, repeated or taken out."""
    frame = chance.choice(GOOD)
    data = bytearray(frame.encode() if isinstance(frame, str) else frame)
    for _ in range(chance.randint(1, 6)):
        place = chance.randrange(len(data) + 1)
        match chance.randrange(4):
            case 0:
                del data[place:]
            case 1:
                data[place : place + 1] = chance.randbytes(1)
            case 2:
                data[place:place] = data[: chance.randint(0, 12)]
            case _:
                del data[place : place + chance.randint(1, 9)]
    return bytes(data) if isinstance(frame, bytes) else data.decode(errors="replace")


@pytest.mark.parametrize("version", Version)
def test_ten_thousand_spoilt_frames_raise_nothing(version: Version) -> None:
    chance = random.Random(f"frames of {version}")
    read = [decode(version, spoilt(chance)) for _ in range(10_000)]
    # Some are frames still: what they say can be written out again for others.
    for frame in filter(None, read):
        body = frame.payload.pop("payload", None) if isinstance(frame.payload, dict) else None
        assert isinstance(body, bytes) or json.dumps(body, allow_nan=False)
    assert 0 < sum(frame is None for frame in read) < len(read)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        '["1","2","t","e"]',
        '["1","2","t","e",{},1]',
        "[1,2,3,4,5]",
        '["1","2",null,"e",{}]',
        '["1","2","t",["e"],{}]',
        '[{},"2","t","e",{}]',
        '["1",["2"],"t","e",{}]',
        '["1","2","t","e",NaN]',
        '["1","2","t","e",-Infinity]',
        '["1","2","t","e",1e999]',
        '["1","2","t","e","\\ud800"]',
        '["1","2","\\udfff","e",{}]',
        '["1","2","t","e",' + "[" * 100_000,
        '["1","2","t","e",' + "9" * 5_000 + "]",
    ],
    ids=lambda text: text[:40],
)
def test_what_is_no_frame_is_ignored(text: str) -> None:
    assert decode(Version.V2, text) is None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x03",
        b"\x04\x00\x00\x00\x00",
        bytes([3, 0, 0, 0, 0, 0, 2]),
        bytes([3, 9, 9, 9, 9, 9, 1]) + b"short",
        push("1", "2", b"t", b"e", b"{"),
        push("1", "2", b"t", b"e", b"\xff"),
        bytes([3, 0, 0, 1, 1, 1, 1]) + b"te{" + b"{}",
    ],
    ids=repr,
)
def test_a_binary_frame_that_is_cut_short_or_unknown_is_ignored(data: bytes) -> None:
    assert decode(Version.V2, data) is None


def test_characters_outside_the_first_plane_survive_their_escapes() -> None:
    frame = decode(Version.V2, '["1","2","t","e",{"x":"\\ud83d\\ude00"}]')
    assert frame is not None
    assert frame.payload == {"x": "😀"}
