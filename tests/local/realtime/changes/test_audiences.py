"""Audiences found by the values they filter by: never one too few, and few too many."""

from __future__ import annotations

from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from preau.local.realtime.changes.audiences import Audience, Audiences
from preau.local.realtime.changes.conditions import Among, Condition, Expression
from preau.local.realtime.changes.plans import Wanted
from tests.local.realtime.changes.listening import caller

COLUMNS = ["a", "b"]
TEXTS = ["1", "2", "3"]
numbers = count(1)


def audience(*conditions: tuple[Condition, ...]) -> Audience:
    wanted = tuple(Wanted(next(numbers), "*", "public", "t", None, some) for some in conditions)
    return Audience(caller(), wanted, {})


def among(column: str, *texts: str, negated: bool = False) -> Among:
    return Among(column, 25, frozenset(texts), negated)


amongs = st.builds(
    Among,
    st.sampled_from(COLUMNS),
    st.just(25),
    st.frozensets(st.sampled_from(TEXTS)),
    st.booleans(),
)
audiences = st.lists(
    st.lists(st.lists(amongs, max_size=3).map(tuple), min_size=1, max_size=3).map(
        lambda conditions: audience(*conditions)
    )
)
rows = st.dictionaries(st.sampled_from(COLUMNS), st.none() | st.sampled_from(TEXTS))


@given(audiences, rows)
def test_whoever_wants_a_row_is_near_it_once(
    some: list[Audience], row: dict[str, str | None]
) -> None:
    def wants(one: Audience) -> bool:
        return any(all(_met(each, row) for each in wanted.conditions) for wanted in one.wanted)

    near = list(Audiences(some).near(row))
    assert {id(one) for one in some if wants(one)} <= {id(one) for one in near}
    assert len({id(one) for one in near}) == len(near)


def _met(condition: Condition, row: dict[str, str | None]) -> bool:
    assert isinstance(condition, Among)
    return condition.met(row.get(condition.column))


def test_of_many_who_each_listen_to_rows_of_their_own_only_the_one_is_near() -> None:
    everyone = [audience((among("a", str(number)),)) for number in range(500)]
    assert list(Audiences(everyone).near({"a": "7"})) == [everyone[7]]


def test_who_wants_something_that_only_postgres_can_judge_is_always_near() -> None:
    judged = audience((Expression("a", 25, "a > 1"),))
    either = audience((among("a", "1"),), (among("b", "1", negated=True),))
    assert list(Audiences([judged, either]).near({"a": "2"})) == [judged, either]
