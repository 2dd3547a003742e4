"""The schema `realtime` as hosted has it, name for name: policies and triggers rely on it."""

from __future__ import annotations

import psycopg
import pytest

COLUMNS = """
select column_name::text, data_type::text, is_nullable = 'NO', column_default::text
from information_schema.columns
where table_schema = 'realtime' and table_name = 'messages' order by ordinal_position
"""
FUNCTIONS = """
select
    proname::text, pg_get_function_arguments(oid), pg_get_function_result(oid), provolatile,
    prosecdef, proowner::regrole::text, has_function_privilege('anon', oid, 'execute')
from pg_proc where pronamespace = 'realtime'::regnamespace order by 1
"""
NAMED = "payload {}, event text, topic text, private boolean DEFAULT true"
OWNER = "supabase_realtime_admin"


def test_messages_has_hosted_s_columns(postgres: psycopg.Connection) -> None:
    stamp = "timestamp without time zone"
    assert postgres.execute(COLUMNS).fetchall() == [
        ("topic", "text", True, None),
        ("extension", "text", True, None),
        ("payload", "jsonb", False, None),
        ("event", "text", False, None),
        ("private", "boolean", False, "false"),
        ("updated_at", stamp, True, "now()"),
        ("inserted_at", stamp, True, "now()"),
        ("id", "uuid", True, "gen_random_uuid()"),
        ("binary_payload", "bytea", False, None),
    ]


def test_messages_is_partitioned_by_time_and_closed_by_default(
    postgres: psycopg.Connection,
) -> None:
    found = postgres.execute(
        "select pg_get_partkeydef(oid), relrowsecurity, relforcerowsecurity,"
        " relowner::regrole::text from pg_class where oid = 'realtime.messages'::regclass"
    ).fetchone()
    assert found == ("RANGE (inserted_at)", True, False, OWNER)
    constraints = postgres.execute(
        "select pg_get_constraintdef(oid) from pg_constraint"
        " where conrelid = 'realtime.messages'::regclass and contype in ('p', 'c') order by 1"
    ).fetchall()
    assert constraints == [
        ("CHECK (((payload IS NULL) OR (binary_payload IS NULL)))",),
        ("PRIMARY KEY (id, inserted_at)",),
    ]


def test_replays_have_their_index(postgres: psycopg.Connection) -> None:
    found = postgres.execute(
        "select pg_get_indexdef('realtime.messages_inserted_at_topic_index'::regclass)"
    ).fetchone()
    assert found is not None
    assert found[0].endswith(
        "(inserted_at DESC, topic) WHERE ((extension = 'broadcast'::text) AND (private IS TRUE))"
    )


@pytest.mark.parametrize("role", ["anon", "authenticated", "service_role"])
def test_who_calls_may_read_and_write_messages_as_far_as_policies_let_them(
    postgres: psycopg.Connection, role: str
) -> None:
    verbs = ("select", "insert", "update", "delete", "truncate")
    allowed = [
        verb
        for verb in verbs
        if postgres.execute(
            "select has_table_privilege(%s, 'realtime.messages', %s)", [role, verb]
        ).fetchone()
        == (True,)
    ]
    assert allowed == ["select", "insert", "update"]
    usage = "select has_schema_privilege(%s, 'realtime', 'usage')"
    assert postgres.execute(usage, [role]).fetchone() == (True,)


def test_the_functions_are_hosted_s_with_their_parameters_names(
    postgres: psycopg.Connection,
) -> None:
    changes = (
        "topic_name text, event_name text, operation text, table_name text, table_schema text,"
        " new record, old record, level text DEFAULT 'ROW'::text"
    )
    assert postgres.execute(FUNCTIONS).fetchall() == [
        ("broadcast_changes", changes, "void", "v", False, OWNER, True),
        ("send", NAMED.format("jsonb"), "void", "v", False, OWNER, True),
        ("send_binary", NAMED.format("bytea"), "void", "v", False, OWNER, True),
        ("topic", "", "text", "s", False, OWNER, True),
    ]


def test_a_topic_that_is_not_set_is_null(postgres: psycopg.Connection) -> None:
    assert postgres.execute("select realtime.topic()").fetchone() == (None,)
    postgres.execute("select set_config('realtime.topic', '', true)")
    assert postgres.execute("select realtime.topic()").fetchone() == (None,)
    postgres.execute("select set_config('realtime.topic', 'room', true)")
    assert postgres.execute("select realtime.topic()").fetchone() == ("room",)


def test_listening_belongs_to_migrations(postgres: psycopg.Connection) -> None:
    """Recreating the publication is common there, and so is setting its tables anew."""
    postgres.execute("create table public.fresh (id int primary key)")
    for statement in (
        "alter publication supabase_realtime add table public.fresh",
        "alter publication supabase_realtime set table public.fresh",
        "alter publication supabase_realtime drop table public.fresh",
        "drop publication supabase_realtime",
        "create publication supabase_realtime for table public.fresh",
    ):
        postgres.execute(statement.encode())
