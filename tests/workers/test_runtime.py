"""What becomes of a message: done, retried, dead – and that one never spoils another."""

from __future__ import annotations

import asyncio

import pytest
import structlog

from preau.errors import ExpectedError, PermanentError, RefusedError, RetryableError
from preau.handlers import Context
from preau.settings import Settings
from tests.workers.rig import Ping, TestQueue, until, working


async def gone(queue: TestQueue) -> bool:
    return not await queue.waiting()


async def test_a_handled_message_is_deleted(queue: TestQueue, settings: Settings) -> None:
    seen: list[int] = []

    async def handle(message: Ping, _context: Context) -> None:
        seen.append(message.n)

    await queue.send({"n": 1}, {"n": 2})
    async with working(queue.name, handle, settings):
        await until(lambda: gone(queue), "both messages are deleted")
    assert sorted(seen) == [1, 2]
    assert not await queue.dead()


async def test_a_retryable_error_waits_as_long_as_it_says(
    queue: TestQueue, settings: Settings
) -> None:
    tries = 0

    async def handle(_message: Ping, _context: Context) -> None:
        nonlocal tries
        tries += 1
        raise RetryableError("busy", "Later.", retry_in=30)

    [msg_id] = await queue.send({"n": 1})
    async with working(queue.name, handle, settings):
        await until(lambda: _hidden(queue, msg_id, 25), "the message is hidden for its wait")
    assert tries == 1


async def _hidden(queue: TestQueue, msg_id: int, seconds: float) -> bool:
    hidden_for: float = (await queue.waiting())[msg_id]["hidden_for"]
    return hidden_for > seconds


async def test_a_retried_message_is_handled_again_and_knows_its_attempt(
    queue: TestQueue, settings: Settings
) -> None:
    attempts: list[int] = []

    async def handle(_message: Ping, context: Context) -> None:
        attempts.append(context.attempt)
        if context.attempt == 1:
            raise RetryableError("busy", "Later.")

    await queue.send({"n": 1})
    async with working(queue.name, handle, settings):
        await until(lambda: gone(queue), "the second try has succeeded")
    assert attempts == [1, 2]


async def test_a_permanent_error_is_a_dead_letter_at_once(
    queue: TestQueue, settings: Settings
) -> None:
    async def handle(_message: Ping, _context: Context) -> None:
        raise PermanentError("card_unknown", "No such card.", "Ask the buyer.")

    [msg_id] = await queue.send({"n": 7})
    async with working(queue.name, handle, settings):
        await until(lambda: gone(queue), "the message is buried")
    letter = (await queue.dead())[msg_id]
    assert (letter["code"], letter["read_ct"], letter["payload"]) == ("card_unknown", 1, {"n": 7})
    assert letter["message"] == "card_unknown: No such card. Ask the buyer."


async def test_a_refusal_of_the_database_is_a_dead_letter_not_a_success(
    queue: TestQueue, settings: Settings
) -> None:
    async def handle(_message: Ping, _context: Context) -> None:
        raise RefusedError("order_not_found", "No such order.", 404)

    [msg_id] = await queue.send({"n": 1})
    async with working(queue.name, handle, settings):
        await until(lambda: gone(queue), "the message is buried")
    assert (await queue.dead())[msg_id]["code"] == "order_not_found"


async def test_an_expected_error_counts_as_done_and_says_so(
    queue: TestQueue, settings: Settings
) -> None:
    async def handle(_message: Ping, _context: Context) -> None:
        raise ExpectedError("already_there", "Nothing to do.")

    await queue.send({"n": 1})
    with structlog.testing.capture_logs() as logs:
        async with working(queue.name, handle, settings):
            await until(lambda: gone(queue), "the message is deleted")
    assert not await queue.dead()
    assert [line["code"] for line in logs if line["event"] == "job.expected"] == ["already_there"]


async def test_a_defect_is_retried_until_the_attempts_are_used_up(
    queue: TestQueue, settings: Settings
) -> None:
    tries = 0

    async def handle(_message: Ping, _context: Context) -> None:
        nonlocal tries
        tries += 1
        raise ZeroDivisionError("of all things")

    [msg_id] = await queue.send({"n": 1})
    with structlog.testing.capture_logs() as logs:
        async with working(queue.name, handle, settings):
            await until(lambda: gone(queue), "the message is buried")
    assert tries == 3
    assert (await queue.dead())[msg_id]["code"] == "ZeroDivisionError"
    assert [line["event"] for line in logs if line["event"] in {"job.retried", "job.dead"}] == [
        "job.retried",
        "job.retried",
        "job.dead",
    ]
    assert all(line["exc_info"] for line in logs if line["event"] == "job.crashed")


@pytest.mark.parametrize("poison", [{"n": "many"}, {"n": 1, "x": 2}, {}, [1], None, "text"])
async def test_a_poison_message_dies_alone(
    queue: TestQueue, settings: Settings, poison: object
) -> None:
    seen: list[int] = []

    async def handle(message: Ping, _context: Context) -> None:
        seen.append(message.n)

    ids = await queue.send({"n": 1}, poison, {"n": 3})
    async with working(queue.name, handle, settings):
        await until(lambda: gone(queue), "the queue is empty")
    assert sorted(seen) == [1, 3]
    dead = await queue.dead()
    assert list(dead) == [ids[1]]
    assert dead[ids[1]]["code"] == "invalid_payload"


async def test_an_unstorable_error_message_blocks_nobody(
    queue: TestQueue, settings: Settings
) -> None:
    async def handle(message: Ping, _context: Context) -> None:
        if message.n == 1:
            raise PermanentError("odd\x00code", "NUL \x00 and half a pair \ud800." + "x" * 5000)
        if message.n == 2:
            raise RetryableError("odd_wait", "Whenever.", retry_in=float("nan"))

    ids = await queue.send({"n": 1}, {"n": 2}, {"n": 3})
    async with working(queue.name, handle, settings):
        await until(lambda: _only(queue, ids[1]), "the others are settled")
    assert (await queue.dead())[ids[0]]["code"] == "oddcode"


async def _only(queue: TestQueue, msg_id: int) -> bool:
    return list(await queue.waiting()) == [msg_id]


async def test_no_more_messages_are_claimed_than_there_are_hands(
    queue: TestQueue, settings: Settings
) -> None:
    now = most = 0
    most_claimed = 0
    handled: set[int] = set()  # they may wait for a settle call, but for no hand

    async def handle(message: Ping, _context: Context) -> None:
        nonlocal now, most, most_claimed
        now += 1
        most = max(most, now)
        before = {ids[n] for n in handled}
        claimed = {i for i, m in (await queue.waiting()).items() if m["read_ct"] > 0}
        most_claimed = max(most_claimed, len(claimed - before))
        await asyncio.sleep(0.02)
        handled.add(message.n)
        now -= 1

    ids = await queue.send(*({"n": n} for n in range(12)))
    async with working(queue.name, handle, settings, concurrency=3):
        await until(lambda: gone(queue), "all are handled")
    assert most == 3
    assert most_claimed <= 3
