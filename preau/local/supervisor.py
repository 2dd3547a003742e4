"""Keeps one piece of the stack running: start, wait until healthy, watch, restart, stop."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from preau.local import process
from preau.local.account import Account
from preau.local.health import Check
from preau.local.state import PieceState, Status

LOG_BYTES = 10 * 2**20
HEALTHY_WITHIN = 45.0
ASK_EVERY = 3.0
ANSWERS_MISSED = 3  # in a row, and a piece counts as unhealthy
BACKOFF_FIRST = 0.5
BACKOFF_LONGEST = 15.0
GIVE_UP_UNBORN = 2  # restarts of a piece that was never healthy
GIVE_UP = 6  # restarts in a row of one that was
FORGIVEN_AFTER = 60.0  # seconds of life that end such a row


@dataclass(frozen=True)
class Piece:
    """One process of the stack. `after` names the pieces that must be healthy before it starts."""

    name: str
    title: str
    command: Sequence[str | Path]
    env: Mapping[str, str]
    check: Check
    after: frozenset[str] = frozenset()
    url: str | None = None
    account: Account | None = None
    stop_signal: int = signal.SIGTERM
    death_signal: int = signal.SIGKILL
    stop_seconds: float = 10.0


@dataclass
class Keeper:
    """Runs a piece until it is stopped or has failed too often; says all in its PieceState."""

    piece: Piece
    state: PieceState
    log: Path
    changed: Callable[[], None]
    settled: asyncio.Event = field(default_factory=asyncio.Event)  # healthy, or given up
    _stopping: bool = False
    _child: asyncio.subprocess.Process | None = None
    _task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Start keeping the piece, in the background."""
        self.state.url = self.piece.url
        self._task = asyncio.create_task(self._keep(), name=f"keep {self.piece.name}")

    async def stop(self) -> None:
        """Stop the piece: its stop signal, then after its time the hard way."""
        self._stopping = True
        child = self._child
        if child is not None and child.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                child.send_signal(self.piece.stop_signal)
            try:
                async with asyncio.timeout(self.piece.stop_seconds):
                    await child.wait()
            except TimeoutError:
                self._say(f"did not stop within {self.piece.stop_seconds:.0f} s and is killed")
                _kill_group(child.pid)
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._child is not None:  # its own children, and one started meanwhile
            _kill_group(self._child.pid)
            await self._child.wait()
        self._set("stopped")

    async def _keep(self) -> None:
        in_a_row = 0
        while True:
            began = time.monotonic()
            self._child = child = await self._spawn()
            ended = asyncio.create_task(child.wait())
            if await self._becomes_healthy(ended):
                self.settled.set()
                await self._watch(ended)
            reason = await self._end(child, ended)
            if self._stopping:
                return
            in_a_row = 1 if time.monotonic() - began > FORGIVEN_AFTER else in_a_row + 1
            self.state.last_error = reason
            if in_a_row > (GIVE_UP if self.settled.is_set() else GIVE_UP_UNBORN):
                self._say(f"{reason}; given up after {in_a_row - 1} restarts")
                self._set("failed")
                self.settled.set()
                return
            wait = min(BACKOFF_FIRST * 2 ** (in_a_row - 1), BACKOFF_LONGEST)
            self._say(f"{reason}; starting it again in {wait:.1f} s")
            self._set("restarting")
            await asyncio.sleep(wait)
            self.state.restarts += 1

    async def _spawn(self) -> asyncio.subprocess.Process:
        trim(self.log)
        piece = self.piece
        child = await process.spawn(
            piece.command,
            env=piece.env,
            log=self.log,
            account=piece.account,
            death_signal=piece.death_signal,
            cwd=self.log.parent.parent,
        )
        self.state.process = process.ProcessId.of(child.pid)
        self._set("starting")
        return child

    async def _becomes_healthy(self, ended: asyncio.Task[int]) -> bool:
        deadline = time.monotonic() + HEALTHY_WITHIN
        while time.monotonic() < deadline:
            asked = asyncio.create_task(self.piece.check())
            await asyncio.wait({asked, ended}, return_when=asyncio.FIRST_COMPLETED)
            if ended.done():
                asked.cancel()
                return False
            if asked.result():
                self._set("healthy")
                return True
            await asyncio.wait({ended}, timeout=0.05)
        return False

    async def _watch(self, ended: asyncio.Task[int]) -> None:
        """Return when the process ends. One that no longer answers is reported, not restarted."""
        missed = 0
        while not ended.done():
            await asyncio.wait({ended}, timeout=ASK_EVERY)
            if ended.done():
                return
            trim(self.log)
            missed = 0 if await self.piece.check() else missed + 1
            if missed == ANSWERS_MISSED:
                self.state.last_error = "runs, but does not answer its health check"
                self._say(self.state.last_error)
                self._set("unhealthy")
            elif missed == 0 and self.state.status == "unhealthy":
                self._set("healthy")

    async def _end(self, child: asyncio.subprocess.Process, ended: asyncio.Task[int]) -> str:
        """See to it that the process and its children are gone; returns why, as a sentence."""
        if not ended.done():
            _kill_group(child.pid)
            await ended
            return f"was not healthy within {HEALTHY_WITHIN:.0f} s"
        _kill_group(child.pid)
        if any("No space left on device" in line for line in tail(self.log)):
            return "found the disk full (make room; nothing else helps)"
        code = ended.result()
        if code < 0:
            return f"was killed by {signal.Signals(-code).name}"
        return f"ended with exit code {code}"

    def _set(self, status: Status) -> None:
        self.state.status = status
        self.changed()

    def _say(self, sentence: str) -> None:
        """Add a line of ours to the piece's log."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        with contextlib.suppress(OSError), self.log.open("a") as log:
            log.write(f"{now} [preau] {self.piece.title} {sentence}\n")


def trim(log: Path) -> None:
    """Move a log that has grown too large aside; its writer goes on in the emptied file."""
    with contextlib.suppress(OSError):
        if log.stat().st_size > LOG_BYTES:
            shutil.copyfile(log, log.with_suffix(".log.1"))
            os.truncate(log, 0)


def tail(log: Path, lines: int = 15) -> list[str]:
    """Return the last lines of a log."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - 64 * 1024))
            return file.read().decode(errors="replace").splitlines()[-lines:]
    except OSError:
        return []


def _kill_group(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
