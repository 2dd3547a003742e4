"""How many rows one answer has at most: 1,000, for whoever asks and however they ask."""

from __future__ import annotations

import time
from collections.abc import Iterator

import httpx
import psycopg
import pytest

from tests.support.stack import Stack

ROWS = 1000


@pytest.fixture(scope="module")
def many(stack: Stack) -> Iterator[str]:
    """The path of a table of 2,500 rows, with as many rows of another to embed."""
    with psycopg.connect(stack.db_url, autocommit=True) as database:
        database.execute(
            """
            create table public.test_parents (id int primary key);
            create table public.test_children (
                id int primary key, parent_id int references public.test_parents (id)
            );
            alter table public.test_parents enable row level security;
            alter table public.test_children enable row level security;
            create policy parents on public.test_parents for select to anon using (true);
            create policy children on public.test_children for select to anon using (true);
            insert into public.test_parents select generate_series(1, 2500);
            insert into public.test_children select n, 1 from generate_series(1, 2500) as n;
            grant select on public.test_parents, public.test_children to anon, service_role;
            """
        )
        path = f"{stack.url}/rest/v1/test_parents"
        for _ in range(100):
            query = f"{path}?select=id,test_children(id)&limit=1"
            if httpx.get(query, headers={"apikey": stack.publishable_key}).is_success:
                break
            time.sleep(0.05)
        yield path
        database.execute("drop table public.test_children, public.test_parents")


@pytest.mark.parametrize("query", ["", "?limit=2500", "?offset=100&limit=2500"])
@pytest.mark.parametrize("key", ["publishable_key", "secret_key"])
def test_an_answer_has_a_thousand_rows_at_most(
    stack: Stack, many: str, key: str, query: str
) -> None:
    answer = httpx.get(many + query, headers={"apikey": getattr(stack, key)})
    assert len(answer.json()) == ROWS


def test_a_range_asks_for_no_more(stack: Stack, many: str) -> None:
    headers = {"apikey": stack.publishable_key, "range": "0-2499"}
    assert len(httpx.get(many, headers=headers).json()) == ROWS


def test_what_is_embedded_is_cut_too(stack: Stack, many: str) -> None:
    query = "?select=id,test_children(id)&id=eq.1"
    (parent,) = httpx.get(many + query, headers={"apikey": stack.publishable_key}).json()
    assert len(parent["test_children"]) == ROWS


def test_the_next_page_goes_on_where_the_first_ended(stack: Stack, many: str) -> None:
    headers = {"apikey": stack.publishable_key}
    pages = [httpx.get(f"{many}?order=id&offset={n}", headers=headers).json() for n in (0, 1000)]
    assert (pages[0][-1]["id"], pages[1][0]["id"]) == (1000, 1001)
