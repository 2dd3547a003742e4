"""Shared hands: who goes first when several queues want the same."""

from __future__ import annotations

import asyncio

from preau import worker
from preau.handlers import Context, Handler
from preau.hands import Hands
from preau.settings import Settings
from tests.support.stack import Stack
from tests.workers.rig import Ping, TestQueue, private_queue, until


class Diary:
    """Notes who was woken."""

    def __init__(self, hands: Hands) -> None:
        self.hands = hands
        self.woken: list[str] = []

    def ask(self, who: str, most: int, priority: int = 0) -> int:
        return self.hands.take(who, most, priority, lambda: self.woken.append(who))


def test_without_a_total_everybody_gets_what_it_asks_for() -> None:
    assert Diary(Hands()).ask("a", 500) == 500


def test_no_more_hands_are_given_than_there_are() -> None:
    diary = Diary(Hands(10))
    assert (diary.ask("a", 8), diary.ask("b", 8), diary.ask("c", 8)) == (8, 2, 0)


def test_a_free_hand_goes_to_the_most_urgent_who_waits() -> None:
    diary = Diary(Hands(1))
    diary.ask("busy", 1)
    for who, priority in (("low", -5), ("high", 50), ("usual", 0)):
        assert diary.ask(who, 1, priority) == 0
    diary.hands.give_back(1)
    assert diary.woken == ["high"]
    assert diary.ask("low", 1, -5) == 0
    assert diary.ask("high", 1, 50) == 1


def test_among_equals_the_one_that_waited_longest_is_next() -> None:
    diary = Diary(Hands(1))
    diary.ask("busy", 1)
    diary.ask("first", 1)
    diary.ask("second", 1)
    diary.ask("first", 1)
    diary.hands.give_back(1)
    assert diary.woken == ["first"]


def test_hands_that_are_left_go_to_the_next() -> None:
    diary = Diary(Hands(3))
    diary.ask("busy", 3)
    diary.ask("a", 1, 9)
    diary.ask("b", 5)
    diary.hands.give_back(3)
    assert diary.ask("a", 1, 9) == 1
    assert diary.woken == ["a", "b"]
    assert diary.ask("b", 5) == 2


def test_who_got_fewer_than_it_wants_stays_in_line() -> None:
    diary = Diary(Hands(2))
    diary.ask("busy", 1)
    assert diary.ask("high", 5, 9) == 1
    assert diary.ask("low", 1) == 0
    diary.hands.give_back(1)
    assert diary.woken == ["high"]
    assert diary.ask("low", 1) == 0


def test_who_stops_waiting_holds_nobody_up() -> None:
    diary = Diary(Hands(1))
    diary.ask("busy", 1)
    diary.ask("high", 1, 9)
    diary.ask("low", 1)
    diary.hands.give_back(1)
    diary.hands.leave("high")
    assert diary.woken == ["high", "low"]
    assert diary.ask("low", 1) == 1


async def test_the_more_urgent_queue_is_worked_first(
    stack: Stack, queue: TestQueue, settings: Settings
) -> None:
    order: list[str] = []
    both_wait = asyncio.Event()
    tight = settings.model_copy(update={"worker_total_concurrency": 2})

    def handler(name: str, letter: str) -> Handler:
        async def handle(_message: Ping, _context: Context) -> None:
            order.append(letter)
            await both_wait.wait()

        return Handler(name, Ping, handle)

    async with private_queue(stack.db_url) as urgent:
        await urgent.db.execute("select private.tune_queue(%s, 50)", [urgent.name])
        stop = asyncio.Event()
        both = [handler(queue.name, "l"), handler(urgent.name, "h")]
        task = asyncio.create_task(worker.run(both, tight, stop))
        try:
            await asyncio.sleep(0.5)  # the priorities are known
            await queue.send(*({"n": n} for n in range(20)))
            await urgent.send(*({"n": n} for n in range(20)))
            await asyncio.sleep(0.5)  # both hands are busy, both queues want them
            both_wait.set()
            await until(lambda: _empty(queue, urgent), "both are worked off", 20)
        finally:
            stop.set()
            await asyncio.wait_for(task, 20)
    told = "".join(order)
    assert told.rindex("h") < 25, told
    assert told.count("l") == 20


async def _empty(*queues: TestQueue) -> bool:
    return not any([await queue.waiting() for queue in queues])
