"""What one subscriber or one table brings about stays with it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from preau.local.realtime.changes.feed import Feed, SubscriptionRefused
from preau.local.realtime.database import Database
from preau.local.realtime.limits import Limits
from tests.local.realtime.changes.listening import Listening
from tests.local.realtime.changes.tables import Table

Make = Callable[..., Table]
CATASTROPHE = r"title=match.^(xx*)(xx*)(xx*)(xx*)\1\2\3\4xy$"
FAILED = ["Error 500: Internal Server Error"]
POLICY = (
    "alter table {} enable row level security",
    "create policy all_rows on {} for select to anon using (true)",
)


def is_end(payload: dict[str, Any]) -> bool:
    return payload["status"] == "error" and "a filter fails" in payload["message"]


@pytest.mark.parametrize("value", ["a\\", "\\", "a\\\\\\", "\n\\"])
@pytest.mark.parametrize("operator", ["like", "not.ilike"])
async def test_a_pattern_that_ends_in_its_escape_is_refused_before_it_meets_a_row(
    make_table: Make, listening: Listening, operator: str, value: str
) -> None:
    table = make_table("id int4 primary key, title text")
    with pytest.raises(SubscriptionRefused, match="must not end with escape character"):
        await listening.on(table.name, filter=f"title={operator}.{value}")


async def test_a_pattern_may_end_in_an_escaped_escape(
    make_table: Make, listening: Listening
) -> None:
    table = make_table("id int4 primary key, title text")
    listener = await listening.on(table.name, filter="title=like.a\\\\")
    await listening.tell(table.insert(1, "a\\"))
    assert listener.one()["record"]["id"] == 1


async def test_a_filter_that_raises_on_a_row_ends_its_own_subscription_only(
    make_table: Make, listening: Listening, shared_url: str
) -> None:
    with psycopg.connect(shared_url, autocommit=True) as db:
        db.execute("create type public.pair as (n int4, document json)")
        table = make_table("id int4 primary key, pair public.pair, n int4")
        innocent = await listening.on(table.name)
        filtered = await listening.on(table.name, filter="n=gt.1")
        other = await listening.on(table.name, filter='pair=eq."(1,{})"', topic="other")
        await listening.tell(table.insert(1, "(1,{})", 1), table.insert(2, "(2,{})", 2))
        await listening.tell(table.insert(3, "(1,{})", 3))
        table.run("drop table {}")
        db.execute("drop type public.pair")
    assert [data["record"]["id"] for data in innocent.data()] == [1, 2, 3]
    assert [data["record"]["id"] for data in filtered.data()] == [2, 3]
    (end,) = other.payloads()
    assert is_end(end)


async def test_a_pattern_that_takes_for_ever_ends_its_own_subscription_only(
    make_table: Make, realtime_database: Database
) -> None:
    listening = Listening(Feed(realtime_database, Limits(policy_seconds=0.5)))
    table, other = (make_table("id int4 primary key, title text") for _ in range(2))
    innocent, elsewhere = await listening.on(table.name), await listening.on(other.name)
    filtered = await listening.on(table.name, filter="title=like.x%")
    slow = await listening.on(table.name, filter=CATASTROPHE)
    await listening.tell(table.insert(1, "x" * 2000 + "y"), other.insert(1, "o"))
    assert [data["record"]["id"] for data in innocent.data()] == [1]
    assert [data["record"]["id"] for data in filtered.data()] == [1]
    assert [data["errors"] for data in elsewhere.data()] == [None]
    (end,) = slow.payloads()
    assert is_end(end)


async def test_a_locked_table_fails_at_once_what_waits_for_it_and_keeps_no_other_waiting(
    make_table: Make, realtime_database: Database, shared_url: str
) -> None:
    seconds = 0.3
    listening = Listening(Feed(realtime_database, Limits(policy_seconds=seconds)))
    locked, other = make_table("id int4 primary key", *POLICY), make_table("id int4 primary key")
    waiting, elsewhere = await listening.on(locked.name), await listening.on(other.name)
    changes = [locked.insert(number) for number in range(20)]
    last = other.insert(1)
    with psycopg.connect(shared_url) as db:
        db.execute(f"lock table {locked.name} in access exclusive mode".encode())
        began = time.monotonic()
        await listening.tell(*changes, last)
        took = time.monotonic() - began
    assert [data["errors"] for data in waiting.data()] == [FAILED] * 20
    assert elsewhere.one()["record"] == {"id": 1}
    assert took < len(changes) * seconds
