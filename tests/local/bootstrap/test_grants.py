"""Nothing is granted by itself: hosted's default for new projects."""

from __future__ import annotations

import psycopg
import pytest

from tests.support.stack import Stack

API_ROLES = ["anon", "authenticated", "service_role"]


@pytest.mark.parametrize("role", API_ROLES)
def test_a_new_table_and_its_sequence_are_nobodys(postgres: psycopg.Connection, role: str) -> None:
    postgres.execute("create table public.fresh (id bigserial primary key)")
    found = postgres.execute(
        "select has_table_privilege(%(role)s, 'public.fresh', 'select, insert, update, delete'),"
        " has_sequence_privilege(%(role)s, 'public.fresh_id_seq', 'usage, select, update')",
        {"role": role},
    ).fetchone()
    assert found == (False, False)


def test_a_new_function_is_everybodys_until_a_migration_says_otherwise(
    postgres: psycopg.Connection,
) -> None:
    postgres.execute("create function public.fresh() returns int language sql return 1")
    row = postgres.execute(
        "select has_function_privilege('anon', 'public.fresh()', 'execute'),"
        " (select proacl from pg_proc where oid = 'public.fresh()'::regprocedure)"
    ).fetchone()
    assert row == (True, None)


@pytest.mark.parametrize("role", API_ROLES)
def test_the_api_roles_use_but_do_not_fill_public(postgres: psycopg.Connection, role: str) -> None:
    found = postgres.execute(
        "select has_schema_privilege(%(role)s, 'public', 'usage'),"
        " has_schema_privilege(%(role)s, 'public', 'create')",
        {"role": role},
    ).fetchone()
    assert found == (True, False)


@pytest.mark.parametrize("role", [*API_ROLES, "postgres"])
def test_pgcrypto_and_uuids_are_there_for_everyone(postgres: psycopg.Connection, role: str) -> None:
    postgres.execute(f"set local role {role}".encode())
    postgres.execute("select extensions.gen_random_bytes(4), extensions.uuid_generate_v4()")


def test_auth_and_storage_added_no_grants_of_their_own(stack: Stack) -> None:
    with psycopg.connect(stack.db_url) as connection:
        rows = connection.execute(
            "select distinct a.grantee::regrole::text from pg_default_acl d"
            " join pg_namespace n on n.oid = d.defaclnamespace, aclexplode(d.defaclacl) a"
            " where n.nspname in ('public', 'private', 'worker')"
        ).fetchall()
    assert {row[0] for row in rows} & {"anon", "authenticated", "service_role"} == set()


@pytest.mark.parametrize("role", API_ROLES)
def test_nobody_reads_the_accounts_through_the_api(live: psycopg.Connection, role: str) -> None:
    rows = live.execute(
        "select c.relname from pg_class c where c.relnamespace = 'auth'::regnamespace"
        " and c.relkind = 'r' and has_table_privilege(%s, c.oid, 'select')",
        [role],
    ).fetchall()
    assert rows == []


def test_the_accounts_have_row_level_security_as_on_hosted(live: psycopg.Connection) -> None:
    rows = live.execute(
        "select relname from pg_class where relnamespace = 'auth'::regnamespace"
        " and relkind = 'r' and not relrowsecurity"
    ).fetchall()
    assert rows == []
