"""Columns that Postgres computes, which the log leaves out."""

from __future__ import annotations

from collections.abc import Callable

from tests.local.realtime.changes.listening import Listening
from tests.local.realtime.changes.tables import Table

Make = Callable[..., Table]


async def test_its_functions_find_what_they_do_not_qualify(
    make_table: Make, listening: Listening
) -> None:
    names = make_table("id int4")
    names.run(
        "create function {}_twice(int4) returns int4 immutable language sql as 'select $1 * 2'",
        "create function {}_again(int4) returns int4 immutable language plpgsql as"
        " 'begin return {}_twice($1); end'",
    )
    table = make_table(
        f"id int4 primary key, n int4 generated always as ({names.name}_again(id)) stored"
    )
    listener = await listening.on(table.name)
    await listening.tell(table.insert(4))
    table.run("drop table {}")
    names.run("drop function {}_again", "drop function {}_twice")
    assert listener.one()["record"] == {"id": 4, "n": 8}
