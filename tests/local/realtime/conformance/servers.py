"""The servers that a scene can play on."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from preau.local import process
from preau.local.ports import free_base
from tests.support.stack import Stack

FIRST_BASE = 10021  # below the test stacks' own
STARTED = "realtime.started"
START_SECONDS = 20.0
BROKEN = r"(Type|Attribute|Name)Error|Traceback|channel\.crashed|changes?\.lost"


class StackServer:
    """The piece `realtime` of a running stack, reached as its users reach it."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack

    @property
    def url(self) -> str:
        """The gateway."""
        return self._stack.url

    async def restart(self, how: signal.Signals) -> None:
        """End the piece by a signal; its supervisor starts another."""
        before = self._stack.state().pieces["realtime"].process
        assert before is not None
        before.send(how)
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            piece = self._stack.state().pieces["realtime"]
            if piece.process not in (None, before) and piece.status == "healthy":
                return
            await asyncio.sleep(0.05)
        raise AssertionError("the supervisor did not bring Realtime back")


class CrippledServer:
    """A server of one's own beside a stack's, on the same database, with one thing switched off."""

    def __init__(self, stack: Stack, number: int, log: Path) -> None:
        self._log = log
        self._port = free_base(FIRST_BASE + os.getpid() % 90 * 100)
        module = "tests.local.realtime.conformance.crippled"
        self._command = [sys.executable, "-m", module, str(number), "--port", str(self._port)]
        self._env = os.environ | {
            "PREAU_LOCAL_STACK": "1",
            "REALTIME_DB_URL": stack.superuser_db_url,
        }
        self._process: asyncio.subprocess.Process

    @property
    def url(self) -> str:
        """The server itself, which serves the gateway's paths too."""
        return f"http://127.0.0.1:{self._port}"

    async def restart(self, how: signal.Signals) -> None:
        """End it by a signal and start another."""
        await self.stop(how)
        await self.start()

    async def start(self) -> None:
        """Start it and wait until it says that it serves."""
        self._log.touch()
        lives = self._log.read_text().count(STARTED)
        self._process = await process.spawn(self._command, env=self._env, log=self._log)
        for _ in range(int(START_SECONDS / 0.05)):
            if self._log.read_text().count(STARTED) > lives:
                return
            assert self._process.returncode is None, self._log.read_text()
            await asyncio.sleep(0.05)
        raise AssertionError(f"no crippled server: {self._log.read_text()}")

    async def stop(self, how: signal.Signals = signal.SIGKILL) -> None:
        """End it by a signal and wait until it is gone."""
        self._process.send_signal(how)
        await self._process.wait()


@asynccontextmanager
async def crippled(stack: Stack, number: int, folder: Path) -> AsyncIterator[CrippledServer]:
    """Run a server that lacks what a scenario is about, and nothing else."""
    log = folder / f"{number}.log"
    server = CrippledServer(stack, number, log)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()
    # What replaces a part must fit in its place, or it is not that part's lack that shows.
    assert not re.search(BROKEN, said := log.read_text()), said
