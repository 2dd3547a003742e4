"""The entries of `config.postgres_changes`, as they come from clients good and bad."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preau.local.realtime.changes import bindings, numbers
from preau.local.realtime.changes.bindings import BadBindings
from preau.local.realtime.changes.filters import Filter
from preau.local.realtime.limits import Limits

TWO = "a=eq.1,b=eq.2"
NAMES = st.text(st.characters(exclude_characters="\0"), min_size=1, max_size=8)
ENTRIES = st.fixed_dictionaries(
    {"event": st.sampled_from(["*", "INSERT", "UPDATE", "DELETE"]), "schema": NAMES},
    optional={"table": NAMES},
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)


@given(st.lists(ENTRIES, max_size=5))
def test_entries_keep_their_order_and_ids_are_positive_and_lasting(
    entries: list[dict[str, Any]],
) -> None:
    parsed = bindings.parse(entries)
    assert [binding.entry for binding in parsed] == entries
    assert all(binding.id > 0 for binding in parsed)
    assert [binding.id for binding in bindings.parse(entries)] == [one.id for one in parsed]
    same = {(one.id, str(sorted(one.entry.items()))) for one in parsed}
    assert len({id_ for id_, _ in same}) == len(same), "two different entries share an id"


def test_two_entries_whose_hashes_meet_get_two_ids(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numbers, "crc32", lambda _: 0)
    one, other = bindings.parse([{"schema": "public"}, {"schema": "private"}])
    assert (one.id, other.id) == (1, 2)


class Counted(dict[int, int]):
    """The ids that are taken, and how often one was looked up."""

    looks = 0

    def __contains__(self, key: object) -> bool:
        self.looks += 1
        return super().__contains__(key)


@pytest.mark.parametrize("hashed", [crc32, lambda _: 0, lambda text: len(text) % 3])
def test_the_cost_of_an_id_does_not_grow_with_the_entries_before_it(
    monkeypatch: pytest.MonkeyPatch, hashed: Callable[[bytes], int]
) -> None:
    monkeypatch.setattr(numbers, "crc32", hashed)
    given = numbers.Numbers()
    taken = given._next = Counted()
    ids = {given.of({"table": f"t{number}"}) for number in range(2_000)}
    assert len(ids) == 2_000
    assert 2_000 <= taken.looks < 10_000


@pytest.mark.parametrize(
    "limits", [Limits(filters_per_channel=3), Limits(filter_characters=2 * len(TWO) - 1)]
)
def test_more_filters_than_a_channel_may_have_are_refused(limits: Limits) -> None:
    entry = {"schema": "s", "table": "t", "filter": TWO}
    assert len(bindings.parse([entry], limits)) == 1
    with pytest.raises(BadBindings, match="Error parsing `filter` params"):
        bindings.parse([entry, entry], limits)


def test_what_is_nested_deeply_is_refused_like_the_rest() -> None:
    entry: dict[str, Any] = {}
    for _ in range(900):
        entry = {"a": entry}
    with pytest.raises(BadBindings, match=r"\.\.\."):
        bindings.parse([entry])


@given(JSON)
def test_whatever_comes_is_parsed_or_refused(entries: object) -> None:
    try:
        found = bindings.parse(entries)
    except BadBindings:
        return
    assert len(found) == len([entry for entry in _listed(entries) if entry is not None])


def _listed(entries: object) -> list[object]:
    return entries if isinstance(entries, list) else []


def test_what_is_left_out_is_filled_in() -> None:
    whole, schema_only, table_only = bindings.parse(
        [
            {"event": "update", "schema": "shop", "table": "carts", "filter": "id=eq.1"},
            {"schema": "shop", "filter": None},
            {"event": "TRUNCATE", "table": "carts", "select": []},
        ]
    )
    assert (whole.event, whole.schema, whole.table) == ("UPDATE", "shop", "carts")
    assert whole.filters == (Filter("id", "eq", "1", False),)
    assert (schema_only.event, schema_only.schema, schema_only.table) == ("*", "shop", "*")
    assert (table_only.event, table_only.schema, table_only.table) == ("*", "public", "carts")
    assert table_only.select is None


def test_null_items_are_passed_over_and_what_is_no_list_means_none() -> None:
    assert [one.schema for one in bindings.parse([None, {"schema": "public"}])] == ["public"]
    assert bindings.parse("public") == bindings.parse(None) == bindings.parse({}) == []


def test_selected_columns_are_sorted_names() -> None:
    (found,) = bindings.parse([{"schema": "s", "table": "t", "select": ["b", "a", "b", 3]}])
    assert found.select == ("a", "b")


NOTHING = (
    "No subscription params provided. Please provide at least a `schema` or `table` "
    "to subscribe to: "
)


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ({}, NOTHING + "%{}"),
        ({"event": "INSERT"}, NOTHING + '%{"event" => "INSERT"}'),
        ({"table": "t", "filter": "id=eq.1"}, NOTHING + '%{"filter" => "id=eq.1", "table" => "t"}'),
        ({"schema": 3}, NOTHING + '%{"schema" => 3}'),
        ({"user_token": "secret"}, NOTHING + "<redacted>"),
        ("public", NOTHING + '"public"'),
        (
            {"schema": "s", "table": "t", "filter": "a=foo.hey"},
            'Error parsing `filter` params: ["foo", "hey"]',
        ),
        (
            {"schema": "s", "table": "t", "select": "id,title"},
            (
                "Error parsing `select` params: expected a list of column name strings, "
                'e.g. select: ["col1", "col2"]'
            ),
        ),
        (
            {"schema": "s", "select": ["id"]},
            (
                "Column selection is not supported for wildcard subscriptions. "
                "Provide an explicit schema and table name."
            ),
        ),
    ],
)
def test_what_cannot_be_subscribed_to_is_refused_in_upstreams_words(
    entry: object, told: str
) -> None:
    with pytest.raises(BadBindings) as refusal:
        bindings.parse([entry])
    assert str(refusal.value) == told


@pytest.mark.parametrize(
    "entry",
    [
        {"schema": "a\0b"},
        {"schema": "s", "table": "a\0b"},
        {"schema": "s", "table": "t", "filter": "a=eq.a\0b"},
        {"schema": "s", "table": "t", "filter": "a\0b=eq.1"},
        {"schema": "s", "table": "t", "select": ["id", "a\0b"]},
    ],
)
def test_what_no_text_in_postgres_can_hold_is_refused_before_it_gets_there(entry: object) -> None:
    with pytest.raises(BadBindings, match="must not contain a NUL character"):
        bindings.parse([entry])


def test_a_binding_is_described_as_upstreams_refusals_do() -> None:
    (found,) = bindings.parse(
        [{"event": "INSERT", "schema": "public", "table": "t", "filter": "id=not.eq.1"}]
    )
    assert found.described() == (
        '[event: INSERT, schema: public, table: t, filters: [{"id", "eq", "1", true}], select: nil]'
    )
