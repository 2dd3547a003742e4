"""The bench's end of the crowd: starts its process and tells it what to do."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Group:
    """`count` listeners alike. Each sends `hello`, and is ready when it heard each `expected`."""

    count: int
    path: str
    hello: list[str]
    expected: list[str]
    version: str = ""  # of the protocol, where heartbeats are wanted


@dataclass(frozen=True)
class Report:
    """What a crowd heard; times from the insert's beginning to the receipt, in milliseconds."""

    delivered: int
    twice: int
    closed: int
    p50: float
    p95: float
    p99: float
    max: float


class Crowd:
    """Listeners in one other process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @property
    def pid(self) -> int:
        """The process, whose cost is not the server's."""
        return self._process.pid

    async def open(self, url: str, groups: Sequence[Group]) -> None:
        """Open more listeners; returns when each of them is served."""
        parts = urlsplit(url)
        told = [asdict(group) for group in groups]
        await self._tell("open", host=parts.hostname, port=parts.port, groups=told)

    async def reset(self) -> None:
        """Forget what was heard."""
        await self._tell("reset")

    async def close(self) -> None:
        """Let every listener go."""
        await self._tell("close")

    async def heard(self, expected: int, seconds: float) -> Report:
        """Wait until everything came, for so long at the most, and tell."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if await self._tell("count") >= expected:
                break
            await asyncio.sleep(0.05)
        return Report(**await self._tell("report"))

    async def _tell(self, do: str, **what: object) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"do": do, **what}).encode() + b"\n")
        answer = await self._process.stdout.readline()
        if not answer:
            raise RuntimeError("The crowd's process ended; what it said is above.")
        return json.loads(answer)


@asynccontextmanager
async def crowd() -> AsyncIterator[Crowd]:
    """Run a crowd's process while the block lasts."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.listeners.process"), stdin=pipe, stdout=pipe
    )
    try:
        yield Crowd(process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
