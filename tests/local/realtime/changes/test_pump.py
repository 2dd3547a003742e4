"""Who is told of a change: the broadcasts of the database, or the feed of row changes."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime

import pytest

from preau.local.realtime.changes.pgoutput import Change, Relation
from preau.local.realtime.changes.pump import Pump
from preau.local.realtime.metrics import Metrics

AT = datetime(2026, 1, 2, tzinfo=UTC)


def change(schema: str, table: str) -> Change:
    return Change(Relation(1, schema, table, ()), "INSERT", (), None, False, AT)


class Source:
    """Gives batches once, and remembers how many were asked for."""

    def __init__(self, *batches: list[Change]) -> None:
        self.asked = 0
        self._batches = batches

    async def batches(self) -> AsyncIterator[list[Change]]:
        for batch in self._batches:
            self.asked += 1
            yield batch


class Receivers:
    """Both receivers; the feed waits while it is full."""

    def __init__(self) -> None:
        self.told: list[tuple[str, list[str]]] = []
        self.room = asyncio.Event()
        self.room.set()
        self.metrics = Metrics()

    async def pump(self, source: Source) -> None:
        await Pump(source, Broadcasts(self), Feed(self), self.metrics).run()


class Broadcasts:
    def __init__(self, receivers: Receivers) -> None:
        self._receivers = receivers

    def receive(self, change: Change) -> None:
        self._receivers.told.append(("broadcast", [change.relation.name]))


class Feed:
    def __init__(self, receivers: Receivers) -> None:
        self._receivers = receivers

    async def receive(self, changes: Sequence[Change]) -> None:
        await self._receivers.room.wait()
        self._receivers.told.append(("feed", [each.relation.name for each in changes]))


async def test_rows_of_any_partition_of_messages_are_broadcasts_and_go_first() -> None:
    receivers = Receivers()
    batch = [change("public", "a"), change("realtime", "messages_2026_01_02"), change("x", "b")]
    await receivers.pump(Source(batch))
    assert receivers.told == [("broadcast", ["messages_2026_01_02"]), ("feed", ["a", "b"])]


@pytest.mark.parametrize(("schema", "table"), [("public", "messages"), ("realtime", "things")])
async def test_other_tables_are_row_changes_whatever_they_resemble(schema: str, table: str) -> None:
    receivers = Receivers()
    await receivers.pump(Source([change(schema, table)]))
    assert receivers.told == [("feed", [table])]


async def test_a_full_feed_lets_nothing_more_be_asked_for() -> None:
    receivers = Receivers()
    receivers.room.clear()
    source = Source([change("public", "a")], [change("realtime", "messages_default")])
    pumping = asyncio.create_task(receivers.pump(source))
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(0.05):
            await asyncio.shield(pumping)
    assert (source.asked, receivers.told) == (1, [])
    receivers.room.set()
    await pumping
    assert receivers.told == [("feed", ["a"]), ("broadcast", ["messages_default"])]


async def test_every_change_is_counted() -> None:
    receivers = Receivers()
    await receivers.pump(Source([change("public", "a")] * 3, [change("realtime", "messages_x")]))
    assert receivers.metrics.counts()["changes"] == 4
