"""Filters held against rows: Postgres' own answer beside ours."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest

from preau.local.realtime.changes.feed import SubscriptionRefused
from preau.local.realtime.changes.pgoutput import UNCHANGED
from tests.local.realtime.changes.listening import Listening, caller
from tests.local.realtime.changes.tables import Table

Make = Callable[..., Table]
COLUMNS = """
    id int4 primary key, n int8, exact numeric, word text, short varchar(9), padded char(6),
    yes bool, who uuid, at timestamptz, many int4[], blind extensions.citext, document jsonb,
    german text collate "de-x-icu"
"""
ROWS = [
    *[(1, 5, "1.10", "apple", "ab", "ab", True, "0" * 32, "2026-01-02", "{1,2}", "Yes", "{}", "ä")],
    *[(2, -1, "NaN", 'b,"c\\', "AB", "AB", False, "f" * 32, "2026-01-03", "{}", "no", "[]", "z")],
    *[(3, *[None] * 12)],
    *[(4, 0, "1.1", "", "", "", None, None, "infinity", "{NULL}", "", "null", "Ä")],
]
FILTERS = [
    ("n=eq.5", "n = 5"),
    ("n=eq.+05", "n = 5"),
    ("n=neq.5", "n <> 5"),
    ("n=not.eq.5", "not (n = 5)"),
    ("n=not.neq.5", "not (n <> 5)"),
    ("n=lt.0", "n < 0"),
    ("n=lte.0", "n <= 0"),
    ("n=gt.0", "n > 0"),
    ("n=gte.0", "n >= 0"),
    ("n=not.gte.0", "not (n >= 0)"),
    ("n=in.(5,0)", "n in (5, 0)"),
    ("n=not.in.(5,0)", "n not in (5, 0)"),
    ("n=in.(5,NULL)", "n in (5, null)"),
    ("n=not.in.(5,NULL)", "n not in (5, null)"),
    ("n=in.()", "n = any (array[]::int8[])"),
    ("n=not.in.()", "not (n = any (array[]::int8[]))"),
    ("n=is.null", "n is null"),
    ("n=not.is.null", "n is not null"),
    ("n=isdistinct.5", "n is distinct from 5"),
    ("n=not.isdistinct.5", "n is not distinct from 5"),
    ("exact=eq.1.1", "exact = 1.1"),
    ("exact=in.(1.100,NaN)", "exact in (1.1, 'NaN')"),
    ("exact=gt.2", "exact > 2"),
    ("word=eq.apple", "word = 'apple'"),
    ('word=eq."b,\\"c\\\\"', "word = 'b,\"c\\'"),
    ('word=in.(apple,"b,\\"c\\\\")', "word in ('apple', 'b,\"c\\')"),
    ("word=eq.", "word = ''"),
    ("word=like.%pp%", "word like '%pp%'"),
    ("word=not.like.%pp%", "word not like '%pp%'"),
    ("word=ilike.APP%", "word ilike 'APP%'"),
    ("word=match.^a(p+)le$", "word ~ '^a(p+)le$'"),
    ("word=not.match.^a", "not (word ~ '^a')"),
    ("word=imatch.^A", "word ~* '^A'"),
    ("short=eq.ab", "short = 'ab'"),
    ("short=like.a%", "short like 'a%'"),
    ("short=imatch.^AB$", "short ~* '^AB$'"),
    ("padded=eq.ab", "padded = 'ab'"),
    ("padded=like.ab%", "padded like 'ab%'"),
    ("yes=eq.true", "yes = true"),
    ("yes=is.true", "yes is true"),
    ("yes=not.is.true", "yes is not true"),
    ("yes=is.unknown", "yes is unknown"),
    ("yes=is.false", "yes is false"),
    ("who=eq.00000000-0000-0000-0000-000000000000", f"who = '{'0' * 32}'"),
    ("who=in.(FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF)", f"who = '{'f' * 32}'"),
    ("at=gte.2026-01-03T00:00:00Z", "at >= '2026-01-03 00:00:00Z'"),
    ("at=isdistinct.infinity", "at is distinct from 'infinity'"),
    ('many=eq."{1,2}"', "many = '{1,2}'"),
    ("blind=eq.YES", "blind = 'YES'"),
    ("blind=in.(YES,x)", "blind in ('YES', 'x')"),
    ("blind=isdistinct.YES", "blind is distinct from 'YES'"),
    ("blind=like.Y%", "blind like 'Y%'"),
    ("document=eq.{}", "document = jsonb_build_object()"),
    ("german=lt.b", "german < 'b'"),
    ("german=eq.ä", "german = 'ä'"),
    ("n=gt.0,word=like.a%", "n > 0 and word like 'a%'"),
    ("n=eq.5,word=eq.other", "n = 5 and word = 'other'"),
]


async def test_every_operator_tells_what_postgres_tells(
    make_table: Make, listening: Listening, realtime_url: str
) -> None:
    with psycopg.connect(realtime_url) as db:
        db.execute("create extension if not exists citext with schema extensions")
    table = make_table(COLUMNS)
    listeners = {text: await listening.on(table.name, filter=text) for text, _ in FILTERS}
    await listening.tell(*(table.insert(*row) for row in ROWS))
    heard = {
        text: [data["record"]["id"] for data in listener.data()]
        for text, listener in listeners.items()
    }
    truth = {
        text: table.value(
            "select array(select id from {} where %s order by id)".replace("%s", true)
        )
        for text, true in FILTERS
    }
    assert heard == truth
    assert {1, 2, 3, 4} == {id_ for ids in truth.values() for id_ in ids}


async def test_an_update_is_tested_by_its_new_row_and_a_deletion_by_the_old(
    make_table: Make, listening: Listening
) -> None:
    table = make_table("id int4 primary key, n int4", "alter table {} replica identity full")
    one = await listening.on(table.name, filter="n=eq.1")
    two = await listening.on(table.name, filter="n=lt.3,n=gt.1")
    await listening.tell(table.insert(1, 1), table.update("n = 2"), table.delete())
    assert [data["type"] for data in one.data()] == ["INSERT"]
    assert [data["type"] for data in two.data()] == ["UPDATE", "DELETE"]


async def test_a_deletion_that_tells_the_key_only_is_matched_by_the_key_only(
    make_table: Make, listening: Listening
) -> None:
    table = make_table("id int4 primary key, n int4")
    by_key = await listening.on(table.name, filter="id=eq.1")
    by_value = await listening.on(table.name, filter="n=not.eq.7")
    by_null = await listening.on(table.name, filter="n=is.null")
    await listening.tell(table.change("DELETE", old=["1", None], old_is_key=True))
    assert len(by_key.messages) == 1
    assert by_value.messages == by_null.messages == []


async def test_a_large_value_that_is_not_told_matches_nothing(
    make_table: Make, listening: Listening
) -> None:
    table = make_table("id int4 primary key, body text")
    listeners = [
        await listening.on(table.name, filter=text)
        for text in ("body=not.eq.x", "body=is.null", "body=not.like.x%")
    ]
    await listening.tell(table.change("UPDATE", new=["1", UNCHANGED]))
    assert [listener.messages for listener in listeners] == [[], [], []]


UNABLE = "Unable to subscribe to changes with given parameters. "
ASKED = "An exception happened so please check your connect parameters: "
TOO_MANY = "n=in.(" + ",".join(map(str, range(101))) + ")"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("none=eq.1", "ERROR P0001 (raise_exception) invalid column for filter none"),
        ("hidden=eq.1", "ERROR P0001 (raise_exception) invalid column for filter hidden"),
        ("n=eq.x", "invalid input syntax for type integer"),
        ("n=in.(1,x)", "invalid input syntax for type integer"),
        ("n=in.({)", "malformed array literal"),
        (TOO_MANY, "too many values for `in` filter. Maximum 100"),
        ("n=like.1%", "operator like requires a text-compatible column type, got integer"),
        ("n=imatch.1", "operator imatch requires a text-compatible column type, got integer"),
        ("word=match.(", "invalid regular expression for match filter"),
        ("word=is.none", "invalid value for is filter: must be null, true, false, or unknown"),
        ("word=is.true", "is true filter requires a boolean column, got text"),
        ("document=eq.{}", "operator does not exist: json = json"),
    ],
)
async def test_a_filter_that_makes_no_sense_for_its_table_is_refused(
    make_table: Make, listening: Listening, text: str, why: str
) -> None:
    table = make_table(
        "id int4 primary key, n int4, word text, document json, hidden text",
        "revoke select on {} from anon",
        "grant select (id, n, word, document) on {} to anon",
    )
    with pytest.raises(SubscriptionRefused) as refusal:
        await listening.on(table.name, filter=text)
    assert refusal.value.text.startswith(UNABLE + ASKED + "[event: *, schema: public, table: ")
    assert why in refusal.value.text
    assert not refusal.value.passing


async def test_a_hundred_values_are_taken_and_columns_that_cannot_be_selected_are_not(
    make_table: Make, listening: Listening
) -> None:
    table = make_table("id int4 primary key, n int4")
    await listening.on(table.name, filter="n=in.(" + ",".join(["1"] * 100) + ")")
    with pytest.raises(SubscriptionRefused, match="invalid column for select other"):
        await listening.on(table.name, select=["n", "other"])


async def test_a_table_that_is_not_published_is_refused_until_it_is(
    make_table: Make, listening: Listening
) -> None:
    table = make_table("id int4 primary key", "alter publication supabase_realtime drop table {}")
    with pytest.raises(SubscriptionRefused) as refusal:
        await listening.on(table.name, event="INSERT")
    assert refusal.value.text == (
        f"{UNABLE}Please check Realtime is enabled for the given connect parameters: "
        f"[event: INSERT, schema: public, table: {table.name}, filters: [], select: nil]"
    )
    table.run("alter publication supabase_realtime add table {}")
    assert await listening.on(table.name)


async def test_all_bindings_are_taken_or_none(make_table: Make, listening: Listening) -> None:
    table = make_table("id int4 primary key")
    listener = await listening.on(table.name)
    good = {"event": "*", "schema": "public", "table": table.name}
    with pytest.raises(SubscriptionRefused):
        await listening.again(listener, [good, good | {"filter": "none=eq.1"}], caller())
    await listening.tell(table.insert(1))
    assert listener.messages == []


async def test_a_column_that_changes_its_type_is_filtered_by_the_new_one(
    make_table: Make, listening: Listening
) -> None:
    table = make_table("id int4 primary key, n int4")
    above = await listening.on(table.name, filter="n=gt.5")
    equal = await listening.on(table.name, filter="n=eq.7")
    old = table.insert(1, 10)
    table.run("alter table {} alter column n type text")
    await listening.tell(old, table.insert(2, "7"), table.insert(3, "10"))
    assert [data["record"]["n"] for data in above.data()][-1:] == ["7"]
    assert [data["record"]["n"] for data in equal.data()] == ["7"]


async def test_a_filter_that_its_column_can_no_longer_have_ends_the_subscription_aloud(
    make_table: Make, listening: Listening
) -> None:
    table = make_table("id int4 primary key, n text")
    listener = await listening.on(table.name, filter="n=like.a%")
    table.run("alter table {} alter column n type int4 using 1")
    await listening.tell(table.insert(1, 10))
    (told,) = listener.payloads()
    assert told["status"] == "error"
    assert told["extension"] == "postgres_changes"
    assert "operator like requires a text-compatible column type" in told["message"]
