"""JSON that is nested about as deeply as can be read: Python's limit falls somewhere in the way."""

from __future__ import annotations

import pytest

from preau.local.realtime import strict_json
from tests.local.realtime.sockets.conftest import Serve

ROOM = "realtime:room"


async def test_a_socket_survives_every_depth_and_answers(serve: Serve) -> None:
    client = await (await serve()).socket()
    await client.join(ROOM, broadcast={"ack": True})
    for depth in range(880, 1000):
        payload = '{"a":' * depth + "1" + "}" * depth
        for event, inner in (("broadcast", "e"), ("presence", "track")):
            await client.websocket.send_str(
                f'["1","{depth}","{ROOM}","{event}",'
                f'{{"type":"{event}","event":"{inner}","payload":{payload}}}]'
            )
        ref = await client.say("phoenix", "heartbeat", ref=f"still there at {depth}")
        while (await client.hear())[1] != ref:
            pass


def test_what_is_read_can_be_written_further_down() -> None:
    def written_below(value: object, calls: int) -> str:
        return written_below(value, calls - 1) if calls else strict_json.dump({"payload": value})

    depths = []
    for depth in range(700, 1000):
        try:
            value = strict_json.load("[" * depth + "]" * depth)
        except strict_json.BadJsonError:
            continue
        written_below(value, 40)
        depths.append(depth)
    assert len(depths) > 50
    with pytest.raises(strict_json.BadJsonError):
        strict_json.load("[" * 999 + "]" * 999)


def test_many_brackets_side_by_side_are_fine() -> None:
    text = "[" + ",".join(["{}"] * 5000) + "]"
    assert strict_json.load(text) == [{}] * 5000
