"""Runs the relay as a process beside the stack."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

CHANNEL = "bench_live"


@dataclass(frozen=True)
class Relay:
    """The running relay."""

    url: str
    pid: int


@asynccontextmanager
async def relay(database: str) -> AsyncIterator[Relay]:
    """Run it while the block lasts."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.listeners.relay", str(port), CHANNEL),
        env=os.environ | {"BENCH_DATABASE": database},
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        if (await process.stdout.readline()).strip() != b"ready":
            raise RuntimeError("The relay did not start; what it said is above.")
        yield Relay(f"http://127.0.0.1:{port}", process.pid)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
