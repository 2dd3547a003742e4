"""What a change looks like to those who get it."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from preau.local.realtime.changes.pgoutput import UNCHANGED
from tests.local.realtime.changes.listening import Listening, caller
from tests.local.realtime.changes.tables import Table

Make = Callable[..., Table]


async def test_an_insert_tells_the_new_row_only(make_table: Make, listening: Listening) -> None:
    table = make_table("id int8 primary key, title text")
    listener = await listening.on(table.name)
    await listening.tell(table.insert(1, "new"))
    (payload,) = listener.payloads()
    assert len(payload["ids"]) == 1
    assert payload["ids"][0] > 0
    assert payload["data"] == {
        "type": "INSERT",
        "schema": "public",
        "table": table.name,
        "commit_timestamp": "2026-01-02T03:04:05.678Z",
        "columns": [{"name": "id", "type": "int8"}, {"name": "title", "type": "text"}],
        "record": {"id": 1, "title": "new"},
        "errors": None,
    }


async def test_an_update_tells_the_key_as_the_old_row_even_if_it_stayed(
    make_table: Make, listening: Listening
) -> None:
    table = make_table("id int8 primary key, title text")
    listener = await listening.on(table.name)
    await listening.tell(table.insert(1, "old"), table.update("title = 'new'"))
    update = listener.data()[1]
    assert update["record"] == {"id": 1, "title": "new"}
    assert update["old_record"] == {"id": 1}


async def test_a_changed_key_is_told_old_and_new(make_table: Make, listening: Listening) -> None:
    table = make_table("id int8 primary key, title text")
    listener = await listening.on(table.name)
    await listening.tell(table.change("UPDATE", new=["2", "x"], old=["1", None], old_is_key=True))
    update = listener.one()
    assert (update["record"]["id"], update["old_record"]) == (2, {"id": 1})


async def test_a_delete_tells_the_key_only(make_table: Make, listening: Listening) -> None:
    table = make_table("id int8 primary key, title text")
    listener = await listening.on(table.name)
    await listening.tell(table.insert(1, "x"), table.delete())
    delete = listener.data()[1]
    assert delete["old_record"] == {"id": 1}
    assert "record" not in delete


async def test_a_full_identity_tells_the_whole_old_row(
    make_table: Make, listening: Listening
) -> None:
    table = make_table("id int8 primary key, title text", "alter table {} replica identity full")
    listener = await listening.on(table.name)
    await listening.tell(table.insert(1, "old"), table.update("title = 'new'"), table.delete())
    _, update, delete = listener.data()
    assert update["old_record"] == {"id": 1, "title": "old"}
    assert delete["old_record"] == {"id": 1, "title": "new"}


TYPES = """
    id int4 primary key, large int8, exact numeric, broken numeric, real float8, yes bool,
    document jsonb, text_document json, numbers int4[], words text[], mood public.member_role,
    bytes bytea, moment timestamptz, plain timestamp, day date, clock time, span interval,
    who uuid, padded char(5), bits bit(3), nothing text, odd text
