"""The text of a filter, taken apart as supabase/realtime takes it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preau.local.realtime.changes import filters
from preau.local.realtime.changes.filters import BadFilter, Filter

COLUMNS = st.text("abcdefghijklmnopqrstuvwxyz_0123456789", min_size=1)
SCALARS = sorted(filters.OPERATORS - {"in"})


def quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def conditions() -> st.SearchStrategy[Filter]:
    scalar = st.builds(Filter, COLUMNS, st.sampled_from(SCALARS), st.text(), st.booleans())
    among = st.lists(st.text(), min_size=1).map(lambda all_: f"{{{','.join(map(quoted, all_))}}}")
    return scalar | st.builds(Filter, COLUMNS, st.just("in"), among, st.booleans())


def written(condition: Filter) -> str:
    operand = (
        f"({condition.value[1:-1]})" if condition.operator == "in" else quoted(condition.value)
    )
    negation = "not." if condition.negated else ""
    return f"{condition.column}={negation}{condition.operator}.{operand}"


@given(st.lists(conditions(), min_size=1, max_size=4))
def test_what_is_written_with_quotes_comes_back_whatever_it_holds(all_: list[Filter]) -> None:
    assert filters.parse(",".join(map(written, all_))) == tuple(all_)


@given(st.text(alphabet='a=.,()"\\ notineqis', max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = filters.parse(text)
    except BadFilter:
        return
    assert all(condition.operator in filters.OPERATORS for condition in found)


@pytest.mark.parametrize("operator", SCALARS)
@pytest.mark.parametrize("negation", ["", "not."])
def test_each_operator_is_known_plain_and_negated(operator: str, negation: str) -> None:
    found = filters.parse(f"id={negation}{operator}.1")
    assert found == (Filter("id", operator, "1", bool(negation)),)


@pytest.mark.parametrize("text", ["", "  ", "\t\n"])
def test_a_blank_filter_is_none(text: str) -> None:
    assert filters.parse(text) == ()


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ("a=eq.1,b=gt.2", [("a", "eq", "1", False), ("b", "gt", "2", False)]),
        (" a=eq.1 , b=eq.2 ", [("a", "eq", "1", False), ("b", "eq", "2", False)]),
        ('a=eq."x,y",b=eq.2', [("a", "eq", "x,y", False), ("b", "eq", "2", False)]),
        ('a=in.(1,"b,)c"),b=eq.2', [("a", "in", '{1,"b,)c"}', False), ("b", "eq", "2", False)]),
        ('a=eq.say "x,b=eq.2', [("a", "eq", 'say "x', False), ("b", "eq", "2", False)]),
        (r'a=eq."q\"u\\o"', [("a", "eq", r'q"u\o', False)]),
        ('a=eq."open', [("a", "eq", '"open', False)]),
        ('a=eq."x"y', [("a", "eq", '"x"y', False)]),
        ("a=eq.", [("a", "eq", "", False)]),
        ("a=eq.b=c.d", [("a", "eq", "b=c.d", False)]),
        ("a=not.is.null", [("a", "is", "null", True)]),
        ("a=match.^(x,y)$", [("a", "match", "^(x,y)$", False)]),
        ("a=in.()", [("a", "in", "{}", False)]),
    ],
)
def test_commas_quotes_and_parentheses(text: str, parsed: list[tuple[str, str, str, bool]]) -> None:
    assert filters.parse(text) == tuple(Filter(*one) for one in parsed)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("undefined", '["undefined"]'),
        ("subject=foo.hey", '["foo", "hey"]'),
        ("subject=eq", '["eq"]'),
        ("a=not.not.eq.1", '["not", "eq.1"]'),
        ("a=eq.1,,b=eq.2", "filter must not contain empty segments (check for extra commas)"),
        ("a=eq.1,", "filter must not contain empty segments (check for extra commas)"),
        ("a=in.1,2", "`in` filter value must be wrapped by parentheses"),
        ("a=in.(", "`in` filter value must be wrapped by parentheses"),
    ],
)
def test_what_cannot_be_read_is_refused_in_upstreams_words(text: str, told: str) -> None:
    with pytest.raises(BadFilter) as refusal:
        filters.parse(text)
    assert str(refusal.value) == told
