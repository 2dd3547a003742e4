"""What `postgres` may do to Supabase's own schemas: as much as on hosted, no more."""

from __future__ import annotations

import psycopg
import pytest
from psycopg import errors

ALLOWED = [
    "create policy mine on storage.objects for select to authenticated using (true)",
    "create policy mine on storage.buckets for select to authenticated using (true)",
    "create policy mine on realtime.messages for select to authenticated using (true)",
    """create policy mine on realtime.messages for select to authenticated using (true);
       alter policy mine on realtime.messages using (false);
       drop policy mine on realtime.messages""",
    """create table public.fresh (user_id uuid primary key references auth.users (id));
       create function public.fresh() returns trigger language plpgsql as 'begin return new; end';
       create trigger fresh after insert on auth.users
       for each row execute function public.fresh()""",
    """create function public.fresh() returns trigger language plpgsql as 'begin return new; end';
       create trigger fresh after insert on storage.objects
       for each row execute function public.fresh()""",
    "insert into storage.buckets (id, name) values ('fresh', 'fresh')",
    """create table public.fresh (id int);
       alter publication supabase_realtime add table public.fresh""",
    "drop publication supabase_realtime; create publication supabase_realtime",
    "create schema fresh; create table fresh.t (id int); drop schema fresh cascade",
    "insert into auth.users (id, email) values (gen_random_uuid(), 'seeded@example.test')",
]

REFUSED = [
    "alter table auth.users add column mine int",
    "create table auth.mine (id int)",
    "create policy mine on auth.users for select using (true)",
    "drop function auth.uid()",
    "create or replace function auth.uid() returns uuid language sql return null::uuid",
    "alter table storage.objects disable row level security",
    "alter table storage.objects add column mine int",
    "create table storage.mine (id int)",
    "create index mine on storage.objects (owner_id)",
    "drop table storage.objects cascade",
    "alter table realtime.messages add column mine int",
    "alter table realtime.messages disable row level security",
    "create table realtime.mine (id int)",
    "drop function realtime.topic()",
    "create or replace function realtime.topic() returns text language sql return 'x'",
]


@pytest.mark.parametrize("statement", ALLOWED)
def test_a_migration_may(live: psycopg.Connection, statement: str) -> None:
    live.execute(statement.encode())


@pytest.mark.parametrize("statement", REFUSED)
def test_a_migration_may_not(live: psycopg.Connection, statement: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        live.execute(statement.encode())


@pytest.mark.parametrize(
    ("schema", "owner"),
    [
        ("auth", "supabase_admin"),
        ("storage", "supabase_admin"),
        ("realtime", "supabase_admin"),
        ("extensions", "postgres"),
        ("public", "pg_database_owner"),
    ],
)
def test_a_schema_has_hosteds_owner(live: psycopg.Connection, schema: str, owner: str) -> None:
    row = live.execute(
        "select nspowner::regrole::text from pg_namespace where nspname = %s", [schema]
    ).fetchone()
    assert row == (owner,)


@pytest.mark.parametrize(
    ("table", "owner"),
    [
        ("auth.users", "supabase_auth_admin"),
        ("auth.identities", "supabase_auth_admin"),
        ("storage.objects", "supabase_storage_admin"),
        ("realtime.messages", "supabase_realtime_admin"),
    ],
)
def test_a_table_has_hosteds_owner(live: psycopg.Connection, table: str, owner: str) -> None:
    row = live.execute(
        "select relowner::regrole::text from pg_class where oid = %s::regclass", [table]
    ).fetchone()
    assert row == (owner,)


def test_the_columns_that_migrations_count_on_are_gotrues(live: psycopg.Connection) -> None:
    rows = live.execute(
        "select column_name, udt_name from information_schema.columns"
        " where table_schema = 'auth' and table_name = 'users'"
    ).fetchall()
    expected = {
        "id": "uuid",
        "instance_id": "uuid",
        "email": "varchar",
        "raw_user_meta_data": "jsonb",
        "raw_app_meta_data": "jsonb",
        "email_confirmed_at": "timestamptz",
        "created_at": "timestamptz",
        "last_sign_in_at": "timestamptz",
        "deleted_at": "timestamptz",
        "is_anonymous": "bool",
    }
    assert expected.items() <= dict(rows).items()
