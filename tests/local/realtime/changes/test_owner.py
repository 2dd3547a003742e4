"""Realtime is a superuser, and what a table brings along must not become one by it."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest

from preau.local.realtime.changes.feed import SubscriptionRefused
from tests.local.realtime.changes.listening import Listening
from tests.local.realtime.changes.tables import Table

Make = Callable[..., Table]


async def test_a_tables_own_functions_run_as_its_owner(
    make_table: Make, listening: Listening, shared_url: str
) -> None:
    with psycopg.connect(shared_url, autocommit=True) as db:
        db.execute(
            "create function public.whoever(int) returns text immutable language sql"
            " set search_path = '' as 'select current_user::text'"
        )
        table = make_table(
            "id int4 primary key, who text generated always as (public.whoever(id)) stored"
        )
        listener = await listening.on(table.name)
        await listening.tell(table.insert(1), table.insert(2))
        table.run("drop table {}")
        db.execute("drop function public.whoever(int)")
    assert [data["record"]["who"] for data in listener.data()] == ["postgres", "postgres"]


@pytest.mark.parametrize("asked", ["eq.x", "in.(x)", "isdistinct.x"])
async def test_a_types_own_functions_run_as_the_tables_owner_when_a_filter_is_made(
    make_table: Make, listening: Listening, shared_url: str, asked: str
) -> None:
    with psycopg.connect(shared_url, autocommit=True) as db:
        db.execute(
            "create function public.who_casts(text) returns boolean language plpgsql"
            " set search_path = '' as $$begin raise 'cast by %', current_user; end$$"
        )
        db.execute("create domain public.telling as text check (public.who_casts(value))")
        table = make_table("id int4 primary key, word public.telling")
        with pytest.raises(SubscriptionRefused) as refusal:
            await listening.on(table.name, filter=f"word={asked}")
        table.run("drop table {}")
        db.execute("drop domain public.telling")
        db.execute("drop function public.who_casts(text)")
    assert refusal.value.text.endswith("cast by postgres")
