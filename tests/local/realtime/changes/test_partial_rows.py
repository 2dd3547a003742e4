"""Of a row that the log does not tell whole, what is not told is no NULL: types may refuse that."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import psycopg
import pytest

from preau.local.realtime.changes.pgoutput import UNCHANGED
from tests.local.realtime.changes.listening import Listening
from tests.local.realtime.changes.tables import Table

Make = Callable[..., Table]


@pytest.fixture(params=["not null", "check (value is not null)"])
def domain(request: pytest.FixtureRequest, shared_url: str) -> Iterator[str]:
    """A type that has no NULL."""
    with psycopg.connect(shared_url, autocommit=True) as db:
        db.execute(f"create domain public.mail as text {request.param}".encode())
        yield "public.mail"
        db.execute("drop domain public.mail cascade")


async def test_a_type_without_null_is_told_whatever_the_log_leaves_out(
    make_table: Make, listening: Listening, domain: str
) -> None:
    table = make_table(f"id int4 primary key, mail {domain}")
    listener = await listening.on(table.name)
    changes = [table.insert(1, "a"), table.update("mail = 'b'"), table.delete()]
    await listening.tell(*changes, table.change("UPDATE", new=["1", UNCHANGED]))
    insert, update, delete, untouched = listener.data()
    assert insert["record"] == {"id": 1, "mail": "a"}
    assert (update["record"], update["old_record"]) == ({"id": 1, "mail": "b"}, {"id": 1})
    assert (delete["old_record"], delete["errors"]) == ({"id": 1}, None)
    assert (untouched["record"], untouched["errors"]) == ({"id": 1}, None)


async def test_a_column_of_a_type_without_null_can_be_filtered_by(
    make_table: Make, listening: Listening, domain: str
) -> None:
    table = make_table(f"id int4 primary key, mail {domain}")
    listener = await listening.on(table.name, filter="mail=like.b%")
    await listening.tell(table.insert(1, "a"), table.update("mail = 'b'"), table.delete())
    assert listener.one()["record"] == {"id": 1, "mail": "b"}


async def test_a_generated_column_that_refuses_null_is_not_computed_of_half_a_row(
    make_table: Make, listening: Listening, shared_url: str
) -> None:
    with psycopg.connect(shared_url, autocommit=True) as db:
        db.execute(
            "create function public.strictly(text) returns text immutable language plpgsql"
            " set search_path = '' as $$begin"
            " if $1 is null then raise 'null'; end if; return upper($1); end$$"
        )
        table = make_table(
            "id int4 primary key, word text, n int4,"
            " loud text generated always as (public.strictly(word)) stored"
        )
        listener = await listening.on(table.name)
        untouched = table.change("UPDATE", new=["1", UNCHANGED, None])
        await listening.tell(table.insert(1, "a", None), untouched, table.delete())
        table.run("drop table {}")
        db.execute("drop function public.strictly(text)")
    insert, update, delete = listener.data()
    assert insert["record"] == {"id": 1, "word": "a", "n": None, "loud": "A"}
    assert (update["record"], update["errors"]) == ({"id": 1, "n": None}, None)
    assert (delete["old_record"], delete["errors"]) == ({"id": 1}, None)
