"""Workers to be harmed: each a process of its own, which may halt or kill itself at a step."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.prove.cases import Case
from tests.support.stack import Stack
from tests.workers.rig import TestQueue, until

LEASE_SECONDS = 1
WAIT = 30.0
_HASTY: dict[str, Any] = {
    "PREAU_LOCAL_STACK": "1",
    "WORKER_LEASE_SECONDS": str(LEASE_SECONDS),
    "WORKER_POLL_MAX_SECONDS": "0.1",
    "WORKER_RETRY_BASE_SECONDS": "0.1",
    "WORKER_RETRY_CAP_SECONDS": "0.5",
}


@dataclass(frozen=True)
class Victims:
    """Starts workers on the stack. `env` is what they get besides the stack's own."""

    stack: Stack
    env: dict[str, str]
    log: Path

    async def start(
        self, case: Case, queue: TestQueue, step: str = "", how: str = "kill"
    ) -> asyncio.subprocess.Process:
        """Start a worker; with a step, one that does itself the harm there."""
        harm = {"PREAU_CRASH_AT": f"{case.module}.{step}", "PREAU_CRASH_HOW": how} if step else {}
        command = ["-m", "tests.prove.process", case.module, queue.name]
        env = os.environ | self.stack.env() | self.env | _HASTY | harm
        with self.log.open("ab") as log:
            return await asyncio.create_subprocess_exec(
                sys.executable, *command, env=env, stdout=log, stderr=log
            )

    async def die(self, case: Case, queue: TestQueue, step: str) -> None:
        """Let a worker SIGKILL itself at the step."""
        doomed = await self.start(case, queue, step)
        assert await asyncio.wait_for(doomed.wait(), WAIT) == -signal.SIGKILL

    async def halted(self, case: Case, queue: TestQueue, step: str) -> asyncio.subprocess.Process:
        """Start a worker that stops at the step, and wait until it has."""
        process = await self.start(case, queue, step, how="stop")
        stat = Path(f"/proc/{process.pid}/stat")

        async def stopped() -> bool:
            facts = await asyncio.to_thread(stat.read_text)
            return facts.rsplit(")", 1)[1].split()[0] == "T"

        await until(stopped, f"the worker stops at {step}", WAIT)
        return process

    @contextlib.asynccontextmanager
    async def healthy(self, case: Case, queue: TestQueue) -> AsyncIterator[None]:
        """A worker that nobody harms, until the block ends."""
        process = await self.start(case, queue)
        try:
            yield
        finally:
            await end(process)


async def end(process: asyncio.subprocess.Process) -> None:
    """End a worker that may be stopped: it drains if it can."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGCONT)
            process.terminate()
        await asyncio.wait_for(process.wait(), WAIT)


async def emptied(queue: TestQueue) -> None:
    """Wait until the queue's jobs are done, or dead."""

    async def empty() -> bool:
        return not await queue.waiting()

    await until(empty, "the job is done", WAIT)
