"""Copies of the local stack that lifecycle tests start, kill and look at from outside."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from preau.local import checks, daemon, environment, process, state
from preau.local.paths import PROJECT, Home
from preau.local.ports import free_base
from preau.local.stack import Options

# What a lifecycle test does without: Postgres and the inbox behave as the other pieces do.
LIGHT = frozenset(
    {"postgrest", "auth", "functions", "workers", "clock", "realtime", "gateway", "stripe"}
)
FIRST_BASE = 30021


@dataclass
class Copy:
    """One copy of the stack, in a state folder and on ports of its own."""

    home: Home
    base: int
    env: dict[str, str] = field(default_factory=dict)
    prefix: tuple[str, ...] = ()
    python: str = sys.executable

    def preau(self, *arguments: str, timeout: float = 120) -> subprocess.CompletedProcess[str]:
        """Run the command line as a user would; output and errors come together in stdout."""
        return subprocess.run(
            [*self.prefix, self.python, "-m", "preau.cli", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            timeout=timeout,
            env=self._env(),
            cwd=PROJECT,
            check=False,
        )

    def start(self, without: frozenset[str] = LIGHT) -> state.State:
        """Start a supervisor and wait until its pieces are healthy."""
        options = Options(home=self.home, port_base=self.base, fsync=False, without=without)
        supervisor = daemon.start(options, self._env())
        wait_for(lambda: supervisor.poll() is not None or self.phase() == "ready", 60)
        assert supervisor.poll() is None, self.log("supervisor")
        return self.state()

    def state(self) -> state.State:
        """Return what the supervisor says."""
        found = state.read(self.home.state_file)
        assert found is not None, "there is no state.json"
        return found

    def phase(self) -> str | None:
        """Return the phase of a supervisor that runs, or None."""
        found = state.read(self.home.state_file)
        return found.phase if found and found.is_running() else None

    def log(self, piece: str) -> str:
        """Return a piece's log."""
        file = self.home.log(piece)
        return file.read_text() if file.exists() else ""

    def processes(self) -> list[str]:
        """Return the processes of this copy, found without its help: by their working folder."""
        found = []
        places = {self.home.root, self.home.postgres.resolve() / "data"}
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                cwd = (entry / "cwd").readlink()
                ended = (entry / "stat").read_text().rpartition(")")[2].split()[0] == "Z"
            except OSError:
                continue
            if not ended and (cwd in places or str(self.home.root) in command):
                found.append(f"{entry.name} {command}")
        return found

    @contextmanager
    def running(self, *arguments: str) -> Iterator[subprocess.Popen[str]]:
        """Run the command line beside the test; it is killed at the end if it still runs."""
        started = subprocess.Popen(
            [*self.prefix, self.python, "-m", "preau.cli", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            env=self._env(),
            cwd=PROJECT,
        )
        try:
            yield started
        finally:
            started.kill()
            started.wait()

    def end(self) -> None:
        """End whatever still runs of this copy."""
        found = state.read(self.home.state_file)
        if found and found.is_running():
            found.supervisor.stop(seconds=40)
        with checks.held(self.home):
            checks.stop_leftovers(self.home)

    def close(self) -> None:
        """End whatever still runs of this copy, and drop its data."""
        self.end()
        checks.remove(self.home)

    def _env(self) -> dict[str, str]:
        """Return an environment in which nothing names another Supabase."""
        outside = {k: v for k, v in process.base_env().items() if not k.startswith(environment.OWN)}
        given = {"PREAU_HOME": str(self.home.root), "PREAU_PORT_BASE": str(self.base)}
        return outside | given | {"NO_COLOR": "1"} | self.env


@contextmanager
def copy(folder: Path) -> Iterator[Copy]:
    """Give a copy in a folder; nothing of it is left afterwards."""
    made = Copy(Home(folder.resolve()), free_base(FIRST_BASE + os.getpid() % 10 * 100))
    try:
        yield made
    finally:
        made.close()


def wait_for(condition: Callable[[], object], seconds: float = 15.0) -> None:
    """Wait until a condition holds; fail when it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.05)
