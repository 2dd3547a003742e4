"""Sockets that are not read: others do not wait for them, and they are cut in the end."""

from __future__ import annotations

import asyncio

from preau.local.realtime.frames import Message
from preau.local.realtime.hub import Topic
from tests.local.realtime.sockets.client import Client
from tests.local.realtime.sockets.conftest import Running, Serve

ROOM = "realtime:room"


def publish(running: Running, count: int, size: int = 300_000) -> None:
    """Broadcast numbered messages of so many bytes."""
    for number in range(count):
        payload = f'{{"type":"broadcast","event":"{number}","payload":"{"x" * size}"}}'
        running.services.hub.publish(
            Topic("room", private=False), Message(ROOM, "broadcast", payload), "broadcast"
        )


async def events(client: Client, count: int) -> list[str]:
    """Return the events of so many messages."""
    return [(await client.hear())[4]["event"] for _ in range(count)]


async def gone(running: Running, left: Client) -> None:
    """Wait until the server has only one channel any more."""
    async with asyncio.timeout(3):
        while running.services.hub.channels > 1:
            await left.hears_nothing()


async def test_what_is_not_read_yet_waits_and_keeps_its_order(serve: Serve) -> None:
    running = await serve(outbox_bytes=100_000_000)
    client = await running.socket()
    await client.join(ROOM)
    publish(running, 60)
    await asyncio.sleep(0)
    publish(running, 1, size=1)  # small, and still not before the large ones
    assert await events(client, 61) == [*map(str, range(60)), "0"]
    await client.hears_nothing()


async def test_who_does_not_read_is_cut_and_the_others_hear_everything(serve: Serve) -> None:
    running = await serve(outbox_bytes=2_000_000, closing_seconds=0.2)
    slow, quick = await running.socket(), await running.socket()
    for client in (slow, quick):
        await client.join(ROOM)
    heard = []
    for _ in range(60):
        publish(running, 1)
        heard += await events(quick, 1)
    assert len(heard) == 60
    assert running.services.metrics.sockets_cut == 1
    await gone(running, quick)


async def test_who_reads_again_in_time_is_told_why_it_was_cut(serve: Serve) -> None:
    running = await serve(outbox_bytes=1_000_000)
    client = await running.socket()
    await client.join(ROOM)
    publish(running, 60)
    assert await client.close_code() == 1013
    assert running.services.metrics.sockets_cut == 1


async def test_too_many_messages_are_too_many_whatever_their_size(serve: Serve) -> None:
    running = await serve(outbox_messages=10, outbox_bytes=1_000_000_000)
    client = await running.socket()
    await client.join(ROOM)
    publish(running, 60)
    assert await client.close_code() == 1013


async def test_nothing_is_kept_for_a_socket_that_is_gone(serve: Serve) -> None:
    running = await serve()
    client, other = await running.socket(), await running.socket()
    for each in (client, other):
        await each.join(ROOM)
    client.websocket._response.connection.transport.abort()  # type: ignore[union-attr]
    publish(running, 10)
    assert await events(other, 10) == [*map(str, range(10))]
    await gone(running, other)
    assert running.services.metrics.sockets_cut == 0
