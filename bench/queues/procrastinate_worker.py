"""procrastinate: a pool of direct connections, concurrency 10."""

from __future__ import annotations

import asyncio

from bench.queues.procrastinate_app import Noop
from bench.queues.worker import database, report, wait_for_go

CONCURRENCY = 10


async def main() -> None:
    """Drain the queue."""
    noop = Noop(database())
    async with noop.app.open_async():
        wait_for_go()
        await noop.app.run_worker_async(
            wait=False, concurrency=CONCURRENCY, install_signal_handlers=False, delete_jobs="always"
        )
    report(noop.done)


if __name__ == "__main__":
    asyncio.run(main())