"""


async def test_values_are_what_to_jsonb_makes_of_them(
    make_table: Make, listening: Listening
) -> None:
    table = make_table(TYPES)
    listener = await listening.on(table.name)
    insert = table.insert(
        *(1, 9007199254740993, "1.10", "NaN", 1.5, True, '{"a": [1.20, null]}', '{"b" :1}'),
        *("{1,NULL,3}", '{"a b",c}', "coach", r"\x01ff", "2026-01-02 03:04:05.6+00"),
        *("2026-01-02 03:04:05", "2026-01-02", "03:04", "1 day", "00" * 16, "ab", "101", None),
        'a"\\é\n\u2028',
    )
    await listening.tell(insert)
    text = listener.messages[0].payload
    truth = table.value("select to_jsonb(t) from {} as t")
    data = listener.one()
    assert data["record"] == truth | {"bytes": "01ff"}
    assert '"exact":1.10' in text, "a number is not rounded through a float"
    assert '"large":9007199254740993' in text
    types = {column["name"]: column["type"] for column in data["columns"]}
    assert types["numbers"] == "_int4"
    assert types["mood"] == "member_role"
    assert types["padded"] == "bpchar"
    assert data["record"]["moment"] == "2026-01-02T03:04:05.6+00:00"


async def test_a_large_value_left_alone_is_absent_or_taken_from_the_old_row(
    make_table: Make, listening: Listening
) -> None:
    table = make_table("id int4 primary key, body text, n int4")
    listener = await listening.on(table.name)
    untouched = table.change("UPDATE", new=["1", UNCHANGED, "2"])
    table.run("alter table {} replica identity full")
    full = table.change("UPDATE", new=["1", UNCHANGED, "2"], old=["1", "long", "1"])
    await listening.tell(untouched, full)
    without, whole = listener.data()
    assert without["record"] == {"id": 1, "n": 2}
    assert whole["record"] == {"id": 1, "body": "long", "n": 2}


async def test_generated_columns_are_told_and_filtered_though_the_log_leaves_them_out(
    make_table: Make, listening: Listening
) -> None:
    table = make_table(
        "id int4 primary key, number int4, word text,"
        " double int4 generated always as (number * 2) stored,"
        " shout text generated always as (upper(word)) stored",
        "alter table {} replica identity full",
    )
    listener = await listening.on(table.name)
    six = await listening.on(table.name, filter="double=eq.6,shout=eq.A")
    default = table.change("INSERT", new=["2", "4", None])
    await listening.tell(table.insert(1, 3, "a"), table.update("number = 4"), default)
    insert, update, null = listener.data()
    assert insert["record"] == {"id": 1, "number": 3, "word": "a", "double": 6, "shout": "A"}
    assert (update["record"]["double"], update["old_record"]["double"]) == (8, 6)
    assert (null["record"]["double"], null["record"]["shout"]) == (8, None)
    assert [data["type"] for data in six.data()] == ["INSERT"]


async def test_a_generated_column_is_left_out_where_the_log_does_not_tell_the_whole_row(
    make_table: Make, listening: Listening
) -> None:
    table = make_table(
        "id int4 primary key, body text, size int4 generated always as (length(body)) stored"
    )
    listener = await listening.on(table.name)
    await listening.tell(table.change("UPDATE", new=["1", UNCHANGED]))
    update = listener.one()
    assert (update["record"], update["old_record"]) == ({"id": 1}, {"id": 1})


@pytest.mark.parametrize("size", [1024 * 1024 - 500, 1024 * 1024 + 1])
async def test_a_row_over_a_mebibyte_keeps_its_small_values(
    make_table: Make, listening: Listening, size: int
) -> None:
    table = make_table("id int4 primary key, small text, edge text, body text")
    listener = await listening.on(table.name)
    change = table.change("INSERT", new=["1", "s" * 62, "e" * 63, "b" * size])
    await listening.tell(change)
    data = listener.one()
    if size < 1024 * 1024:
        assert data["errors"] is None
        assert len(data["record"]["body"]) == size
    else:
        assert data["errors"] == ["Error 413: Payload Too Large"]
        assert data["record"] == {"id": 1, "small": "s" * 62}
    assert [column["name"] for column in data["columns"]] == ["id", "small", "edge", "body"]


async def test_two_bindings_that_match_are_one_message_with_both_ids(
    make_table: Make, listening: Listening
) -> None:
    table = make_table("id int4 primary key")
    listener = await listening.on(
        table.name, also=[{"event": "INSERT", "schema": "public", "table": table.name}]
    )
    await listening.tell(table.insert(1), table.delete())
    both, one = listener.payloads()
    assert len(set(both["ids"])) == 2
    assert one["ids"] == both["ids"][:1]


async def test_selected_columns_come_with_the_key_and_apart_from_the_rest(
    make_table: Make, listening: Listening
) -> None:
    table = make_table("id int4 primary key, a text, b text")
    listener = await listening.on(
        table.name,
        select=["b"],
        also=[{"event": "*", "schema": "public", "table": table.name}],
    )
    await listening.tell(table.insert(1, "a", "b"))
    chosen, whole = listener.payloads()
    assert chosen["data"]["record"] == {"id": 1, "b": "b"}
    assert [column["name"] for column in chosen["data"]["columns"]] == ["id", "b"]
    assert whole["data"]["record"] == {"id": 1, "a": "a", "b": "b"}
    assert len(chosen["ids"]) == len(whole["ids"]) == 1


async def test_one_message_serves_all_who_ask_the_same_on_a_topic(
    make_table: Make, listening: Listening
) -> None:
    table = make_table("id int4 primary key")
    listeners = [await listening.on(table.name) for _ in range(3)]
    await listening.tell(table.insert(1))
    first, *others = [listener.messages[0] for listener in listeners]
    assert all(message is first for message in others)
    assert first.topic == "realtime:room"
    assert first.event == "postgres_changes"
    assert json.loads(first.payload)["data"]["record"] == {"id": 1}


async def test_order_is_kept_across_tables(make_table: Make, listening: Listening) -> None:
    one, other = make_table("id int4 primary key"), make_table("id int4 primary key")
    listener = await listening.on(
        one.name, also=[{"event": "*", "schema": "public", "table": other.name}]
    )
    await listening.tell(one.insert(1), other.insert(1), one.insert(2), other.insert(2))
    told = [(data["table"], data["record"]["id"]) for data in listener.data()]
    assert told == [(one.name, 1), (other.name, 1), (one.name, 2), (other.name, 2)]


async def test_a_column_that_is_added_is_told_from_the_next_change_on(
    make_table: Make, listening: Listening
) -> None:
    table = make_table("id int4 primary key")
    listener = await listening.on(table.name)
    await listening.tell(table.insert(1))
    table.run("alter table {} add column note text default 'n'")
    await listening.tell(table.insert(2))
    assert [data["record"] for data in listener.data()] == [{"id": 1}, {"id": 2, "note": "n"}]


async def test_events_and_wildcards_choose(make_table: Make, listening: Listening) -> None:
    table = make_table("id int4 primary key, n int4")
    listeners = {
        "insert": await listening.on(table.name, event="insert"),
        "other": await listening.on(table.name, event="DELETE"),
        "schema": await listening.on("*"),
        "all": await listening.on("*", schema="*"),
        "elsewhere": await listening.on("*", schema="public", event="UPDATE"),
    }
    await listening.tell(table.insert(1, 1))
    heard = {name for name, listener in listeners.items() if listener.messages}
    assert heard == {"insert", "schema", "all"}


async def test_one_who_left_or_came_back_as_another_hears_no_more_as_before(
    make_table: Make, listening: Listening
) -> None:
    table = make_table("id int4 primary key, title text", "revoke select on {} from anon")
    table.run("grant select (id) on {} to anon")
    gone, back = await listening.on(table.name), await listening.on(table.name)
    listening.feed.unsubscribe(gone)
    (entry,) = [{"event": "*", "schema": "public", "table": table.name}]
    await listening.again(back, [entry], caller("authenticated"))
    await listening.tell(table.insert(1, "x"))
    assert gone.messages == []
    assert back.one()["record"] == {"id": 1, "title": "x"}
