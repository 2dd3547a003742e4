"""A topic is joined again when the server has said its last word about the join before."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest

from tests.workers.realtime.ear import Ear, soon
from tests.workers.realtime.hosted import Hosted


async def test_what_is_closed_long_after_its_leave_harms_no_later_join(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The close itself is waited for, and not some time in which it should have come."""
    monkeypatch.setattr("preau.realtime.channel.CLOSE_SECONDS", 60.0)
    hosted, topic = Hosted(late=0.3), f"room:{uuid4().hex}"
    async with hosted.connection() as connection:
        for joins in range(1, 4):
            ear = Ear(topic)
            connection.add(ear.listener)
            await soon(lambda ear=ear: ear.joined, "it has joined")  # type: ignore[misc]
            await asyncio.sleep(0.5)
            assert (ear.turns, hosted.joins) == ([True], joins)
            connection.remove(ear.listener)
    assert connection.connected == 1


async def test_what_the_server_never_closes_can_be_heard_again() -> None:
    hosted, first = Hosted(late=None), Ear()
    second = Ear(first.topic)
    async with hosted.connection() as connection:
        connection.add(first.listener)
        await soon(lambda: first.joined, "it has joined")
        connection.remove(first.listener)
        connection.add(second.listener)
        await soon(lambda: second.joined, "it has joined again")
    assert (connection.connected, first.turns) == (1, [True, False])


async def test_a_server_with_too_many_of_us_is_left_alone_for_longer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("preau.realtime.channel.CLOSE_SECONDS", 0.01)
    busy = Hosted(refusal="ChannelRateLimitReached: Too many channels")
    strict = Hosted(refusal="Unauthorized: You do not have permissions")
    async with busy.connection() as one, strict.connection() as other:
        one.add(Ear().listener)
        other.add(Ear().listener)
        await soon(lambda: strict.joins >= 5, "the other is asked again and again")
    assert busy.joins == 1
