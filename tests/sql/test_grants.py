"""What grants keep closed whoever asks; the manifest of access says what they open."""

from __future__ import annotations

import re

import pytest

from preau.local.paths import MIGRATIONS
from tests.support import grants
from tests.support.database import Db, acting_as, column, forbidden, rows
from tests.support.people import ANON, SERVICE, Nobody

SIGNED_IN = Nobody("authenticated")


@pytest.mark.parametrize(
    "change",
    [
        "grant select on public.orders to anon",
        "grant insert on public.formations to authenticated",
        "grant update (status) on public.orders to authenticated",
        "grant update (email) on public.profile_details to authenticated",
        "grant update on public.orders to service_role",
        "grant select on public.members to public",
        "grant execute on function private.enqueue to authenticated",
        "grant execute on function worker.settle to public",
        "grant usage on sequence public.audit_log_id_seq to anon",
        "grant usage on schema worker to authenticated",
        "revoke select on public.offers from anon",
        "grant select on private.provider_accounts to service_role",
        "grant select on public.orders to authenticated with grant option",
    ],
)
def test_any_other_grant_is_noticed(db: Db, change: str) -> None:
    before = grants.read(db)
    db.execute(change.encode())
    assert grants.read(db) != before


TABLES = (
    "select c.oid::regclass::text from pg_catalog.pg_class as c"
    " where c.relkind in ('r', 'p', 'v') and (c.relnamespace::regnamespace::text in"
    " ('public', 'private') or c.relnamespace = 'pgmq'::regnamespace)"
)


WRITTEN_BY_OWNERS = {
    *("member_profiles", "member_onboarding", "student_profiles", "garage_profiles"),
    *("coach_profiles", "parent_profiles", "bank_details"),
}


@pytest.mark.parametrize("actor", [ANON, SIGNED_IN, SERVICE], ids=lambda actor: actor.role)
@pytest.mark.parametrize("verb", ["insert into {} default values", "delete from {}", "truncate {}"])
def test_no_api_role_inserts_deletes_or_empties_anything(db: Db, actor: Nobody, verb: str) -> None:
    tables = set(column(db, TABLES))
    assert len(tables) > 25
    if verb.startswith("insert") and actor is SIGNED_IN:
        tables -= WRITTEN_BY_OWNERS
    for table in sorted(tables):
        with forbidden(), acting_as(db, actor):
            db.execute(verb.format(table).encode())


@pytest.mark.parametrize("schema", ["private", "pgmq", "auth", "supabase_migrations", "cron"])
@pytest.mark.parametrize("actor", [ANON, SIGNED_IN], ids=lambda actor: actor.role)
def test_no_client_reads_a_table_behind_the_api(db: Db, actor: Nobody, schema: str) -> None:
    tables = column(
        db,
        "select c.oid::regclass::text from pg_catalog.pg_class as c"
        " where c.relkind in ('r', 'p') and c.relnamespace = to_regnamespace(%s)",
        schema,
    )
    for table in tables:
        with forbidden(), acting_as(db, actor):
            db.execute(f"select * from {table}".encode())  # noqa: S608 - a name from the catalogue


def test_the_automatic_grants_of_older_projects_are_taken_back(db: Db) -> None:
    """Older hosted projects grant everything in public to the API's roles."""
    for kind in ("tables", "sequences", "functions"):
        db.execute(
            f"alter default privileges in schema public grant all on {kind}"
            " to anon, authenticated, service_role".encode()
        )
    foundations = next(MIGRATIONS.glob("*_foundations.sql")).read_text()
    revokes = re.findall(r"^alter default privileges[^;]*;", foundations, re.MULTILINE)
    db.execute("\n".join(revokes).encode())
    before = grants.read(db)
    db.execute("create table public.later (id bigint generated always as identity)")
    db.execute("create function public.later() returns int language sql as 'select 1'")
    assert grants.read(db) == before
    assert rows(db, "select from pg_class where relname = 'later' and relacl is not null") == []
