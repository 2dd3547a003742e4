"""Processes of the stack: started so that none outlives the supervisor, told apart from strangers.

A process is known by its pid and its start time together; a pid alone may by now be somebody
else's, and Préau never signals a process that it did not start.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import platform
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from preau.local.account import Account
from preau.local.paths import PROJECT

PR_SET_PDEATHSIG = 1  # prctl(2)
_libc = ctypes.CDLL(None, use_errno=True) if platform.system() == "Linux" else None


@dataclass(frozen=True)
class ProcessId:
    """A process: its pid, and its start in clock ticks since boot (0 where /proc is not there)."""

    pid: int
    started: int

    @classmethod
    def of(cls, pid: int) -> ProcessId:
        """Return the identity of a process that runs now."""
        fields = _stat(pid)
        return cls(pid, int(fields[19]) if fields else 0)

    def is_alive(self) -> bool:
        """Tell whether this very process still runs; a zombie does not."""
        fields = _stat(self.pid)
        if fields is None:
            return platform.system() != "Linux" and self.started == 0 and _exists(self.pid)
        return int(fields[19]) == self.started and fields[0] not in "ZX"

    def send(self, number: int, *, group: bool = False) -> None:
        """Signal the process, or its whole group; nothing happens if it is gone."""
        if not self.is_alive():
            return
        with contextlib.suppress(ProcessLookupError):
            if group and os.getpgid(self.pid) == self.pid:
                os.killpg(self.pid, number)
            else:
                os.kill(self.pid, number)

    def wait_gone(self, seconds: float) -> bool:
        """Wait until the process is gone; tells whether it is."""
        deadline = time.monotonic() + seconds
        while self.is_alive():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        return True

    def stop(self, number: int = signal.SIGTERM, seconds: float = 10.0) -> None:
        """Ask the process to end with a signal, and kill its group if it has not in time."""
        self.send(number)
        if not self.wait_gone(seconds):
            self.send(signal.SIGKILL, group=True)
            self.wait_gone(5.0)


async def spawn(
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str],
    log: Path | None = None,
    account: Account | None = None,
    death_signal: int = signal.SIGKILL,
    cwd: Path = PROJECT,
) -> asyncio.subprocess.Process:
    """Start a child in a process group of its own, which ends when this process does.

    Its output is appended to `log`, or piped where there is none. Call it from the main thread: the
    kernel sends `death_signal` when the *thread* that started the child ends.
    """
    switched = account if account and account.switch else None
    output: int = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644) if log else -1
    try:
        return await asyncio.create_subprocess_exec(
            *map(str, command),
            stdin=subprocess.DEVNULL,
            stdout=output if log else subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=dict(env),
            cwd=cwd,
            process_group=0,
            preexec_fn=dies_with_parent(death_signal),
            user=switched.uid if switched else None,
            group=switched.gid if switched else None,
            extra_groups=[] if switched else None,
        )
    finally:
        if log:
            os.close(output)


async def run(
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str],
    account: Account | None = None,
    cwd: Path = PROJECT,
) -> tuple[int, str]:
    """Run a program to its end; returns its exit code and what it wrote."""
    child = await spawn(command, env=env, account=account, cwd=cwd)
    output, _ = await child.communicate()
    return child.returncode or 0, output.decode(errors="replace")


async def run_apart(
    command: Sequence[str | Path], *, env: Mapping[str, str]
) -> tuple[int, str, str]:
    """Run a program to its end; returns its exit code, its output and its errors, apart."""
    child = await asyncio.create_subprocess_exec(
        *map(str, command),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=dict(env),
        cwd=PROJECT,
    )
    output, said = await child.communicate()
    return child.returncode or 0, output.decode(), said.decode(errors="replace")


def base_env() -> dict[str, str]:
    """Return the environment every child gets: ours, without what names another Supabase."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("SUPABASE_", "PG"))}
    env["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{env.get('PATH', os.defpath)}"
    quiet = ("DO_NOT_TRACK", "SUPABASE_TELEMETRY_DISABLED", "SUPABASE_NO_UPDATE_NOTIFIER")
    return env | dict.fromkeys(quiet, "1") | {"PYTHONUNBUFFERED": "1"}


def dies_with_parent(number: int) -> Callable[[], None] | None:
    """Return what the child does before its program starts.

    It runs after the change of account, which would clear the setting (prctl(2)).
    """
    if _libc is None:
        return None
    libc, parent = _libc, os.getpid()

    def prepare() -> None:
        libc.prctl(PR_SET_PDEATHSIG, number)
        if os.getppid() != parent:  # it died before the line above
            os._exit(1)

    return prepare


def _stat(pid: int) -> list[str] | None:
    """Return the fields of /proc/PID/stat from the state on, or None."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    return text.rpartition(")")[2].split()


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
