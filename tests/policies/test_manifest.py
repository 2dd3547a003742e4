"""The manifest names everything there is, and nothing else; what is wrong in it is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from preau import access, access_page
from preau.errors import PreauError
from tests.policies.cells import MANIFEST
from tests.support import grants
from tests.support.database import Db, column


@pytest.mark.parametrize("kind", ["schemas", "functions", "tables"])
def test_the_grants_are_those_the_manifest_needs(db: Db, kind: str) -> None:
    assert grants.read(db)[kind] == grants.declared(MANIFEST)[kind]


def test_every_table_and_view_of_the_api_is_named(db: Db) -> None:
    found = column(
        db,
        "select relname::text from pg_catalog.pg_class where relnamespace = 'public'::regnamespace"
        " and relkind in ('r', 'p', 'v', 'm', 'f')",
    )
    assert set(found) == set(MANIFEST.tables)


def test_every_schema_that_is_ours_is_named(db: Db) -> None:
    found = column(
        db,
        "select nspname::text from pg_catalog.pg_namespace where nspowner = 'postgres'::regrole"
        " and nspname !~ '^pg_' and nspname not in ('pgmq', 'extensions',"
        " 'supabase_migrations')",
    )
    assert set(found) - {"public"} == set(MANIFEST.schemas)


def test_every_bucket_is_named(db: Db) -> None:
    assert set(column(db, "select id from storage.buckets")) == set(MANIFEST.buckets)


def test_every_function_a_client_may_call_is_tried() -> None:
    untried = [
        name
        for name, said in MANIFEST.functions.items()
        if name.startswith("public.") and said.call is None
    ]
    assert untried == []


def test_every_listed_column_exists(db: Db) -> None:
    there = set(
        column(
            db,
            "select attrelid::regclass::text || '.' || attname from pg_catalog.pg_attribute"
            " where attnum > 0 and not attisdropped",
        )
    )
    said = {
        f"{name}.{column}"
        for name, table in MANIFEST.tables.items()
        for columns in table.columns.values()
        for column in columns
    }
    assert said <= there


ROOM = '[tables.x]\nselect = { %s }\nlabels = "select 1"\n'


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ('nothing = ["anon"]', "nothing is said of"),
        ('nothing = ["others"], own = ["nobody"]', "nobody is called 'nobody'"),
        ('nothing = ["others"], own = ["coach", "coach"]', "'coach' stands twice"),
        ('everything = ["others"]', "unknown scope ['everything']"),
    ],
)
def test_a_wrong_cell_is_said(tmp_path: Path, said: str, complaint: str) -> None:
    people = (access.MANIFEST / "personas.toml").read_text()
    (tmp_path / "personas.toml").write_text(people)
    (tmp_path / "x.toml").write_text(ROOM % said)
    with pytest.raises(PreauError) as refusal:
        access.read(tmp_path)
    assert complaint in str(refusal.value)


def test_a_table_in_two_rooms_is_said(tmp_path: Path) -> None:
    (tmp_path / "personas.toml").write_text((access.MANIFEST / "personas.toml").read_text())
    for room in ("a", "b"):
        (tmp_path / f"{room}.toml").write_text(ROOM % 'nothing = ["others"]')
    with pytest.raises(PreauError, match="stands in another room already"):
        access.read(tmp_path)


def test_the_page_is_the_manifests() -> None:
    assert access_page.PAGE.read_text() == access_page.render(MANIFEST), (
        "run `preau policies table` and commit what it writes"
    )
