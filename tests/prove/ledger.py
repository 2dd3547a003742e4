"""Ten thousand jobs on a stack of their own, and the ledger that tells what became of them."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg.rows import dict_row

from tests.support.stack import Stack
from tests.workers.rig import until

QUEUE = "proof"
SQL = Path(__file__).with_name("ledger.sql").read_text()


class Ledger:
    """The jobs of one proof. Each question is asked anew: Postgres may have died in between."""

    def __init__(self, stack: Stack, log: Path, max_attempts: int) -> None:
        self.stack = stack
        self._log = log
        self._attempts = max_attempts

    async def fill(self, jobs: int) -> None:
        """Make the ledger and queue the jobs 1 to n."""
        async with self.database() as db:
            await db.execute("set role postgres")  # as a migration would: who makes it owns it
            await db.execute(SQL.encode())
            await db.execute(
                "select private.create_queue(%s, 'a proof', %s)", [QUEUE, self._attempts]
            )
            await db.execute(
                "select pgmq.send_batch(%s, (select array_agg(jsonb_build_object('n', n))"
                " from generate_series(1, %s) as n))",
                [QUEUE, jobs],
            )

    async def ask(self, query: LiteralString, *values: object) -> Any:
        """Return the first value of a query."""
        async with self.database() as db:
            row = await (await db.execute(query, values)).fetchone()
            assert row is not None
            return next(iter(row.values()))

    async def done(self) -> int:
        """How many jobs have had their effect."""
        return int(await self.ask("select count(*) from private.proof_effects"))

    async def missing(self, jobs: int) -> list[dict[str, int]]:
        """The jobs without an effect, each with how often it was tried."""
        return list(
            await self.ask(
                "select coalesce(jsonb_agg(jsonb_build_object('job', n, 'tries',"
                " (select count(*) from private.proof_tries where job = n))), '[]')"
                " from generate_series(1, %s) as n"
                " where not exists (select from private.proof_effects where job = n)",
                jobs,
            )
        )

    async def reaches(self, jobs: int, seconds: float = 240) -> None:
        """Wait until so many jobs have had their effect."""

        async def reached() -> bool:
            await asyncio.sleep(0.1)
            try:
                return await self.done() >= jobs
            except psycopg.OperationalError:  # Postgres is being harmed
                return False

        await until(reached, f"{jobs} jobs are done", seconds)

    async def empties(self, seconds: float = 240) -> None:
        """Wait until the queue is empty."""

        async def empty() -> bool:
            await asyncio.sleep(0.2)
            return int(await self.ask("select count(*) from pgmq.q_proof")) == 0

        await until(empty, "the queue is empty", seconds)

    @contextlib.asynccontextmanager
    async def workers(
        self, count: int, env: Mapping[str, str] | None = None
    ) -> AsyncIterator[list[asyncio.subprocess.Process]]:
        """Run workers; those that still live at the end drain."""
        hasty = {
            "WORKER_LEASE_SECONDS": "3",
            "WORKER_RETRY_BASE_SECONDS": "0.1",
            "WORKER_RETRY_CAP_SECONDS": "0.5",
            "LOG_LEVEL": "warning",
        }
        used = os.environ | self.stack.env() | hasty | dict(env or {})
        command = ["-m", "tests.prove.ledger_process", QUEUE]
        with self._log.open("ab") as log:
            running = [
                await asyncio.create_subprocess_exec(
                    sys.executable, *command, env=used, stdout=log, stderr=log
                )
                for _ in range(count)
            ]
        try:
            yield running
        finally:
            for process in running:
                if process.returncode is None:
                    process.send_signal(signal.SIGTERM)
            await asyncio.wait_for(asyncio.gather(*(p.wait() for p in running)), 60)

    @contextlib.asynccontextmanager
    async def database(self) -> AsyncIterator[psycopg.AsyncConnection[dict[str, Any]]]:
        """Connect as the superuser."""
        async with await psycopg.AsyncConnection.connect(
            self.stack.superuser_db_url, autocommit=True, row_factory=dict_row, connect_timeout=5
        ) as db:
            yield db
