"""The Supabase CLI, as an administrator uses it: nothing to complain about, nothing to do."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator

import pytest

from preau.local import programs
from preau.local.migrations import for_cli, versions
from preau.local.paths import PROJECT
from preau.local.process import base_env
from tests.support.database import Clones, connect


@pytest.fixture(scope="module")
def there(clones: Clones) -> Iterator[str]:
    with clones.new() as url:
        yield url


def supabase(url: str, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [programs.require().supabase, *words, f"--remote={for_cli(url)}", "--agent", "no"],
        cwd=PROJECT,
        env=base_env(),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_the_advisors_have_no_warning(there: str) -> None:
    """Security and performance, every official lint at warn or above."""
    answer = supabase(there, "db", "advisors", "--type", "all", "--fail-on", "warn")
    said = answer.stdout + answer.stderr
    assert answer.returncode == 0, said
    assert "No issues found" in said


@pytest.mark.parametrize(
    "harm",
    [
        "create view public.leak as select * from auth.users; grant all on public.leak to anon",
        "alter table public.orders disable row level security",
        "create policy second on public.orders for select to authenticated using (status = 'paid')",
    ],
    ids=["people exposed", "no row level security", "two permissive policies"],
)
def test_the_advisors_are_listening(clones: Clones, harm: str) -> None:
    with clones.new() as url:
        with connect(url) as db:
            db.execute(harm.encode())
        answer = supabase(url, "db", "advisors", "--type", "all", "--fail-on", "warn")
    assert answer.returncode != 0, answer.stdout + answer.stderr


def test_the_migration_list_agrees(there: str) -> None:
    answer = supabase(there, "migration", "list")
    pairs = re.findall(r"`?(\d{14})?`?\s*\|\s*`?(\d{14})?`?\s*\|", answer.stdout)
    found = [pair for pair in pairs if any(pair)]
    assert found == [(version, version) for version in versions()], answer.stdout + answer.stderr


def test_pushing_again_does_nothing(there: str) -> None:
    for _ in range(2):
        answer = supabase(there, "db", "push", "--yes")
        assert answer.returncode == 0, answer.stderr
        assert "up to date" in answer.stdout + answer.stderr
