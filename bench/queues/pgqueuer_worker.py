"""pgqueuer: a direct connection, batches of 500, as its users run it."""

from __future__ import annotations

import asyncio

import asyncpg
from pgqueuer import PgQueuer
from pgqueuer.db import AsyncpgDriver
from pgqueuer.models import Job
from pgqueuer.types import QueueExecutionMode

from bench.queues.worker import database, report, wait_for_go


async def main() -> None:
    """Drain the queue."""
    done = 0
    connection = await asyncpg.connect(database())
    peer = PgQueuer(AsyncpgDriver(connection))

    @peer.entrypoint("noop")
    async def noop(_: Job) -> None:
        nonlocal done
        done += 1

    wait_for_go()
    await peer.run(batch_size=500, mode=QueueExecutionMode.drain)
    report(done)
    await connection.close()


if __name__ == "__main__":
    asyncio.run(main())
