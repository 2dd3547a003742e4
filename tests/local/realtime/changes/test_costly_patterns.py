"""Regular expressions that take for ever to compile: of their writer, and of nobody else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from preau.local.realtime.changes.feed import SubscriptionRefused
from tests.local.realtime.changes.listening import Listening
from tests.local.realtime.changes.tables import Table

Make = Callable[..., Table]
COSTLY = "(.?.?){255}(.?.?){255}"  # many seconds
REFUSAL = "Unable to subscribe to changes with given parameters"


@pytest.mark.parametrize("operator", ["match", "imatch"])
async def test_what_takes_too_long_is_refused_for_good(
    make_table: Make, listening: Listening, operator: str
) -> None:
    table = make_table("id int4 primary key, word text")
    with pytest.raises(SubscriptionRefused, match=REFUSAL) as refusal:
        await listening.on(table.name, filter=f"word={operator}.{COSTLY}")
    assert "it takes too long" in refusal.value.text
    assert not refusal.value.passing


async def test_many_of_them_leave_connections_to_others(
    make_table: Make, listening: Listening
) -> None:
    table = make_table("id int4 primary key, word text")
    costly = f"word=match.{COSTLY}"
    waiting = [asyncio.create_task(listening.on(table.name, filter=costly)) for _ in range(8)]
    try:
        await asyncio.sleep(0.2)  # they have taken what they may
        async with asyncio.timeout(0.7):  # less than any of them takes
            await listening.on(table.name, filter="id=eq.1")
        assert not any(task.done() for task in waiting)
    finally:
        found = await asyncio.gather(*waiting, return_exceptions=True)
    assert {type(each) for each in found} == {SubscriptionRefused}
