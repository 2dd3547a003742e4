"""The worker process: several queues in one event loop, until SIGTERM or SIGINT, then a drain.

It needs SUPABASE_URL and a secret key and nothing else, so it runs anywhere, in any number of
copies; the queues' leases share the work out. SIGKILL at any point loses nothing: what was claimed
comes back when its lease ends.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Sequence

from preau.client import ServiceClient, new_http_client
from preau.consumer import Consumer, Resources
from preau.crash import crash_point
from preau.handlers import Context, Handler, discover
from preau.hands import Hands
from preau.jobs import Queue
from preau.log import configure, get_logger
from preau.probes import Probes
from preau.realtime import Connection, Realtime, wake_ups
from preau.settings import Settings, get_settings

__all__ = ["Context", "Handler", "crash_point", "main", "run"]


def main(queues: Sequence[str] = ()) -> None:
    """Work `queues`, or all where it is empty, until the process is asked to stop.

    Raises PreauError for an unknown queue or a missing setting.
    """
    settings = get_settings()
    configure(settings)
    asyncio.run(run(discover(queues), settings))


async def run(
    handlers: Sequence[Handler], settings: Settings, stop: asyncio.Event | None = None
) -> None:
    """Run a consumer for each handler until `stop` is set; by default, until SIGTERM or SIGINT.

    A second signal ends the process at once.
    """
    log = get_logger()
    if stop is None:
        stop = asyncio.Event()
        _stop_on_signals(stop)
    # Each queue has its own settle call under way, each handler may have one of its own.
    hands = sum(handler.concurrency or settings.worker_concurrency for handler in handlers)
    supabase = new_http_client(settings.require_url(), connections=hands + 2 * len(handlers))
    async with await ServiceClient.connect(settings, supabase) as db:
        connection = Connection(settings.require_url(), settings.require_secret_key())
        shared = Resources(
            db, settings, Realtime(connection), Hands(settings.worker_total_concurrency)
        )
        consumers = [
            Consumer(Queue(db, handler.queue, settings.worker_lease_seconds), handler, shared)
            for handler in handlers
        ]
        if settings.worker_wake_ups:
            for consumer in consumers:
                connection.add(wake_ups(consumer))
        shared.metrics.watch_realtime(connection)
        async with (
            connection.kept(),
            Probes(consumers, db, shared.metrics, stop).serve(settings),
            asyncio.TaskGroup() as group,
        ):
            for consumer in consumers:
                group.create_task(consumer.run(stop))
            log.info("worker.started", queues=[c.name for c in consumers], pid=os.getpid())
    log.info("worker.stopped", pid=os.getpid())


def _stop_on_signals(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()

    def ask() -> None:
        stop.set()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ask)
