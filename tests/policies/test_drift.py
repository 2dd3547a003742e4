"""What the migrations leave behind is what supabase/policies says, in Postgres's own wording."""

from __future__ import annotations

from typing import Any

import pytest

from preau import policies
from tests.support.database import Db, rows

QUERY = (
    "select schemaname, tablename, policyname, permissive, roles::text[], cmd, qual, with_check"
    " from pg_catalog.pg_policies where schemaname in"
    " ('public', 'private', 'worker', 'storage', 'realtime')"
    " order by tablename, policyname"
)


def reapply(db: Db) -> list[dict[str, Any]]:
    """Drop every policy of ours and apply the folder afresh."""
    for row in rows(db, QUERY):
        db.execute(
            f'drop policy "{row["policyname"]}" on {row["schemaname"]}.{row["tablename"]}'.encode()
        )
    for file in sorted(policies.POLICIES.glob("*.sql")):
        db.execute(file.read_bytes())
    return rows(db, QUERY)


def test_the_migrations_and_the_folder_agree(db: Db) -> None:
    before = rows(db, QUERY)
    assert len(before) >= 20
    assert reapply(db) == before


@pytest.mark.parametrize(
    "drift",
    [
        'create policy "extra" on public.orders for delete to authenticated using (id is null)',
        'drop policy "people see only their own details" on public.profile_details',
        'alter policy "people edit their own profile" on public.profiles using (true)',
        'alter policy "people edit their own profile" on public.profiles to anon',
    ],
)
def test_a_policy_changed_by_hand_is_noticed(db: Db, drift: str) -> None:
    db.execute(drift.encode())
    before = rows(db, QUERY)
    assert reapply(db) != before


def test_every_policy_is_compiled() -> None:
    policies.check()
