"""Puts the parts together and keeps those running that have something to do of themselves."""

from __future__ import annotations

import asyncio
import signal
import socket as sockets

from preau import log
from preau.local.realtime import http_api
from preau.local.realtime.authoriser import Authoriser
from preau.local.realtime.changes.feed import Feed
from preau.local.realtime.changes.pump import Pump
from preau.local.realtime.changes.wal import Reader
from preau.local.realtime.config import Config
from preau.local.realtime.database import Database
from preau.local.realtime.hub import Hub
from preau.local.realtime.maintenance import Maintenance
from preau.local.realtime.messages import DatabaseBroadcasts
from preau.local.realtime.metrics import Metrics
from preau.local.realtime.presence import Presence
from preau.local.realtime.replay import Replay
from preau.local.realtime.server import Server
from preau.local.realtime.services import Services

logger = log.get_logger(piece="realtime")


def services(config: Config) -> Services:
    """Return one of each part."""
    database, hub, metrics = Database(config.database_url), Hub(), Metrics()
    return Services(
        config=config,
        database=database,
        hub=hub,
        authoriser=Authoriser(database, config.limits, metrics),
        presence=Presence(hub),
        replay=Replay(database, config.limits),
        feed=Feed(database, config.limits),
        reader=Reader(config.database_url),
        metrics=metrics,
    )


async def run(config: Config, listener: sockets.socket) -> None:
    """Serve until SIGTERM or SIGINT. A part that fails ends the process: it is started afresh."""
    parts = services(config)
    broadcasts = DatabaseBroadcasts(parts.hub, parts.metrics)
    pump = Pump(parts.reader, broadcasts, parts.feed, parts.metrics)
    server = Server(parts, http_api.routes(parts))
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    await parts.database.open()
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(part.run())
                for part in (parts.reader, pump, parts.feed, Maintenance(parts.database))
            ]
            await server.start(listener)
            logger.info("realtime.started", port=config.port)
            try:
                await ended.wait()
            finally:
                await server.stop()
            for task in tasks:
                task.cancel()
    finally:
        await parts.database.close()
    logger.info("realtime.stopped")
