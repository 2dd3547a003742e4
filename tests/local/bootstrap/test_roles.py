"""The roles are hosted's: `postgres` is no superuser, and nobody has more than there."""

from __future__ import annotations

import psycopg
import pytest
from psycopg import errors

from preau.local import keys
from tests.support.stack import Stack

# superuser, createrole, createdb, replication, bypassrls, login, inherit
ATTRIBUTES = {
    "postgres": (False, True, True, True, True, True, True),
    "anon": (False, False, False, False, False, False, True),
    "authenticated": (False, False, False, False, False, False, True),
    "service_role": (False, False, False, False, True, False, True),
    "authenticator": (False, False, False, False, False, True, False),
    "supabase_auth_admin": (False, False, False, False, False, True, False),
    "supabase_storage_admin": (False, False, False, False, False, True, False),
    "supabase_realtime_admin": (False, False, False, False, False, False, False),
}

TIMEOUTS = {
    "anon": ["statement_timeout=3s"],
    "authenticated": ["statement_timeout=8s"],
    "authenticator": ["statement_timeout=8s", "lock_timeout=8s"],
    "service_role": [],  # lives under the authenticator's
}


@pytest.mark.parametrize("role", ATTRIBUTES)
def test_a_role_has_hosteds_attributes(postgres: psycopg.Connection, role: str) -> None:
    found = postgres.execute(
        "select rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls, rolcanlogin,"
        " rolinherit from pg_roles where rolname = %s",
        [role],
    ).fetchone()
    assert found == ATTRIBUTES[role]


@pytest.mark.parametrize("role", TIMEOUTS)
def test_statements_time_out_as_on_hosted(postgres: psycopg.Connection, role: str) -> None:
    row = postgres.execute("select rolconfig from pg_roles where rolname = %s", [role]).fetchone()
    assert row is not None
    # The migrations add a setting of their own: PostgREST's pre-request function.
    found = [setting for setting in row[0] or [] if not setting.startswith("pgrst.")]
    assert sorted(found) == sorted(TIMEOUTS[role])


def test_the_authenticator_becomes_each_api_role_and_nothing_else(
    postgres: psycopg.Connection,
) -> None:
    rows = postgres.execute(
        "select r.rolname from pg_auth_members m join pg_roles r on r.oid = m.roleid"
        " where m.member = 'authenticator'::regrole"
    ).fetchall()
    assert {row[0] for row in rows} == {"anon", "authenticated", "service_role"}


@pytest.mark.parametrize(
    "statement",
    [
        "alter role postgres superuser",
        "create role x superuser",
        "set role supabase_admin",
        "set role supabase_auth_admin",
        "set role supabase_storage_admin",
        "set role supabase_realtime_admin",
        "grant supabase_admin to postgres",
        "copy (select 1) to program 'true'",
        "create extension postgres_fdw",
        "create event trigger x on sql_drop execute function extensions.pgrst_drop_watch()",
        "drop event trigger refuse_owner_ddl",
        "alter role anon set statement_timeout = 0; set role none; drop schema auth",
    ],
)
def test_the_migration_role_cannot_do_what_hosted_refuses(
    postgres: psycopg.Connection, statement: str
) -> None:
    with pytest.raises((errors.InsufficientPrivilege, errors.ObjectNotInPrerequisiteState)):
        postgres.execute(statement.encode())


@pytest.mark.parametrize("name", ["pg_trgm", "unaccent", "citext", "btree_gist", "hstore"])
def test_the_migration_role_may_create_the_usual_extensions(
    postgres: psycopg.Connection, name: str
) -> None:
    postgres.execute(f"create extension {name} with schema extensions".encode())


@pytest.mark.parametrize("role", ["supabase_auth_admin", "supabase_storage_admin"])
def test_auth_and_storage_cannot_read_what_the_academies_have(stack: Stack, role: str) -> None:
    url = keys.database_url(stack.ports["postgres"], role)
    with psycopg.connect(url) as connection:
        readable = connection.execute(
            "select c.oid::regclass::text from pg_class c join pg_namespace n"
            " on n.oid = c.relnamespace where n.nspname in ('public', 'private', 'worker', 'pgmq')"
            " and c.relkind in ('r', 'p', 'v') and has_table_privilege(c.oid, 'select')"
        ).fetchall()
    assert readable == []
