"""Harm to a worker at an exact step: SIGKILL, its database connection cut, or a long sleep."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import psycopg

from tests.prove.cases import Case
from tests.prove.victims import WAIT, Victims, emptied, end
from tests.support.stack import Stack
from tests.workers.rig import TestQueue, private_queue, until

_HELD_UP = " from pg_stat_activity where usename = 'authenticator' and wait_event_type = 'Lock'"


@dataclass(frozen=True)
class Scene:
    """Where the harm is done: the database of the stack, and the workers it is done to."""

    stack: Stack
    victims: Victims
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def play(self, case: Case, step: str, harm: str, times: int) -> list[int]:
        """Harm the workers of so many jobs at one step, let others finish; returns the effects.

        All jobs are made beforehand and counted afterwards: a harm may cut everybody's connections.
        """
        jobs = [await case.prepare() for _ in range(times)]
        await asyncio.gather(*(self._play(case, step, harm, payload) for payload, _ in jobs))
        return [await case.effects(token) for _, token in jobs]

    async def _play(self, case: Case, step: str, harm: str, payload: dict[str, Any]) -> None:
        async with private_queue(self.stack.db_url, max_attempts=12) as queue:
            await queue.send(payload)
            await getattr(self, f"_{harm}")(case, step, queue)
            assert not await queue.dead(), await queue.dead()

    async def play_in_turn(self, case: Case, steps: Iterable[str]) -> int:
        """SIGKILL the worker of one job at every step, one after the other; returns the effects."""
        payload, token = await case.prepare()
        async with private_queue(self.stack.db_url, max_attempts=12) as queue:
            await queue.send(payload)
            for step in steps:
                await self.victims.die(case, queue, step)
            async with self.victims.healthy(case, queue):
                await emptied(queue)
            assert not await queue.dead(), await queue.dead()
        return await case.effects(token)

    async def _kill(self, case: Case, step: str, queue: TestQueue) -> None:
        """SIGKILL."""
        await self.victims.die(case, queue, step)
        async with self.victims.healthy(case, queue):
            await emptied(queue)

    async def _terminate(self, case: Case, step: str, queue: TestQueue) -> None:
        """`pg_terminate_backend`: before a commit, in the middle of its transaction."""
        if step == "before_commit":
            async with self.turn:  # one holds the table
                await self._resume(case, step, queue, partial(self._cut_transaction, case))
        else:
            await self._resume(case, step, queue, self._cut_all)

    async def _resume(
        self,
        case: Case,
        step: str,
        queue: TestQueue,
        harm: Callable[[asyncio.subprocess.Process], Awaitable[None]],
    ) -> None:
        """Halt the worker at the step, do the harm, and let it go on until the job is done."""
        halted = await self.victims.halted(case, queue, step)
        try:
            await harm(halted)
            await emptied(queue)
        finally:
            await end(halted)

    async def _timeout(self, case: Case, step: str, queue: TestQueue) -> None:
        """Sleep through the lease: another worker does the job, then the sleeper wakes up."""
        sleeper = await self.victims.halted(case, queue, step)
        try:
            async with self.victims.healthy(case, queue):
                await emptied(queue)
                sleeper.send_signal(signal.SIGCONT)
                await asyncio.sleep(1.0)  # the time to do it a second time
        finally:
            await end(sleeper)

    async def _cut_transaction(self, case: Case, halted: asyncio.subprocess.Process) -> None:
        """Hold the handler's commit up with a lock, and terminate the backend that waits for it."""
        async with await psycopg.AsyncConnection.connect(self.stack.superuser_db_url) as db:
            await db.execute(f"lock table {case.writes} in share row exclusive mode")
            halted.send_signal(signal.SIGCONT)

            async def held_up() -> bool:
                found = await db.execute("select pid" + _HELD_UP)
                return await found.fetchone() is not None

            await until(held_up, "the commit waits for the lock", WAIT)
            await db.execute("select pg_terminate_backend(pid)" + _HELD_UP)
            await db.rollback()

    async def _cut_all(self, halted: asyncio.subprocess.Process) -> None:
        async with await psycopg.AsyncConnection.connect(self.stack.superuser_db_url) as db:
            await db.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where usename = 'authenticator'"
            )
        halted.send_signal(signal.SIGCONT)
