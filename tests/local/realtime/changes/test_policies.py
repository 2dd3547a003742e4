"""What a policy may rely on when it is asked who sees a change."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import psycopg
import pytest
from structlog.testing import capture_logs

from tests.local.realtime.changes.listening import Listening, caller
from tests.local.realtime.changes.tables import Table

Make = Callable[..., Table]
Run = Callable[[str], object]
EVERYTHING = (
    "alter table {} enable row level security",
    "create policy everything on {} for select to anon using (true)",
)


@pytest.fixture
def run(shared_url: str) -> Iterator[Run]:
    """Statements as the migration role; `leftover` is a schema for them, dropped afterwards."""
    with psycopg.connect(shared_url, autocommit=True) as db:
        db.execute("create schema leftover")
        db.execute("grant usage on schema leftover to anon, authenticated")
        db.execute(
            "alter default privileges in schema leftover"
            " grant execute on functions to anon, authenticated"
        )
        yield lambda statement: db.execute(statement.encode())
        db.execute("drop schema leftover cascade")


@pytest.mark.usefixtures("run")
async def test_a_policys_functions_find_what_they_do_not_qualify(
    make_table: Make, listening: Listening
) -> None:
    make_table(
        "name text",
        "insert into {} values ('alice')",
        "create function leftover.is_member() returns boolean stable language sql as"
        " $$select exists (select from {} where name = auth.jwt() ->> 'sub')$$",
    )
    table = make_table(
        "id int4 primary key",
        EVERYTHING[0],
        "create policy members on {} for select to authenticated using (leftover.is_member())",
    )
    alice = await listening.on(table.name, caller("authenticated", sub="alice"))
    bob = await listening.on(table.name, caller("authenticated", sub="bob"))
    await listening.tell(table.insert(1), table.insert(2))
    assert [data["record"]["id"] for data in alice.data()] == [1, 2]
    assert bob.messages == []


async def test_what_a_policy_remembers_for_one_viewer_is_forgotten_before_the_next(
    make_table: Make, listening: Listening, run: Run
) -> None:
    run(
        "create function leftover.viewer() returns text language plpgsql as $$begin"
        " if coalesce(current_setting('app.viewer', true), '') = '' then"
        " perform set_config('app.viewer', auth.jwt() ->> 'sub', false); end if;"
        " return current_setting('app.viewer'); end$$"
    )
    table = make_table(
        "id int4 primary key, owner text",
        EVERYTHING[0],
        "create policy own on {} for select to authenticated using (owner = leftover.viewer())",
    )
    people = [caller("authenticated", sub=name) for name in ("alice", "bob")]
    alice, bob = [await listening.on(table.name, person) for person in people]
    for batch in [(1, 2), (3, 4)]:
        changes = [table.insert(n, name) for n, name in zip(batch, ("alice", "bob"), strict=True)]
        await listening.tell(*changes)
        assert (alice.one()["record"]["id"], bob.one()["record"]["id"]) == batch


async def test_a_policy_that_raises_what_ends_the_look_shows_nothing(
    make_table: Make, listening: Listening, run: Run
) -> None:
    run(
        "create function leftover.raising() returns boolean language plpgsql as"
        " $$begin raise sqlstate 'PRSEE'; end$$"
    )
    table = make_table(
        "id int4 primary key",
        EVERYTHING[0],
        "create policy fine on {} for select to authenticated using (true)",
        "create policy raising on {} for select to anon using (leftover.raising())",
    )
    seeing = await listening.on(table.name, caller("authenticated"))
    raising = await listening.on(table.name)
    await listening.tell(table.insert(1))
    assert seeing.one()["record"] == {"id": 1}
    assert raising.messages == []


@pytest.mark.parametrize(
    ("columns", "value"),
    [
        ("plain int4 not null, id int4 generated always as (plain * 2) stored primary key", "1"),
        ("plain text, id text generated always as (plain || '\"') stored primary key", "a"),
        ("plain bytea, id bytea generated always as (sha256(plain)) stored primary key", "a"),
        ("id leftover.ltree primary key", "a.b"),
        ("id leftover.known primary key", "a.b"),
        ("id int4[] primary key", "{1,2}"),
        ("id varchar(9) primary key", "a"),
        ("id leftover.mood primary key", "good"),
    ],
)
async def test_a_row_is_found_by_a_key_of_any_kind(
    make_table: Make, listening: Listening, run: Run, columns: str, value: str
) -> None:
    run("create type leftover.mood as enum ('good', 'bad')")
    run("create extension ltree schema leftover")
    run("create domain leftover.known as leftover.ltree not null")
    table = make_table(columns, *EVERYTHING)
    listener = await listening.on(table.name)
    await listening.tell(table.insert(value))
    told = listener.one()
    assert told["errors"] is None
    assert "id" in told["record"]


async def test_a_change_whose_key_is_renamed_meanwhile_fails_and_no_other_does(
    make_table: Make, listening: Listening
) -> None:
    table = make_table("id int4 primary key", *EVERYTHING)
    listener = await listening.on(table.name)
    early = table.insert(1)
    table.run("alter table {} rename id to number")
    with capture_logs() as lines:
        await listening.tell(early, table.insert(2))
    assert lines == []
    failed, told = listener.data()
    assert failed["errors"] == ["Error 500: Internal Server Error"]
    assert told["record"] == {"number": 2}
