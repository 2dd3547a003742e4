"""What a subscription hears of transactions around its beginning."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import psycopg
import pytest

from preau.local.realtime.changes.moment import Moment
from tests.local.realtime.changes.listening import Listening, caller
from tests.local.realtime.changes.tables import Table

Make = Callable[..., Table]
EPOCH = 3 << 32


@pytest.mark.parametrize(
    ("transaction", "seen"),
    [(99, True), (100, False), (101, True), (102, False), (103, False), (1 << 31, False)],
)
@pytest.mark.parametrize("epoch", [0, EPOCH])
def test_a_moment_saw_what_had_ended(transaction: int, seen: bool, epoch: int) -> None:
    moment = Moment(epoch + 100, epoch + 103, frozenset([epoch + 100, epoch + 102]))
    assert moment.saw(transaction) is seen


def test_numbers_that_went_round_are_told_apart() -> None:
    moment = Moment(EPOCH - 5, EPOCH + 3, frozenset([EPOCH - 5, EPOCH + 1]))
    last = (1 << 32) - 1
    assert [moment.saw(n) for n in (last - 5, last - 4, last, 0, 1, 2, 3)] == [
        *(True, False, True, True, False, True, False)
    ]


async def test_what_was_committed_before_is_not_told_and_what_ends_later_is(
    make_table: Make, listening: Listening, shared_url: str
) -> None:
    table = make_table("id int4 primary key")
    numbers: list[int] = []

    def begun(db: psycopg.Connection) -> None:
        row = db.execute("select pg_current_xact_id()::text::bigint").fetchone()
        assert row is not None
        numbers.append(int(row[0]) & 0xFFFFFFFF)

    with psycopg.connect(shared_url) as over, psycopg.connect(shared_url) as running:
        begun(over)
        begun(running)
        over.commit()
        listener = await listening.on(table.name)
        running.commit()
        begun(over)
    changes = [
        replace(table.change("INSERT", new=[str(place)]), transaction=number)
        for place, number in enumerate(numbers)
    ]
    await listening.tell(*changes)
    assert [data["record"]["id"] for data in listener.data()] == [1, 2]


async def test_a_token_that_changes_leaves_no_gap(
    make_table: Make, listening: Listening, shared_url: str
) -> None:
    table = make_table("id int4 primary key")
    listener = await listening.on(table.name)
    with psycopg.connect(shared_url) as db:
        row = db.execute("select pg_current_xact_id()::text::bigint").fetchone()
        assert row is not None
    await listening.again(
        listener, [{"schema": "public", "table": table.name}], caller("authenticated")
    )
    change = table.change("INSERT", new=["1"])
    await listening.tell(replace(change, transaction=int(row[0]) & 0xFFFFFFFF))
    assert listener.one()["record"] == {"id": 1}
