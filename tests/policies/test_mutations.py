"""Each policy, loosened or closed, must turn a cell red: a cell that stays green proves nothing."""

from __future__ import annotations

import tomllib
from pathlib import Path

import psycopg
import pytest

from preau import policies
from tests.policies.conftest import World
from tests.policies.test_matrix import MATRIX, wrong_cells
from tests.policies.writes import BLIND, wrong_writes
from tests.support.database import Db, one

POLICIES = sorted(policies.wanted())
MUTANTS: dict[str, str] = tomllib.loads((Path(__file__).parent / "mutants.toml").read_text())
READ = [table for table, cells in MATRIX.items() if set(cells.values()) != {"refused"}]


def red(db: Db, world: World, table: str) -> list[str]:
    """The cells of a table that are wrong now."""
    writes = wrong_writes(db, world, table) if table in BLIND else []
    return wrong_cells(db, world, table) + writes


def name(policy: tuple[str, str]) -> str:
    return f"{policy[0]}: {policy[1]}"


@pytest.mark.parametrize("made", ["true", "false"])
@pytest.mark.parametrize("policy", POLICIES, ids=name)
def test_a_policy_that_is_always_or_never_true_is_noticed(
    stage: Db, world: World, policy: tuple[str, str], made: str
) -> None:
    table, title = policy[0].removeprefix("public."), policy[1]
    verb = one(
        stage,
        "select cmd from pg_policies where schemaname = 'public' and tablename = %s"
        " and policyname = %s",
        table,
        title,
    )["cmd"]
    change = f"alter policy {{}} on {{}} using ({made})"
    change += f" with check ({made})" if verb == "UPDATE" else ""
    stage.execute(
        psycopg.sql.SQL(change).format(
            psycopg.sql.Identifier(title), psycopg.sql.Identifier("public", table)
        )
    )
    assert red(stage, world, table)


@pytest.mark.parametrize("table", READ)
def test_a_table_without_row_level_security_is_noticed(stage: Db, world: World, table: str) -> None:
    stage.execute(f"alter table public.{table} disable row level security".encode())
    assert red(stage, world, table)


@pytest.mark.parametrize("table", [t for t in MATRIX if MATRIX[t]["anon"] == "refused"])
def test_a_table_opened_to_anon_is_noticed(stage: Db, world: World, table: str) -> None:
    stage.execute(f"grant select on public.{table} to anon".encode())
    assert red(stage, world, table)


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_helper_that_says_too_much_is_noticed(stage: Db, world: World, mutant: str) -> None:
    stage.execute(MUTANTS[mutant].encode())
    assert any(red(stage, world, table) for table in READ)
