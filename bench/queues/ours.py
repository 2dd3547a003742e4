"""Our runtime: through the gateway, with the project's URL and the secret key."""

from __future__ import annotations

import asyncio
import os
import time

from bench.queues.worker import count, report, resident_mb, wait_for_go
from preau.handlers import Context, Handler
from preau.log import configure
from preau.messages import Message
from preau.settings import Settings
from preau.worker import run

QUEUE = "bench_noop"
CONCURRENCY = 1000  # two calls of 500 under way: the peer's batch
EARLY = 0.1  # the share of the jobs after which memory is first looked at
IDLE_SECONDS = 0.3


class Nothing(Message):
    """A number, and padding where size is measured."""

    n: int
    pad: str = ""


async def main() -> None:
    """Work until nothing has come for a while: another process may do the rest."""
    done, last, early = 0, 0.0, 0.0
    stop, going = asyncio.Event(), asyncio.Event()

    async def nothing(_: Nothing, __: Context) -> None:
        nonlocal done, last, early
        done += 1
        last = time.monotonic()
        going.set()
        if done == int(count() * EARLY):
            early = resident_mb()

    async def watch() -> None:
        await going.wait()
        while (quiet := time.monotonic() - last) < IDLE_SECONDS:  # noqa: ASYNC110 - for silence
            await asyncio.sleep(IDLE_SECONDS - quiet)
        stop.set()

    settings = Settings()
    configure(settings)
    wait_for_go()
    watcher = asyncio.create_task(watch())
    await run([Handler(QUEUE, Nothing, nothing, concurrency=CONCURRENCY)], settings, stop)
    await watcher
    report(done, last, early_rss_mb=early)


if __name__ == "__main__":
    os.environ.setdefault("LOG_LEVEL", "warning")
    asyncio.run(main())
