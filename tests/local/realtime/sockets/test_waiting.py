"""What waits for a policy is bounded by its bytes, for all channels of a socket together."""

from __future__ import annotations

import asyncio

from preau.local.realtime.access import Access
from preau.local.realtime.claims import Caller
from preau.local.realtime.errands import Budget, Errands
from preau.local.realtime.frames import Frame, Version, decode
from tests.local.realtime.sockets.client import Client
from tests.local.realtime.sockets.conftest import Serve
from tests.local.realtime.sockets.policies import Policies

LIMIT = 20_000
LARGE = {"type": "broadcast", "event": "e", "payload": {"text": "x" * 6_000}}


class Slow(Policies):
    """Policies that take their time."""

    def __init__(self) -> None:
        super().__init__()
        self.may = asyncio.Event()

    async def read(
        self, topic: str, caller: Caller, headers: dict[str, str], presence: bool
    ) -> Access:
        await self.may.wait()
        return await super().read(topic, caller, headers, presence)


async def ask(client: Client, topic: str) -> None:
    """Join a channel without waiting for the answer."""
    await client.say(topic, "phx_join", {"config": {"private": True, "broadcast": {"ack": True}}})


async def test_a_socket_is_closed_where_too_much_waits_on_all_its_channels(serve: Serve) -> None:
    client = await (await serve(Slow(), waiting_bytes=LIMIT)).socket()
    for number in range(4):
        await ask(client, f"realtime:{number}")
        await client.say(f"realtime:{number}", "broadcast", LARGE)
    assert await client.close_code() == 1008


async def test_what_has_been_worked_off_waits_no_more(serve: Serve) -> None:
    policies = Slow()
    client = await (await serve(policies, waiting_bytes=LIMIT)).socket()
    for number in range(10):
        topic = f"realtime:{number}"
        policies.may.clear()
        await ask(client, topic)
        for _ in range(2):
            await client.say(topic, "broadcast", LARGE)
        await client.hears_nothing()
        policies.may.set()
        assert [(await client.hear())[4]["status"] for _ in range(3)] == ["ok"] * 3


async def test_what_waited_on_a_channel_that_is_joined_anew_waits_no_more(serve: Serve) -> None:
    client = await (await serve(Slow(), waiting_bytes=LIMIT)).socket()
    for _ in range(10):
        await ask(client, "realtime:room")
        for _ in range(2):
            await client.say("realtime:room", "broadcast", LARGE)
    answer = await client.say("phoenix", "heartbeat")
    while (await client.hear())[1] != answer:
        pass


async def test_what_is_behind_a_refusal_is_set_aside_no_more() -> None:
    budget, frame = Budget(10), Frame(None, "1", "t", "e", {}, 5)
    errands = Errands(5, budget, lambda _: asyncio.sleep(60), lambda _: None)
    assert errands.add(frame)
    behind = Frame(None, "2", "t", "e", {}, 5)
    assert errands.add(behind)
    assert not errands.add(behind)
    assert list(errands.rest(but=frame)) == [behind]
    errands.end()
    assert budget.take(10)


def test_a_frame_knows_its_size() -> None:
    text = '["1","2","t","e",{}]'
    frame = decode(Version.V2, text)
    assert frame is not None
    assert frame.size == len(text)
