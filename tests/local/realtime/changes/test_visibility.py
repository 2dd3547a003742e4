"""Who is told of a change: policies, privileges, and keys."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from preau.local.realtime.changes import catalogue
from tests.local.realtime.changes.listening import Listening, caller
from tests.local.realtime.changes.tables import Table

Make = Callable[..., Table]
ALICE, BOB = str(uuid4()), str(uuid4())
OWN = (
    "alter table {} enable row level security",
    "create policy own on {} for select to authenticated using ((select auth.uid()) = owner)",
)


async def test_with_a_policy_each_claim_set_sees_its_rows(
    make_table: Make, listening: Listening
) -> None:
    table = make_table("id int4 primary key, owner uuid", *OWN)
    alice = await listening.on(table.name, caller("authenticated", sub=ALICE))
    bob = await listening.on(table.name, caller("authenticated", sub=BOB))
    anybody = await listening.on(table.name, caller("anon"))
    table.run("grant select on {} to service_role")
    service = await listening.on(table.name, caller("service_role"))
    await listening.tell(table.insert(1, ALICE), table.insert(2, BOB))
    heard = [
        [data["record"]["id"] for data in listener.data()]
        for listener in (alice, bob, anybody, service)
    ]
    assert heard == [[1], [2], [], [1, 2]]


async def test_a_claim_that_differs_anywhere_is_asked_about(
    make_table: Make, listening: Listening
) -> None:
    table = make_table(
        "id int4 primary key",
        "alter table {} enable row level security",
        "create policy by_exp on {} for select to authenticated"
        " using (current_setting('request.jwt.claims')::jsonb ->> 'exp' = '7')",
    )
    good = await listening.on(table.name, caller("authenticated", sub=ALICE, exp=7))
    other = await listening.on(table.name, caller("authenticated", sub=ALICE, exp=8))
    await listening.tell(table.insert(1))
    assert len(good.messages) == 1
    assert other.messages == []


async def test_a_row_that_is_gone_already_is_announced_to_nobody_but_its_deletion_is(
    make_table: Make, listening: Listening
) -> None:
    table = make_table("id int4 primary key, owner uuid, secret text", *OWN)
    alice = await listening.on(table.name, caller("authenticated", sub=ALICE))
    stranger = await listening.on(table.name, caller("anon"))
    await listening.tell(table.insert(1, ALICE, "s"), table.delete())
    for listener in (alice, stranger):
        delete = listener.one()
        assert delete["type"] == "DELETE"
        assert delete["old_record"] == {"id": 1}


async def test_under_policies_a_delete_tells_the_key_only_though_the_identity_is_full(
    make_table: Make, listening: Listening
) -> None:
    table = make_table(
        "id int4 primary key, owner uuid", *OWN, "alter table {} replica identity full"
    )
    listener = await listening.on(table.name)
    await listening.tell(table.insert(1, ALICE), table.delete())
    assert listener.one()["old_record"] == {"id": 1}


async def test_columns_that_a_role_may_not_read_are_left_out_everywhere(
    make_table: Make, listening: Listening
) -> None:
    table = make_table(
        "id int4 primary key, shown text, hidden text",
        "alter table {} replica identity full",
        "revoke select on {} from anon",
        "grant select (id, shown) on {} to anon",
    )
    anon = await listening.on(table.name)
    authenticated = await listening.on(table.name, caller("authenticated"))
    await listening.tell(table.insert(1, "a", "b"), table.update("hidden = 'c'"), table.delete())
    for data in anon.data():
        assert "hidden" not in str(data)
    _, update, delete = authenticated.data()
    assert update["old_record"]["hidden"] == "b"
    assert delete["old_record"]["hidden"] == "c"


async def test_a_role_that_may_not_read_the_key_is_told_only_that(
    make_table: Make, listening: Listening
) -> None:
    table = make_table(
        "id int4 primary key, shown text",
        "revoke select on {} from anon",
        "grant select (shown) on {} to anon",
    )
    anon = await listening.on(table.name)
    authenticated = await listening.on(table.name, caller("authenticated"))
    await listening.tell(table.insert(1, "a"))
    refusal = anon.one()
    assert refusal["errors"] == ["Error 401: Unauthorized"]
    assert (refusal["columns"], refusal["record"]) == ([], {})
    assert refusal["commit_timestamp"] == "2026-01-02T03:04:05.678Z"
    assert authenticated.one()["record"] == {"id": 1, "shown": "a"}


async def test_a_table_without_a_key_is_told_as_such_whatever_was_filtered(
    make_table: Make, listening: Listening
) -> None:
    table = make_table("id int4", "alter table {} replica identity full")
    listener = await listening.on(table.name, filter="id=eq.99")
    await listening.tell(table.insert(1), table.update("id = 2"), table.delete("id = 2"))
    insert, update = listener.data()
    assert insert["errors"] == update["errors"] == ["Error 400: Bad Request, no primary key"]
    assert (update["record"], update["old_record"]) == ({}, {})


async def test_a_policy_that_fails_shows_nothing_to_its_role_and_does_not_stop_others(
    make_table: Make, listening: Listening
) -> None:
    table = make_table(
        "id int4 primary key",
        "alter table {} enable row level security",
        "create policy broken on {} for select to anon using (1 / (id - id) = 1)",
        "create policy fine on {} for select to authenticated using (true)",
    )
    anon = await listening.on(table.name)
    authenticated = await listening.on(table.name, caller("authenticated"))
    await listening.tell(table.insert(1))
    assert anon.messages == []
    assert authenticated.one()["record"] == {"id": 1}


async def test_a_role_the_database_does_not_know_sees_nothing(
    make_table: Make, listening: Listening
) -> None:
    table = make_table("id int4 primary key, owner uuid", *OWN)
    nobody = await listening.on(table.name, caller("nobody_knows"))
    await listening.tell(table.insert(1, ALICE))
    assert nobody.one()["errors"] == ["Error 401: Unauthorized"]


async def test_a_compound_key_of_odd_names_and_types_is_found(
    make_table: Make, listening: Listening
) -> None:
    table = make_table(
        '"the Id" uuid, at timestamptz, "number" numeric, owner uuid,'
        ' primary key ("the Id", at, "number")',
        *OWN,
    )
    alice = await listening.on(table.name, caller("authenticated", sub=ALICE))
    await listening.tell(table.insert(BOB, "2026-01-02 03:04:05.123456+02", "1.10", ALICE))
    assert alice.one()["record"]["the Id"] == BOB


@pytest.fixture
def counted(shared_url: str) -> Iterator[Callable[[], int]]:
    """A policy function `public.counting()` that leaves a row of a sequence at each call."""
    with psycopg.connect(shared_url, autocommit=True) as db:
        db.execute("create sequence public.counted")
        db.execute("grant usage on sequence public.counted to anon, authenticated")
        db.execute(
            "create function public.counting() returns boolean volatile language sql"
            " set search_path = '' as $$select nextval('public.counted') > 0$$"
        )

        db.execute("grant execute on function public.counting to anon, authenticated")

        def calls() -> int:
            row = db.execute("select last_value - (not is_called)::int from counted").fetchone()
            assert row is not None
            return int(row[0])

        yield calls
        db.execute("drop function public.counting() cascade")
        db.execute("drop sequence public.counted")


async def test_a_claim_set_is_asked_about_once_a_change_however_many_share_it(
    make_table: Make, listening: Listening, counted: Callable[[], int]
) -> None:
    table = make_table(
        "id int4 primary key",
        "alter table {} enable row level security",
        "create policy counts on {} for select to authenticated using (public.counting())",
    )
    table.insert(90)  # a row that no change is about: it must not be asked about
    shared = caller("authenticated", sub=ALICE)
    listeners = [await listening.on(table.name, shared, topic=f"t{n % 9}") for n in range(100)]
    await listening.tell(*(table.insert(number) for number in range(1, 6)))
    assert counted() == 5
    assert {len(listener.messages) for listener in listeners} == {5}
    for number in range(100):
        await listening.on(table.name, caller("authenticated", sub=str(number)))
    await listening.tell(table.insert(6))
    assert counted() == 5 + 101


async def test_a_role_that_passes_by_policies_hears_of_a_row_that_is_gone_already(
    make_table: Make, listening: Listening
) -> None:
    table = make_table(
        "id int4 primary key, owner uuid", *OWN, "grant select on {} to service_role"
    )
    service = await listening.on(table.name, caller("service_role"))
    await listening.tell(table.change("INSERT", new=["1", ALICE]))
    assert service.one()["record"] == {"id": 1, "owner": ALICE}


async def test_nobody_is_asked_where_policies_are_off_or_passed_by_or_a_row_is_deleted(
    make_table: Make, listening: Listening, counted: Callable[[], int]
) -> None:
    table = make_table(
        "id int4 primary key",
        "grant select on {} to service_role",
        "create policy counts on {} for select using (public.counting())",
    )
    plain = await listening.on(table.name)
    await listening.tell(table.insert(1))
    table.run("alter table {} enable row level security")
    listening.feed.unsubscribe(plain)
    service = await listening.on(table.name, caller("service_role"))
    await listening.tell(table.insert(2))
    await listening.on(table.name)
    await listening.tell(table.change("DELETE", old=["1"], old_is_key=True))
    assert counted() == 0
    assert len(plain.messages) == 1
    assert len(service.messages) == 2


@pytest.mark.parametrize("announced", [True, False])
async def test_a_grant_or_policy_counts_at_once_if_the_log_announces_it_and_else_within_seconds(
    make_table: Make, listening: Listening, monkeypatch: pytest.MonkeyPatch, announced: bool
) -> None:
    """The log describes the table anew, in the same words."""
    table = make_table("id int4 primary key, owner uuid, title text")
    anon = await listening.on(table.name)
    first = table.insert(1, ALICE, "t")
    await listening.tell(first)
    table.run(OWN[0], "revoke select on {} from anon", "grant select (id) on {} to anon")
    table.run("create policy odd on {} for select to anon using (id <> 2)")
    second, third = table.insert(2, ALICE, "t"), table.insert(3, ALICE, "t")
    assert second.relation == first.relation
    if not announced:
        monkeypatch.setattr(catalogue, "FRESH_SECONDS", 0.0)
        second, third = (replace(one, relation=first.relation) for one in (second, third))
    await listening.tell(second, third)
    before, after = anon.data()
    assert before["record"]["title"] == "t"
    assert after["record"] == {"id": 3}


async def test_a_change_waits_until_its_transaction_can_be_seen(
    make_table: Make, listening: Listening, shared_url: str
) -> None:
    """The log tells of a commit a moment before others see it."""
    table = make_table("id int4 primary key, owner uuid", *OWN)
    alice = await listening.on(table.name, caller("authenticated", sub=ALICE))
    with psycopg.connect(shared_url) as other:
        row = other.execute("select pg_current_xact_id()::text::bigint").fetchone()
        assert row is not None
        other.execute(
            sql.SQL("insert into {} values (1, %s)").format(sql.Identifier(table.name)), [ALICE]
        )
        change = replace(
            table.change("INSERT", new=["1", ALICE]), transaction=int(row[0]) & 0xFFFFFFFF
        )
        telling = asyncio.create_task(listening.tell(change))
        await asyncio.sleep(0.2)
        assert not telling.done(), "the change was told before it could be seen"
        other.commit()
        await asyncio.wait_for(telling, 5)
    assert alice.one()["record"]["id"] == 1
