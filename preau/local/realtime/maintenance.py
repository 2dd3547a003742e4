"""Keeps a partition of realtime.messages for each day, as hosted does: made ahead, dropped later.

It looks every hour: a machine that slept over midnight has no clock to wait on.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime

import psycopg

from preau.local.realtime import sql
from preau.local.realtime.database import Database
from preau.log import get_logger

EVERY = 3600.0  # seconds
SOONER = 60.0  # after a failure; the days made ahead leave plenty of time

log = get_logger(piece="realtime")


class Maintenance:
    """Works beside other servers of the same database: each finds the other's work done."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def run(self) -> None:
        """Keep the partitions for ever, starting now."""
        while True:
            try:
                await self.once(datetime.now(UTC).date())
            except psycopg.Error as error:  # no connection, or somebody holds the table
                log.warning("partitions.failed", error=str(error).strip())
                await asyncio.sleep(SOONER)
            else:
                await asyncio.sleep(EVERY)

    async def once(self, today: date) -> None:
        """Make what is missing around a day (UTC), and drop what is three days older."""
        for statement, event in (
            ("add_partitions", "partitions.added"),
            ("drop_partitions", "partitions.dropped"),
        ):
            async with self._database.connection() as connection:
                cursor = await connection.execute(sql.load(statement), {"today": today})
                names = [row[0] for row in await cursor.fetchall()]
            if names:
                log.info(event, names=names)
