"""The one stack that a test run uses: every real piece, on ports and data of its own.

Its data folder is kept between runs; while bootstrap, migrations and seeds are unchanged, a run
starts from a copy of the template database made by an earlier one, so every run sees fresh seeds.
Workers and clock do not run by themselves: a test starts the worker it wants, and plays the clock.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from preau.local import daemon, databases, environment, keys, postgres, process, state
from preau.local.paths import PROJECT, Home
from preau.local.ports import Ports, free_base
from preau.local.stack import Options
from preau.local.supervisor import tail

HOME = Path(os.environ.get("PREAU_TEST_HOME") or PROJECT / ".preau" / "test")
# Below the ports that Linux hands out to outgoing connections.
FIRST_BASE = 20021
START_SECONDS = 180.0
IDLE = frozenset({"workers", "clock"})
# All tests come from one address, and mail often; those of the limits start an Auth of their own.
ROOMY = {
    "enable_anonymous_sign_ins": True,
    "email": {"max_frequency": "1s"},
    "rate_limit": {
        "email_sent": 1_000_000,
        "sign_in_sign_ups": 1_000_000,
        "token_refresh": 1_000_000,
        "token_verifications": 1_000_000,
    },
}
# As for Auth's limits: one test sends more than one person would. Those of the limit set their own.
UNLIMITED = 1_000_000


@dataclass
class Stack:
    """A running test stack, and what a test needs to know of it."""

    home: Home
    ports: Ports
    supervisor: subprocess.Popen[bytes]
    positions: dict[str, int] = field(default_factory=dict)

    anon_key = keys.ANON_JWT
    service_key = keys.SERVICE_ROLE_JWT
    publishable_key = keys.PUBLISHABLE_KEY
    secret_key = keys.SECRET_KEY

    @property
    def url(self) -> str:
        """The gateway: what a Supabase client is given."""
        return self.ports.url("gateway")

    @property
    def db_url(self) -> str:
        """The main database as the role `postgres`, as migrations run."""
        return keys.database_url(self.ports["postgres"])

    @property
    def superuser_db_url(self) -> str:
        """The main database as `supabase_admin`, over the socket."""
        return postgres.superuser_url(self.home, self.ports["postgres"])

    @property
    def inbox_url(self) -> str:
        """The inbox: every mail as a page and as JSON."""
        return self.ports.url("inbox")

    @property
    def stripe_url(self) -> str:
        """The stand-in for Stripe."""
        return self.ports.url("stripe")

    def env(self) -> dict[str, str]:
        """Return what `preau env` prints for this stack."""
        return environment.stack_env(self.ports, {})

    def logs(self, piece: str, lines: int = 50) -> str:
        """Return the last lines of a piece's log."""
        return "\n".join(tail(self.home.log(piece), lines))

    def state(self) -> state.State:
        """Return what the supervisor says now."""
        found = state.read(self.home.state_file)
        assert found is not None, "the test stack has no state.json"
        return found

    @contextmanager
    def clone(self) -> Iterator[str]:
        """Give a database of one's own, as seeded: its URL as `postgres`; dropped afterwards."""
        name = f"clone_{uuid.uuid4().hex[:12]}"
        administration = postgres.superuser_url(
            self.home, self.ports["postgres"], databases.ADMINISTRATION
        )
        databases.copy(administration, databases.TEMPLATE, name)
        try:
            yield keys.database_url(self.ports["postgres"], database=name)
        finally:
            databases.drop(administration, name)

    @contextmanager
    def worker(
        self, *queues: str, env: Mapping[str, str] | None = None
    ) -> Iterator[subprocess.Popen[bytes]]:
        """Run a worker process of some queues (of all, if none is named) while the block lasts.

        Its output goes to the log `workers`. `env` adds variables, such as PREAU_CRASH_AT. The
        process may be killed inside the block; at the end it is, if it still runs.
        """
        outside = environment.child_env(self.ports, process.base_env()) | dict(env or {})
        with self.home.log("workers").open("ab") as log:
            running = subprocess.Popen(
                [sys.executable, "-m", "preau.cli", "work", *queues],
                env=outside,
                cwd=self.home.root,
                stdout=log,
                stderr=subprocess.STDOUT,
                preexec_fn=process.dies_with_parent(signal.SIGKILL),
            )
        try:
            yield running
        finally:
            running.kill()
            running.wait()

    def mark_logs(self) -> None:
        """Remember where every log ends; `new_logs` returns what comes after."""
        self.positions = {log.stem: log.stat().st_size for log in self.home.logs.glob("*.log")}

    def new_logs(self, lines: int = 15) -> dict[str, str]:
        """Return the last lines of each piece that wrote something since `mark_logs`."""
        found = {}
        for log in sorted(self.home.logs.glob("*.log")):
            with log.open("rb") as file:
                file.seek(self.positions.get(log.stem, 0))
                written = file.read().decode(errors="replace").splitlines()[-lines:]
            if written and log.stem != "access":
                found[log.stem] = "\n".join(written)
        return found


def start(place: Path = HOME, *, durable: bool = False) -> Stack:
    """Start a test stack and wait until every piece is healthy.

    Its Postgres is fast but forgets its last commits if it is killed; a `durable` one does not.
    """
    home = Home(place.resolve())
    base = free_base(FIRST_BASE + os.getpid() % 100 * 100)
    options = Options(home=home, port_base=base, fsync=durable, template=True, without=IDLE)
    env = {k: v for k, v in process.base_env().items() if not k.startswith(environment.OWN)}
    running = daemon.start(options, env | {"PREAU_LOCAL_AUTH": json.dumps(ROOMY)}, tied=True)
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        found = state.read(home.state_file)
        if found and found.supervisor.pid == running.pid and found.phase == "ready":
            stack = Stack(home, Ports(base), running)
            with psycopg.connect(stack.db_url) as database:
                database.execute("update private.api_limits set calls = %s where true", [UNLIMITED])
            stack.mark_logs()
            return stack
        if running.poll() is not None:
            break
        time.sleep(0.05)
    running.kill()
    raise RuntimeError(_why(home, state.read(home.state_file)))


def stop(stack: Stack) -> None:
    """Stop the test stack; its data stays for the next run."""
    stack.supervisor.terminate()
    stack.supervisor.wait(timeout=60)


def _why(home: Home, found: state.State | None) -> str:
    said = "\n".join(tail(home.log("supervisor"), 5))
    text = f"The test stack did not start.\n{said}"
    if "already_running" in said:
        text += f"\nAnother test run uses {home.root}: wait for it, or set PREAU_TEST_HOME."
    elif found and found.failed_piece:
        last = "\n".join(tail(home.log(found.failed_piece), 20))
        text += f"\nThe last lines of {found.failed_piece}:\n{last}"
    return text
