"""procrastinate: a pool of direct connections, concurrency 10."""

from __future__ import annotations

import asyncio

import procrastinate

from bench.queues.worker import database, report, wait_for_go

CONCURRENCY = 10


class Noop:
    """The app and its one task, which counts."""

    def __init__(self, url: str) -> None:
        self.done = 0
        self.app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=url))
        self.task = self.app.task(name="noop")(self._run)

    async def _run(self, n: int, pad: str = "") -> None:
        self.done += 1


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
