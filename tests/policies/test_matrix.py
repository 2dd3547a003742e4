"""Every table, verb and function, every persona: exactly what the manifest says, by identity."""

from __future__ import annotations

import pytest

from tests.policies import cells
from tests.policies.cells import MANIFEST
from tests.policies.personas import scope
from tests.policies.world import World
from tests.support.database import Db

TABLES = sorted(MANIFEST.tables)
PRIVATE = [t for t in TABLES if MANIFEST.tables[t].cells["select"]["anon"] == "refused"]
CALLED = sorted(f for f, said in MANIFEST.functions.items() if said.call)


@pytest.mark.parametrize("table", TABLES)
def test_everybody_reaches_exactly_their_rows(stage: Db, world: World, table: str) -> None:
    assert cells.wrong_cells(stage, MANIFEST.tables[table], world.people) == []


@pytest.mark.parametrize("table", [t for t in TABLES if MANIFEST.tables[t].row])
def test_everybody_inserts_only_what_is_theirs(stage: Db, world: World, table: str) -> None:
    assert cells.wrong_inserts(stage, MANIFEST.tables[table], world.people) == []


@pytest.mark.parametrize("table", TABLES)
def test_every_column_but_those_listed_refuses_an_update(stage: Db, table: str) -> None:
    for role in cells.ROLES:
        assert cells.wrong_columns(stage, MANIFEST.tables[table], role) == []


@pytest.mark.parametrize("function", CALLED)
def test_everybody_gets_the_answer_due(stage: Db, world: World, function: str) -> None:
    said = MANIFEST.functions[function]
    assert cells.wrong_calls(stage, said, world.callers, world.here) == []


@pytest.mark.parametrize("function", [f for f in CALLED if MANIFEST.functions[f].elsewhere])
def test_another_academys_ids_open_nothing(stage: Db, world: World, function: str) -> None:
    said = MANIFEST.functions[function]
    assert cells.wrong_elsewhere(stage, said, world.callers_of_a, world.elsewhere) == []


def test_every_function_that_takes_an_id_is_tried_with_a_foreign_one() -> None:
    bare = {"{slug}"}
    for name in CALLED:
        said = MANIFEST.functions[name]
        given = {word for word in ("{academy}", "{student}", "{formation}", "{offer}",
                                   "{order}", "{invitation}")
                 if word in str(said.call)}  # fmt: skip
        assert not given - bare or said.elsewhere, f"{name} needs `elsewhere`"


@pytest.mark.parametrize("table", [t for t in TABLES if MANIFEST.tables[t].labels])
def test_no_cell_is_green_for_want_of_rows(stage: Db, world: World, table: str) -> None:
    """Each scope that a persona has somewhere reaches a row, and some row it does not reach."""
    said = MANIFEST.tables[table]
    found = cells.labels(stage, said)
    words = set(said.cells["select"].values()) - {"refused", "nothing"}
    for word in words:
        kinds = [p for p in world.people if said.cells["select"][p.kind] == word]
        reach = [scope(word, p, found) or set() for p in kinds]
        assert any(reach), f"nobody reaches a row of {table} by {word!r}"
        assert any(len(r) < len(found) for r in reach), f"{table} hides nothing by {word!r}"


def test_staff_of_one_academy_see_nothing_private_of_another(stage: Db, world: World) -> None:
    for who in (p for p in world.people if p.runs):
        for table in PRIVATE:
            said = MANIFEST.tables[table]
            foreign = {
                row["key"]
                for row in cells.labels(stage, said)
                if not set(row["academies"]) & (who.runs | who.member_of)
                and who.id not in row["people"]
            }
            got = cells.reached(stage, who.actor, said, "select")
            assert not (got or set()) & foreign, f"{who.name} sees {table}"
