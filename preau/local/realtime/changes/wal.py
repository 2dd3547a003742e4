"""Reads the write-ahead log for ever, whatever happens to slots, publications or Postgres.

Recovery is always the same: a new slot, from now on. Nothing else helps where a publication was
dropped and made again, since the old slot would first need it at a time when it was not there.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Sequence
from functools import partial

import psycopg2
import psycopg2.errors

from preau.local.realtime.changes import slot
from preau.local.realtime.changes.pgoutput import Change, DecodeError
from preau.local.realtime.changes.stream import Batch, Stream
from preau.log import get_logger

PUBLICATIONS = ("supabase_realtime", "supabase_realtime_messages_publication")
BATCHES = 4  # that wait to be taken
PATIENCE = (5.0, 60.0)  # seconds, first and at most: what waits longest ends first
BACKOFF = (0.05, 2.0)  # seconds, first and at most
CALM = 5.0  # a stream that lasted so long had no trouble with its beginning
log = get_logger(piece="realtime")


class Reader:
    """One stream at a time. `ready` is set while there is one; what is missed meanwhile is lost."""

    def __init__(
        self,
        dsn: str,
        publications: Sequence[str] = PUBLICATIONS,
        *,
        patience: tuple[float, float] = PATIENCE,
    ) -> None:
        """`dsn` of a superuser; the log is that of its database. `patience`: see `slot.opened`."""
        self.ready = asyncio.Event()
        self._dsn = dsn
        self._publications = tuple(publications)
        self._patience = patience
        self._waiting: asyncio.Queue[Batch] = asyncio.Queue(BATCHES)
        self._stream: Stream | None = None

    @property
    def lag_bytes(self) -> int:
        """How much of the log was read but not handed over; 0 without a stream."""
        return self._stream.lag_bytes if self._stream else 0

    @property
    def waiting(self) -> int:
        """How many batches wait to be taken; `BATCHES` stops the reading."""
        return self._waiting.qsize()

    async def batches(self) -> AsyncIterator[list[Change]]:
        """Yield changes in commit order. Asking for the next ones confirms those before."""
        while True:
            batch = await self._waiting.get()
            if batch.changes:
                yield batch.changes
            batch.handed_over()

    async def run(self) -> None:
        """Stream, and begin anew whenever a stream breaks."""
        failures = blocked = 0
        while True:
            began = time.monotonic()
            patience = min(self._patience[0] * 2**blocked, self._patience[1])
            try:
                await self._follow(patience)
            except psycopg2.errors.LockNotAvailable:
                blocked += 1
                log.warning("wal.slot_blocked", by="a transaction that writes", waited=patience)
                continue
            except (psycopg2.Error, DecodeError) as error:
                blocked = 0
                failures = 0 if time.monotonic() - began > CALM else failures + 1
                wait = min(BACKOFF[0] * 2**failures, BACKOFF[1]) * random.uniform(0.5, 1)  # noqa: S311
                log.warning("wal.stream_broken", error=str(error).strip(), retry_in=round(wait, 3))
            await asyncio.sleep(wait)

    async def _follow(self, patience: float) -> None:
        async with slot.opened(self._dsn, self._publications, patience) as opened:
            self._stream = Stream(opened, partial(slot.probe, self._dsn))
            self.ready.set()
            log.info("wal.streaming", slot=opened.name)
            try:
                await self._stream.read(self._waiting)
            finally:
                self.ready.clear()
                self._stream = None
