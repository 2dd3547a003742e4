"""Harm to a worker at an exact step: SIGKILL, its database connection cut, or a long sleep."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import psycopg

from tests.prove.cases import Case
from tests.support.stack import Stack
from tests.workers.rig import TestQueue, private_queue, until

LEASE_SECONDS = 1
WAIT = 30.0


_HELD_UP = " from pg_stat_activity where usename = 'authenticator' and wait_event_type = 'Lock'"


@dataclass(frozen=True)
class Scene:
    """The stack that is harmed. `env` is what its workers get besides the stack's own."""

    stack: Stack
    env: dict[str, str]
    log: Path
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
                doomed = await self._start(case, queue, step)
                assert await asyncio.wait_for(doomed.wait(), WAIT) == -signal.SIGKILL
            async with self._worker(case, queue):
                await self._empty(queue)
            assert not await queue.dead(), await queue.dead()
        return await case.effects(token)

    async def _kill(self, case: Case, step: str, queue: TestQueue) -> None:
        """SIGKILL."""
        doomed = await self._start(case, queue, step)
        assert await asyncio.wait_for(doomed.wait(), WAIT) == -signal.SIGKILL
        async with self._worker(case, queue):
            await self._empty(queue)

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
        halted = await self._halted(case, step, queue)
        try:
            await harm(halted)
            await self._empty(queue)
        finally:
            await _end(halted)

    async def _timeout(self, case: Case, step: str, queue: TestQueue) -> None:
        """Sleep through the lease: another worker does the job, then the sleeper wakes up."""
        sleeper = await self._halted(case, step, queue)
        try:
            async with self._worker(case, queue):
                await self._empty(queue)
                sleeper.send_signal(signal.SIGCONT)
                await asyncio.sleep(1.0)  # the time to do it a second time
        finally:
            await _end(sleeper)

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

    async def _halted(self, case: Case, step: str, queue: TestQueue) -> asyncio.subprocess.Process:
        """Start a worker that stops at the step, and wait until it has."""
        process = await self._start(case, queue, step, how="stop")
        stat = Path(f"/proc/{process.pid}/stat")

        async def stopped() -> bool:
            facts = await asyncio.to_thread(stat.read_text)
            return facts.rsplit(")", 1)[1].split()[0] == "T"

        await until(stopped, f"the worker stops at {step}", WAIT)
        return process

    @contextlib.asynccontextmanager
    async def _worker(self, case: Case, queue: TestQueue) -> AsyncIterator[None]:
        process = await self._start(case, queue)
        try:
            yield
        finally:
            await _end(process)

    async def _start(
        self, case: Case, queue: TestQueue, step: str = "", how: str = "kill"
    ) -> asyncio.subprocess.Process:
        harm = {"PREAU_CRASH_AT": f"{case.module}.{step}", "PREAU_CRASH_HOW": how} if step else {}
        command = ["-m", "tests.prove.process", case.module, queue.name]
        env = os.environ | self.stack.env() | self.env | _HASTY | harm
        with self.log.open("ab") as log:
            return await asyncio.create_subprocess_exec(
                sys.executable, *command, env=env, stdout=log, stderr=log
            )

    async def _empty(self, queue: TestQueue) -> None:
        async def empty() -> bool:
            return not await queue.waiting()

        await until(empty, "the job is done", WAIT)


_HASTY: dict[str, Any] = {
    "PREAU_LOCAL_STACK": "1",
    "WORKER_LEASE_SECONDS": str(LEASE_SECONDS),
    "WORKER_POLL_MAX_SECONDS": "0.1",
    "WORKER_RETRY_BASE_SECONDS": "0.1",
    "WORKER_RETRY_CAP_SECONDS": "0.5",
}


async def _end(process: asyncio.subprocess.Process) -> None:
    """End a worker that may be stopped: it drains if it can."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGCONT)
            process.terminate()
        await asyncio.wait_for(process.wait(), WAIT)
