from __future__ import annotations

from typing import Any

import pytest

from tests.support.bodies import careless, injectable
from tests.support.database import Db, rows

OURS = (
    "select oid::regprocedure::text as name, prosrc as body from pg_catalog.pg_proc"
    " where pronamespace::regnamespace::text in ('public', 'private', 'worker')"
)

CARELESS = [
    "update public.orders set status = 'paid';",
    "UPDATE public.orders\nSET status = 'paid'\nRETURNING id;",
    "update only public.orders as o set status = 'paid'; select 1 where true;",
    "delete from public.orders;",
    "delete from public.orders using public.members;",
    "with gone as (delete from public.orders returning id) select * from gone where true;",
    "begin update public.orders set note = 'where'; end",
    "begin update public.orders set a = 1; -- where\n end",
    "begin update public.orders set a = 1 /* where */; end",
    "begin execute 'delete from public.orders'; end",
    "begin execute format('delete from pgmq.%I', queue); end",
    "begin execute format('update pgmq.%I as job '\n'set vt = now()', queue); end",
    "begin execute 'update public.orders ' || 'set a = 1'; end",
    "do $x$ begin delete from public.orders; end $x$",
]
CAREFUL = [
    "update public.orders set status = 'paid' where id = bought;",
    "update public.orders as o set a = (select 1) from x where o.id = x.id returning o.id into y;",
    "delete from public.orders as o using old where o.id = old.id;",
    "insert into x values (1) on conflict (id) do update set a = excluded.a;",
    "select * from public.orders where id = 1 for update;",
    "select 'update public.orders set a = 1 where id = 2';",
    "perform private.fail(409, 'x', 'Please update the set of rows.');",
    "begin execute format('delete from pgmq.%I as job using held where job.id = held.id', q); end",
    "with gone as (delete from a where id = 1 returning id) select * from gone;",
]
INJECTABLE = [
    "execute 'select ' || name;",
    "execute format('select * from %s', name);",
    "execute format('select * from %1$s', name);",
    "execute format(template, name);",
    "execute query;",
    "execute 'select 1' || tail into x;",
    "execute 'select ' || 'a from b' || name;",
]
SAFE = [
    "execute 'select a from b' into c;",
    "execute format('select * from pgmq.%I where id = $1', name) using id;",
    "execute format(\n    'select 1 from %I where a = %L', name, a\n) into x;",
    "raise exception using message = format('Order %s', reference);",
    "-- execute what\nselect 1;",
    "select 'we execute it';",
]


def bodies(db: Db) -> dict[str, str]:
    found: list[dict[str, Any]] = rows(db, OURS)
    assert len(found) > 60
    return {row["name"]: row["body"] for row in found}


def test_no_function_updates_or_deletes_without_where(db: Db) -> None:
    """Hosted refuses it on API connections, inside functions too."""
    assert {name: bad for name, body in bodies(db).items() if (bad := careless(body))} == {}


def test_no_function_builds_sql_from_text(db: Db) -> None:
    assert {name: bad for name, body in bodies(db).items() if (bad := injectable(body))} == {}


@pytest.mark.parametrize("body", CARELESS)
def test_the_lint_sees_a_statement_without_where(body: str) -> None:
    assert len(careless(body)) == 1


@pytest.mark.parametrize("body", CAREFUL)
def test_the_lint_leaves_careful_statements_alone(body: str) -> None:
    assert careless(body) == []


@pytest.mark.parametrize("body", INJECTABLE)
def test_the_lint_sees_sql_built_from_text(body: str) -> None:
    assert len(injectable(body)) == 1


@pytest.mark.parametrize("body", SAFE)
def test_the_lint_leaves_identifiers_and_parameters_alone(body: str) -> None:
    assert injectable(body) == []
