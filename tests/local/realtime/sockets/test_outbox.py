"""The outbox by itself, on a transport whose buffer is as full as a test says."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import ClientConnectionResetError, WSMsgType, web

from preau.local.realtime.frames import BinaryMessage, Message, Version
from preau.local.realtime.limits import Limits
from preau.local.realtime.metrics import Metrics
from preau.local.realtime.outbox import Outbox

FULL, EMPTY = 1_000_000, 0


class Transport(asyncio.Transport):
    """Keeps what is written."""

    def __init__(self) -> None:
        super().__init__()
        self.filled = EMPTY
        self.written = b""
        self.writes = 0

    def get_write_buffer_size(self) -> int:
        return self.filled

    def is_closing(self) -> bool:
        return False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += bytes(data)
        self.writes += 1


class Websocket(web.WebSocketResponse):
    """Sends a frame once the transport is said to have room."""

    def __init__(self, transport: Transport) -> None:
        super().__init__()
        self._sink = transport
        self.room = asyncio.Event()
        self.lost: Exception | None = None

    async def send_frame(
        self, message: bytes, opcode: WSMsgType, compress: int | None = None
    ) -> None:
        await self.room.wait()
        if self.lost:
            raise self.lost
        self._sink.write(message)


class Box:
    """An outbox and what is around it."""

    def __init__(self, version: Version = Version.V2, limits: Limits | None = None) -> None:
        self.transport = Transport()
        self.websocket = Websocket(self.transport)
        self.cut = 0
        self.outbox = Outbox(
            self.websocket,
            self.transport,
            version,
            limits or Limits(),
            Metrics(),
            self._too_slow,
        )

    def _too_slow(self) -> None:
        self.cut += 1

    def put(self, *payloads: str) -> None:
        """Put messages, a number each."""
        for payload in payloads:
            self.outbox.put(Message("t", "e", payload))


def frame(payload: str) -> bytes:
    """Return a message as version 2.0.0 has it."""
    return f'[null,null,"t","e",{payload}]'.encode()


@pytest.mark.parametrize(
    ("size", "header"),
    [
        (125, b"\x81\x7d"),
        (126, b"\x81\x7e\x00\x7e"),
        (65_535, b"\x81\x7e\xff\xff"),
        (65_536, b"\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00"),
    ],
)
async def test_a_frame_is_written_as_rfc_6455_has_it(size: int, header: bytes) -> None:
    box = Box()
    text = '"' + "x" * (size - len(frame('""'))) + '"'
    box.put(text)
    assert box.transport.written == header + frame(text)


async def test_bytes_go_into_a_binary_frame_and_to_no_version_1() -> None:
    message = BinaryMessage("t", "e", "", b"\xff")
    new, old = Box(), Box(Version.V1)
    for box in (new, old):
        box.outbox.put(message)
    assert new.transport.written == b"\x82\x08\x04\x01\x01\x00\x00te\xff"
    assert old.transport.written == b""


async def test_nothing_overtakes_what_waits() -> None:
    box = Box()
    box.transport.filled = FULL
    box.put("1", "2")
    box.transport.filled = EMPTY
    box.put("3")
    assert box.transport.written == b""
    box.websocket.room.set()
    await asyncio.sleep(0)
    assert box.transport.written == frame("1") + frame("2") + frame("3")
    box.put("4")
    assert box.transport.written.endswith(b"\x81" + bytes([len(frame("4"))]) + frame("4"))


async def test_what_is_put_while_the_rest_is_sent_goes_last() -> None:
    box = Box()
    box.transport.filled = FULL
    box.put("1")
    await asyncio.sleep(0)
    box.put("2")
    box.websocket.room.set()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert box.transport.written == frame("1") + frame("2")


@pytest.mark.parametrize(
    "lost", [ConnectionError("Connection lost"), ClientConnectionResetError("closing")], ids=repr
)
async def test_a_connection_that_is_lost_while_it_is_sent_ends_it_quietly(lost: Exception) -> None:
    box = Box()
    box.transport.filled = FULL
    before = asyncio.all_tasks()
    box.put("1", "2")
    (sender,) = asyncio.all_tasks() - before
    box.websocket.lost = lost
    box.websocket.room.set()
    await asyncio.wait([sender])
    assert sender.cancelled() or sender.exception() is None
    box.transport.filled = EMPTY
    box.put("3")
    assert (box.transport.written, box.cut) == (b"", 0)


THREE = pytest.mark.parametrize(
    "limits", [Limits(outbox_messages=3), Limits(outbox_bytes=3 * len(frame("1")))]
)


@THREE
async def test_past_its_limits_the_reader_is_cut_once_and_gets_nothing_more(limits: Limits) -> None:
    box = Box(limits=limits)
    box.transport.filled = FULL
    box.put("1", "2", "3")
    assert box.cut == 0
    box.put("4", "5", "6")
    box.transport.filled = EMPTY
    box.put("7")
    box.websocket.room.set()
    await asyncio.sleep(0)
    assert (box.cut, box.transport.written) == (1, b"")


@THREE
async def test_room_that_is_made_is_room_again(limits: Limits) -> None:
    box = Box(limits=limits)
    box.websocket.room.set()
    for _ in range(5):
        box.transport.filled = FULL
        box.put("1", "2", "3")
        await asyncio.sleep(0)
    assert box.cut == 0


async def test_what_is_put_together_is_one_write() -> None:
    box = Box()
    one, other = Message("t", "e", "1"), Message("t", "e", "2")
    box.outbox.put_together(one, other)
    assert box.transport.writes == 1
    head = b"\x81" + bytes([len(frame("1"))])
    assert box.transport.written == head + frame("1") + head + frame("2")


async def test_what_is_put_together_overtakes_nothing() -> None:
    box = Box()
    box.transport.filled = FULL
    box.put("1")
    box.transport.filled = EMPTY
    box.outbox.put_together(Message("t", "e", "2"), Message("t", "e", "3"))
    assert box.transport.written == b""
    box.websocket.room.set()
    await asyncio.sleep(0)
    assert box.transport.written == frame("1") + frame("2") + frame("3")
