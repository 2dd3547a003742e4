"""Reads one stream of the log within the event loop, a little at a time.

It reads only while there is room for what it read: what nobody has taken yet waits in Postgres,
and so does the log that it stands in, since only what was handed over is confirmed.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from preau.local.realtime.changes.pgoutput import Change, Decoder
from preau.local.realtime.changes.slot import Opened

# What is read at once, so that sockets are served in between: some milliseconds of work.
MESSAGES = 250
BYTES = 1_000_000
# Postgres ends a stream that says nothing for wal_sender_timeout. Far sooner, because since
# version 16 its sender can miss a commit (it looks for one before it lets itself be woken; one in
# some 2,000 lone commits here), and then sleeps until the next commit, or until we say something.
TELL_SECONDS = 0.1
# A Postgres that shuts down waits until its log is read. While we do not read we must look for
# that ourselves, or the two would wait for each other: who is behind may be waiting for Postgres.
PROBE_SECONDS = 2.0


@dataclass
class Batch:
    """Changes in commit order; `end` is the end of the last whole transaction read by then."""

    stream: Stream
    changes: list[Change] = field(default_factory=list)
    end: int = 0

    def handed_over(self) -> None:
        """Confirm: Postgres need not keep it any longer."""
        self.stream.confirm(self.end)


class Stream:
    """One slot's stream, from its begin to its end."""

    def __init__(self, opened: Opened, probe: Callable[[], Awaitable[None]]) -> None:
        """`probe` raises if Postgres is no longer there for others; see `slot.probe`."""
        self._probe = probe
        self._cursor: Any = opened.cursor  # whose methods have no types
        self._connection = opened.cursor.connection
        self._decoder = Decoder()
        self._decoder.committed = self._confirmed = self._read_to = opened.start
        self._told_at = time.monotonic()

    @property
    def lag_bytes(self) -> int:
        """How much of the log was read here but is not handed over yet."""
        return max(0, self._read_to - self._confirmed)

    def confirm(self, end: int) -> None:
        """Let Postgres forget what is before this position.

        It is told at once when it asks: a Postgres that shuts down waits for that.
        """
        if end > self._confirmed and not self._connection.closed:
            self._confirmed = end
            self._cursor.send_feedback(flush_lsn=end)

    async def read(self, batches: asyncio.Queue[Batch]) -> None:
        """Fill the queue until the stream breaks: with `psycopg2.Error` or `DecodeError`."""
        put = self._decoder.committed
        while True:
            batch, more = self._gather()
            if batch.changes or batch.end != put:
                put = batch.end
                await self._put(batches, batch)
            if more:
                await asyncio.sleep(0)
            else:
                await self._waiting(self._readable)

    def _gather(self) -> tuple[Batch, bool]:
        """Return what has arrived, and whether there may be more."""
        batch = Batch(self)
        count = size = 0
        message: Any = None
        while count < MESSAGES and size < BYTES:
            message = self._cursor.read_message()
            if message is None:
                break
            count += 1
            size += len(message.payload)
            self._read_to = max(self._read_to, message.data_start)
            change = self._decoder.decode(message.payload)
            if change is not None:
                batch.changes.append(change)
        batch.end = self._decoder.committed
        return batch, message is not None

    async def _put(self, batches: asyncio.Queue[Batch], batch: Batch) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(PROBE_SECONDS):
                    return await self._waiting(partial(batches.put, batch))
            await self._probe()

    async def _waiting(self, wait: Callable[[], Awaitable[None]]) -> None:
        """Wait for something, and meanwhile tell Postgres that we are there."""
        while True:
            due = self._told_at + TELL_SECONDS - time.monotonic()
            if due <= 0:
                self._cursor.send_feedback(flush_lsn=self._confirmed, force=True)
                self._told_at = time.monotonic()
                continue
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(due):
                    return await wait()

    async def _readable(self) -> None:
        """Wait until Postgres says something, or has hung up."""
        loop = asyncio.get_running_loop()
        waiting = asyncio.Event()
        number = self._connection.fileno()
        loop.add_reader(number, waiting.set)
        try:
            await waiting.wait()
        finally:
            loop.remove_reader(number)
