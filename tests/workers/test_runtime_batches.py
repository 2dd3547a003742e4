"""Batch handlers: one claim, one call – and one message never fails its mates."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from preau.errors import ExpectedError, PermanentError, RetryableError
from preau.handlers import Context
from preau.retry import DEAD_AT_ONCE
from preau.settings import Settings
from tests.workers.rig import Ping, TestQueue, until, working

Outcomes = list[Exception | None]


async def gone(queue: TestQueue) -> bool:
    return not await queue.waiting()


async def test_a_batch_is_one_call(queue: TestQueue, settings: Settings) -> None:
    calls: list[list[int]] = []

    async def handle(messages: Sequence[Ping], _context: Context) -> Outcomes:
        calls.append([message.n for message in messages])
        return [None] * len(messages)

    await queue.send(*({"n": n} for n in range(25)))
    async with working(queue.name, handle, settings, concurrency=2, batch=10):
        await until(lambda: gone(queue), "all are done")
    assert sorted(map(len, calls)) == [5, 10, 10]
    assert sorted(n for call in calls for n in call) == list(range(25))


async def test_each_message_has_its_own_outcome(queue: TestQueue, settings: Settings) -> None:
    async def handle(messages: Sequence[Ping], _context: Context) -> Outcomes:
        said: Outcomes = [
            None,
            PermanentError("no_address", "Nowhere to go."),
            RetryableError("busy", "Later.", retry_in=60),
            ExpectedError("not_due", "Nothing to do."),
        ]
        return [said[message.n] for message in messages]

    ids = await queue.send(*({"n": n} for n in range(4)))
    async with working(queue.name, handle, settings, batch=4):
        await until(lambda: _waits(queue, ids[2]), "only the busy one waits")
    assert {key: row["code"] for key, row in (await queue.dead()).items()} == {ids[1]: "no_address"}


async def _waits(queue: TestQueue, msg_id: int) -> bool:
    waiting = await queue.waiting()
    return set(waiting) == {msg_id} and waiting[msg_id]["hidden_for"] > 10


@pytest.mark.parametrize("poison", [{"n": "no number"}, {"n": -1}, [], None])
async def test_one_poison_message_fails_alone(
    queue: TestQueue, settings: Settings, poison: object
) -> None:
    done: set[int] = set()

    async def handle(messages: Sequence[Ping], _context: Context) -> Outcomes:
        if any(message.n < 0 for message in messages):
            raise PermanentError("below_zero", "No such number.")
        done.update(message.n for message in messages)
        return [None] * len(messages)

    ids = await queue.send(*({"n": n} for n in range(5)), poison, *({"n": n} for n in range(5, 10)))
    async with working(queue.name, handle, settings, batch=20):
        await until(lambda: gone(queue), "nothing waits")
    assert done == set(range(10))
    assert set(await queue.dead()) == {ids[5]}


async def test_an_outage_fails_the_batch_without_trying_each_alone(
    queue: TestQueue, settings: Settings
) -> None:
    sizes: list[int] = []

    async def handle(messages: Sequence[Ping], _context: Context) -> Outcomes:
        sizes.append(len(messages))
        raise RetryableError("provider_down", "Later.", retry_in=60)

    await queue.send(*({"n": n} for n in range(5)))
    async with working(queue.name, handle, settings, batch=5):
        await until(lambda: _all_hidden(queue), "all wait")
    assert sizes == [5]


async def _all_hidden(queue: TestQueue) -> bool:
    return all(row["hidden_for"] > 10 for row in (await queue.waiting()).values())


async def test_outcomes_that_do_not_match_the_messages_lose_none(
    queue: TestQueue, settings: Settings
) -> None:
    async def handle(messages: Sequence[Ping], _context: Context) -> Outcomes:
        return [None] if len(messages) == 1 else []

    await queue.send(*({"n": n} for n in range(5)))
    async with working(queue.name, handle, settings, batch=5):
        await until(lambda: gone(queue), "each was handled alone")
    assert not await queue.dead()


async def test_a_policy_holds_for_messages_of_a_batch(queue: TestQueue, settings: Settings) -> None:
    async def handle(messages: Sequence[Ping], _context: Context) -> Outcomes:
        return [RetryableError("no_address", "Later.") for _ in messages]

    ids = await queue.send({"n": 1}, {"n": 2})
    async with working(queue.name, handle, settings, batch=2, retry={"no_address": DEAD_AT_ONCE}):
        await until(lambda: gone(queue), "nothing waits")
    assert {key: row["read_ct"] for key, row in (await queue.dead()).items()} == dict.fromkeys(
        ids, 1
    )


async def test_losing_one_lease_does_not_stop_the_batch(
    queue: TestQueue, settings: Settings
) -> None:
    stolen, finished = asyncio.Event(), asyncio.Event()

    async def handle(messages: Sequence[Ping], context: Context) -> Outcomes:
        await stolen.wait()
        await context.extend()
        finished.set()
        return [None] * len(messages)

    first, second = await queue.send({"n": 1}, {"n": 2})
    async with working(queue.name, handle, settings, batch=2):
        await until(lambda: _claimed(queue), "both are claimed")
        await queue.steal(first)
        stolen.set()
        await asyncio.wait_for(finished.wait(), 5)
        await until(lambda: _only(queue, first), "the other is done")
    assert second not in await queue.waiting()


async def _claimed(queue: TestQueue) -> bool:
    return all(row["read_ct"] == 1 for row in (await queue.waiting()).values())


async def _only(queue: TestQueue, msg_id: int) -> bool:
    return set(await queue.waiting()) == {msg_id}
