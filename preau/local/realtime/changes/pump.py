"""Carries what the log tells to those who pass it on: broadcasts of the database, and row changes.

Within a batch broadcasts go first: they need nobody's policies. Row changes may have to wait for
room in the feed, and then everything behind them waits, in Postgres.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from preau.local.realtime.changes.pgoutput import Change
from preau.local.realtime.metrics import Metrics


class Source(Protocol):
    """Gives what the log tells."""

    def batches(self) -> AsyncIterator[list[Change]]:
        """Yield changes in commit order; asking for more says that these were handed over."""
        ...


class Broadcasts(Protocol):
    """Delivers rows of realtime.messages."""

    def receive(self, change: Change) -> None:
        """Take one; never waits."""
        ...


class Changes(Protocol):
    """Delivers row changes."""

    async def receive(self, changes: Sequence[Change]) -> None:
        """Take them in commit order; waits for room."""
        ...


class Pump:
    """Runs between the reader and the two."""

    def __init__(
        self, reader: Source, broadcasts: Broadcasts, feed: Changes, metrics: Metrics
    ) -> None:
        self._reader = reader
        self._broadcasts = broadcasts
        self._feed = feed
        self._metrics = metrics

    async def run(self) -> None:
        """Pass on for ever; a fault of a receiver ends it, for the supervisor to see."""
        async for changes in self._reader.batches():
            self._metrics.changes += len(changes)
            rest = []
            for change in changes:
                if is_message(change):
                    self._broadcasts.receive(change)
                else:
                    rest.append(change)
            if rest:
                await self._feed.receive(rest)


def is_message(change: Change) -> bool:
    """Tell whether it is of realtime.messages; pgoutput names the partition."""
    relation = change.relation
    return relation.schema == "realtime" and relation.name.startswith("messages")
