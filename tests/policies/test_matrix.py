"""Every table, every persona: exactly the rows that matrix.toml says, by identity, not number."""

from __future__ import annotations

import tomllib
from pathlib import Path

import psycopg
import pytest

from tests.policies import world as w
from tests.policies.conftest import World
from tests.support.database import Db, column

MATRIX: dict[str, dict[str, str]] = tomllib.loads(
    (Path(__file__).parent / "matrix.toml").read_text()
)
KINDS = {"anon", "stranger", "removed", "student", "garage", "coach", "assistant", "admin"}


def wrong_cells(db: Db, world: World, table: str) -> list[str]:
    """The personas who see something else of a table than the matrix says."""
    found = w.labels(db, table) if table in w.LABELS else []
    wrong = []
    for persona in world.personas.values():
        word = MATRIX[table][persona.kind]
        try:
            got: set[str] | None = w.seen(db, persona, table)
        except psycopg.errors.InsufficientPrivilege:
            got = None
        due = None if word == "refused" else w.scope(word, persona, found)
        if got != due:
            more, less = (got or set()) - (due or set()), (due or set()) - (got or set())
            wrong.append(f"{persona.name} ({word}): {len(more)} too many, {len(less)} missing")
    return wrong


@pytest.mark.parametrize("table", MATRIX)
def test_everybody_sees_exactly_their_rows(stage: Db, world: World, table: str) -> None:
    assert wrong_cells(stage, world, table) == []


def test_every_table_of_the_api_and_every_kind_of_person_has_its_cell(stage: Db) -> None:
    tables = column(
        stage,
        "select relname::text from pg_catalog.pg_class"
        " where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v')",
    )
    assert set(tables) == set(MATRIX)
    assert {table: set(cells) for table, cells in MATRIX.items() if set(cells) != KINDS} == {}


@pytest.mark.parametrize("table", [t for t in MATRIX if t in w.LABELS])
def test_no_cell_is_green_for_want_of_rows(stage: Db, world: World, table: str) -> None:
    """Whoever may see rows sees some, and there are others that they do not see."""
    found = w.labels(stage, table)
    for name in ("alice", "dora"):
        persona = world.personas[name]
        word = MATRIX[table][persona.kind]
        due = w.scope(word, persona, found)
        assert due or word == "nothing", f"{name} has no row in {table}"
        assert len(due) < len(found), f"{table} hides nothing from {name}"


def test_staff_of_one_academy_see_nothing_private_of_another(stage: Db, world: World) -> None:
    private = [t for t in MATRIX if t in w.LABELS and MATRIX[t]["anon"] == "refused"]
    for name in ("armand", "adele", "auguste", "nadia"):
        persona = world.personas[name]
        for table in private:
            foreign = {
                row["key"]
                for row in w.labels(stage, table)
                if not set(row["academies"]) & persona.runs and persona.id not in row["people"]
            }
            if MATRIX[table][persona.kind] != "refused":
                assert not w.seen(stage, persona, table) & foreign, f"{name} sees {table}"
