"""Whatever is loosened or closed, one thing at a time, turns a cell red or proves it useless.

Policies, row-level security, grants on tables, columns and functions, the rights a view runs with,
search paths, and the helpers that policies stand on.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from preau import policies
from tests.policies import cells
from tests.policies.cells import MANIFEST, TALLY
from tests.policies.world import World
from tests.support import grants
from tests.support.database import Db, column, one

HERE = Path(__file__).parent
RULE = HERE.parent / "sql" / "rules" / "search_path_is_empty.sql"
# Those of buckets: test_buckets.
POLICIES = sorted(each for each in policies.wanted() if each[0].startswith("public."))
MUTANTS: dict[str, str] = tomllib.loads((HERE / "mutants.toml").read_text())
TABLES = sorted(MANIFEST.tables)
READ = [t for t in TABLES if set(MANIFEST.tables[t].cells["select"].values()) != {"refused"}]
FUNCTIONS = sorted(MANIFEST.functions)
CLIENTS = ("anon", "authenticated")


def red(db: Db, world: World, name: str) -> list[str]:
    """The cells of a table that are wrong now."""
    table = MANIFEST.tables[name]
    return cells.wrong_cells(db, table, world.people) or cells.wrong_inserts(
        db, table, world.people
    )


@contextmanager
def mutated(db: Db, change: str | sql.Composed) -> Iterator[None]:
    """The database with one thing changed, for as long as the block lasts."""
    TALLY["mutations"] += 1
    with db.transaction(force_rollback=True):
        db.execute(change.encode() if isinstance(change, str) else change)
        yield


def title(policy: tuple[str, str]) -> str:
    return f"{policy[0]}: {policy[1]}"


@pytest.mark.parametrize("made", ["true", "false"])
@pytest.mark.parametrize("policy", POLICIES, ids=title)
def test_a_policy_that_is_always_or_never_true_is_noticed(
    stage: Db, world: World, policy: tuple[str, str], made: str
) -> None:
    table, name = policy[0].removeprefix("public."), policy[1]
    found = one(
        stage,
        "select cmd, permissive from pg_policies where schemaname = 'public' and tablename = %s"
        " and policyname = %s",
        table,
        name,
    )
    parts = {"INSERT": f"with check ({made})", "UPDATE": f"using ({made}) with check ({made})"}
    change = f"alter policy {{}} on {{}} {parts.get(found['cmd'], f'using ({made})')}"
    named = sql.SQL(change).format(sql.Identifier(name), sql.Identifier("public", table))
    with mutated(stage, named):
        assert red(stage, world, table)


@pytest.mark.parametrize("table", READ)
def test_a_table_without_row_level_security_is_noticed(stage: Db, world: World, table: str) -> None:
    with mutated(stage, f"alter table public.{table} disable row level security"):
        assert red(stage, world, table)


@pytest.mark.parametrize("table", TABLES)
def test_a_grant_more_or_less_on_a_table_is_noticed(stage: Db, world: World, table: str) -> None:
    said = MANIFEST.tables[table]
    has = grants.declared(MANIFEST)["tables"].get(table, [])
    survivors = []
    for role in CLIENTS:
        for verb in ("select", "insert", "update", "delete"):
            held = any(g.startswith(f"{role} {verb}") for g in has)
            words = [f"revoke {verb} on public.{table} from {role}"] if held else []
            if not held:
                words = [f"grant {verb} on public.{table} to {role}"]
            for change in words:
                with mutated(stage, change):
                    if not red(stage, world, table):
                        survivors.append(change)
        extra = f"grant update on public.{table} to {role}"
        with mutated(stage, extra):
            if not cells.wrong_columns(stage, said, role):
                survivors.append(f"{extra}, by its columns")
    assert survivors == []


@pytest.mark.parametrize("role", CLIENTS)
def test_a_grant_more_or_less_on_a_function_is_noticed(stage: Db, world: World, role: str) -> None:
    """By whoever calls it; by the list of grants where a second lock holds behind the first."""
    survivors = []
    for name in FUNCTIONS:
        said = MANIFEST.functions[name]
        word = ("revoke", "from") if role in said.grants else ("grant", "to")
        change = f"{word[0]} execute on function {name} {word[1]} {role}"
        with mutated(stage, change):
            if cells.wrong_calls(stage, said, world.callers, world.here):
                continue
            TALLY["of them noticed by the list of grants alone"] += 1
            if grants.read(stage)["functions"].get(name, []) == sorted(said.grants):
                survivors.append(change)
    assert survivors == []


def test_a_function_with_a_search_path_of_its_callers_is_noticed(stage: Db) -> None:
    functions = column(
        stage,
        "select p.oid::regprocedure::text from pg_catalog.pg_proc as p"
        " where p.pronamespace::regnamespace::text in ('public', 'private', 'worker') order by 1",
    )
    assert len(functions) > 100
    for function in functions:
        with mutated(stage, f"alter function {function} reset search_path"):
            found = stage.execute(RULE.read_bytes()).fetchall()
        assert found, function


def test_a_view_that_runs_as_its_owner_is_noticed(stage: Db, world: World) -> None:
    views = column(
        stage,
        "select relname::text from pg_catalog.pg_class where relkind = 'v'"
        " and relnamespace = 'public'::regnamespace",
    )
    for view in views:
        with mutated(stage, f"alter view public.{view} set (security_invoker = false)"):
            assert red(stage, world, view), view


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_helper_that_says_too_much_is_noticed(stage: Db, world: World, mutant: str) -> None:
    with mutated(stage, MUTANTS[mutant]):
        assert any(red(stage, world, table) for table in READ)


def test_a_mutant_is_a_change_postgres_accepts(stage: Db) -> None:
    """A mutant that fails to apply would be counted as killed."""
    for name, change in MUTANTS.items():
        try:
            with stage.transaction(force_rollback=True):
                stage.execute(change.encode())
        except psycopg.Error as error:
            pytest.fail(f"{name}: {error}")
