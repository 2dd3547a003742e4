"""Clients may subscribe to the row changes of the listed tables and of no other.

A DELETE is told to whoever listens, whatever the policies say of the row, and all its primary key
with it; so a table is published only with a reason, which supabase/policies/manifest/realtime.toml
holds.
"""

from __future__ import annotations

from preau import access
from tests.support.database import Db, column, value

QUERY = (
    "select schemaname || '.' || tablename from pg_catalog.pg_publication_tables"
    " where pubname = 'supabase_realtime' order by 1"
)


def test_what_is_published_is_what_is_listed(db: Db) -> None:
    assert column(db, QUERY) == sorted(access.read().published)


def test_every_listed_table_has_a_reason() -> None:
    assert all(len(reason) > 20 for reason in access.read().published.values())


def test_a_table_that_is_published_is_noticed_here_and_in_production(db: Db) -> None:
    db.execute("alter publication supabase_realtime add table public.orders")
    assert column(db, QUERY) == ["public.orders"]
    assert value(db, "select worker.production_facts() -> 'published'") == ["public.orders"]


def test_the_publication_tells_of_no_table_by_itself(db: Db) -> None:
    everything = value(
        db, "select puballtables from pg_publication where pubname = 'supabase_realtime'"
    )
    assert everything is False
