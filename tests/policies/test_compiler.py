"""From supabase/policies to a migration: only what changed, and nothing else in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from preau import policies
from preau.errors import PreauError

NOW = datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC)
ORDERS = """-- Who sees orders.

create policy "buyers see their orders"
on public.orders for select to authenticated
using (buyer_id = (select auth.uid()));
"""
ORDERS_COMPILED = (
    'create policy "buyers see their orders" on public.orders for select to authenticated'
    " using (buyer_id = (select auth.uid()))"
)
MEMBERS = 'create policy "people see members" on public.members for select to anon using (a = 1);\n'


@dataclass(frozen=True)
class Project:
    policies: Path
    migrations: Path

    def write(self, name: str, text: str) -> None:
        (self.policies / name).write_text(text)

    def build(self, now: datetime = NOW) -> str | None:
        made = policies.build(now, self.policies, self.migrations)
        return made.read_text() if made else None

    def check(self) -> None:
        policies.check(self.policies, self.migrations)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path / "policies", tmp_path / "migrations")
    made.policies.mkdir()
    made.migrations.mkdir()
    return made


@pytest.fixture
def built(project: Project) -> Project:
    """A project whose policies are compiled."""
    project.write("money.sql", ORDERS)
    project.write("people.sql", MEMBERS)
    project.build()
    return project


def statements(text: str | None) -> list[str]:
    """What a migration does, one line a statement, without its header."""
    assert text is not None
    code = "\n".join(line for line in text.splitlines() if not line.startswith("--"))
    return [" ".join(each.split()) for each in code.split(";") if each.strip()]


def test_the_first_build_compiles_every_policy(project: Project) -> None:
    project.write("money.sql", ORDERS)
    project.write("people.sql", MEMBERS)
    assert statements(project.build()) == [
        "set local lock_timeout = '2s'",
        ORDERS_COMPILED,
        'create policy "people see members" on public.members for select to anon using (a = 1)',
    ]


def test_a_built_project_needs_no_second_build(built: Project) -> None:
    built.check()
    assert built.build() is None
    assert len(list(built.migrations.iterdir())) == 1


def test_only_a_changed_policy_is_compiled_again(built: Project) -> None:
    built.write("people.sql", MEMBERS.replace("a = 1", "a = 2"))
    assert statements(built.build()) == [
        "set local lock_timeout = '2s'",
        'drop policy "people see members" on public.members',
        'create policy "people see members" on public.members for select to anon using (a = 2)',
    ]
    built.check()


def test_a_new_policy_is_added(built: Project) -> None:
    built.write("more.sql", 'create policy "p" on public.x for select to anon using (b = 1);')
    assert statements(built.build())[1:] == [
        'create policy "p" on public.x for select to anon using (b = 1)'
    ]


def test_a_removed_policy_is_dropped(built: Project) -> None:
    (built.policies / "people.sql").unlink()
    assert statements(built.build())[1:] == ['drop policy "people see members" on public.members']
    built.check()


def test_a_policy_that_comes_back_is_created_again(built: Project) -> None:
    (built.policies / "people.sql").unlink()
    built.build()
    built.write("people.sql", MEMBERS)
    assert len(statements(built.build())) == 2
    built.check()


def test_a_renamed_policy_is_dropped_and_created(built: Project) -> None:
    built.write("people.sql", MEMBERS.replace("people see", "folk see"))
    assert [line.split()[0] for line in statements(built.build())[1:]] == ["drop", "create"]


def test_a_policy_moved_to_another_file_changes_nothing(built: Project) -> None:
    (built.policies / "people.sql").rename(built.policies / "members.sql")
    assert built.build() is None


def test_layout_and_comments_change_nothing(built: Project) -> None:
    built.write("people.sql", "-- why\n" + MEMBERS.replace(" for ", "\n    -- which\n    for "))
    assert built.build() is None


def test_the_same_name_on_two_tables_is_two_policies(built: Project) -> None:
    built.write("more.sql", MEMBERS.replace("public.members", "public.profiles"))
    assert len(statements(built.build())) == 2


def test_a_policy_declared_twice_is_refused(built: Project) -> None:
    built.write("again.sql", MEMBERS)
    with pytest.raises(PreauError, match="stands twice"):
        built.build()


@pytest.mark.parametrize(
    "junk",
    [
        "grant select on public.orders to anon;",
        "create table public.x (id int);",
        "create policy unquoted on public.orders for select using (true);",
        'drop policy "p" on public.orders;',
        'create policy "no end" on public.orders for select to anon using (a = 1)',
    ],
)
def test_anything_but_policies_is_refused_with_the_files_name(built: Project, junk: str) -> None:
    built.write("junk.sql", ORDERS.replace("buyers", "others") + junk)
    with pytest.raises(PreauError, match=r"junk\.sql"):
        built.build()


def test_a_name_that_postgres_would_cut_is_refused(built: Project) -> None:
    built.write("people.sql", MEMBERS.replace("people see members", "x" * 64))
    with pytest.raises(PreauError, match="cut the name"):
        built.build()


def test_an_uncompiled_change_fails_the_check(built: Project) -> None:
    built.write("people.sql", MEMBERS.replace("a = 1", "a = 2"))
    with pytest.raises(PreauError, match="differ in 2 statements") as caught:
        built.check()
    assert caught.value.hint == "Run `preau policies build` and commit the new migration."


def test_the_migration_is_named_after_the_moment(built: Project) -> None:
    assert [file.name for file in built.migrations.iterdir()] == ["20270102030405_policies.sql"]


def test_the_migration_comes_after_every_other(built: Project) -> None:
    (built.migrations / "20300101000000_later.sql").write_text("select 1;")
    (built.policies / "people.sql").unlink()
    built.build()
    assert max(file.name for file in built.migrations.iterdir()) == "20300101000001_policies.sql"


def test_two_builds_in_one_second_are_two_migrations(built: Project) -> None:
    (built.policies / "people.sql").unlink()
    built.build()
    assert len(list(built.migrations.iterdir())) == 2
