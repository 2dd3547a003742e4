"""House rules over the catalogue: tests/sql/rules holds one query a rule, returning who breaks it.

Each rule is proven by breaking it (rules/breaks.toml): a rule that reports nothing proves nothing.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tests.support.database import Db, one

RULES = Path(__file__).parent / "rules"
NAMES = sorted(file.stem for file in RULES.glob("*.sql"))
BREAKS = tomllib.loads((RULES / "breaks.toml").read_text())
CASES = [(rule, how) for rule, breaks in BREAKS.items() for how in breaks]


def offenders(db: Db, rule: str) -> list[str]:
    found = db.execute((RULES / f"{rule}.sql").read_bytes()).fetchall()
    return [row["offender"] for row in found]


@pytest.mark.parametrize("rule", NAMES)
def test_the_schema_keeps_the_rule(db: Db, rule: str) -> None:
    assert offenders(db, rule) == []


@pytest.mark.parametrize(("rule", "how"), CASES)
def test_the_rule_notices_when_it_is_broken(db: Db, rule: str, how: str) -> None:
    db.execute(BREAKS[rule][how].encode())
    assert offenders(db, rule) != []


def test_every_rule_is_proven() -> None:
    assert sorted(BREAKS) == NAMES


def test_every_rule_says_why() -> None:
    silent = [n for n in NAMES if not (RULES / f"{n}.sql").read_text().startswith("-- ")]
    assert silent == []


def test_migrations_run_as_an_ordinary_role(db: Db) -> None:
    """As on hosted: `postgres` owns our objects and is no superuser."""
    assert one(
        db,
        "select rolsuper, rolbypassrls, rolcreaterole from pg_roles where rolname = current_user",
    ) == {"rolsuper": False, "rolbypassrls": True, "rolcreaterole": True}
    owners = db.execute(
        "select distinct pg_get_userbyid(relowner) as owner from pg_class"
        " where relnamespace::regnamespace::text in ('public', 'private', 'worker')"
    ).fetchall()
    assert owners == [{"owner": "postgres"}]


def test_the_api_roles_cannot_create_anything(db: Db) -> None:
    found = db.execute(
        "select r.rolname, n.nspname from pg_roles as r cross join pg_namespace as n"
        " where r.rolname in ('anon', 'authenticated', 'service_role')"
        " and n.nspname in ('public', 'private', 'worker', 'pgmq', 'auth')"
        " and has_schema_privilege(r.oid, n.oid, 'create')"
    ).fetchall()
    assert found == []
