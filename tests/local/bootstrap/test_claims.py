"""auth.uid() and its siblings read the token as hosted's do, wherever the service put it."""

from __future__ import annotations

import json
import uuid

import psycopg
import pytest

PERSON = str(uuid.uuid4())
CLAIMS = json.dumps({"sub": PERSON, "role": "authenticated", "email": "zoe@example.test"})

# PostgREST 12 sets the first; Storage and older PostgRESTs set the second as well.
SETTINGS = {
    "all claims in one": {"request.jwt.claims": CLAIMS},
    "one setting each": {
        "request.jwt.claim.sub": PERSON,
        "request.jwt.claim.role": "authenticated",
        "request.jwt.claim.email": "zoe@example.test",
        "request.jwt.claim": CLAIMS,
    },
}


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=list(SETTINGS))
@pytest.mark.parametrize("role", ["anon", "authenticated", "service_role", "postgres"])
def test_the_functions_read_the_claims(
    postgres: psycopg.Connection, settings: dict[str, str], role: str
) -> None:
    for name, value in settings.items():
        postgres.execute("select set_config(%s, %s, true)", [name, value])
    postgres.execute(f"set local role {role}".encode())
    row = postgres.execute(
        "select auth.uid()::text, auth.role(), auth.email(), auth.jwt()"
    ).fetchone()
    assert row == (PERSON, "authenticated", "zoe@example.test", json.loads(CLAIMS))


@pytest.mark.parametrize("empty", [None, ""])
def test_without_a_token_they_are_null(postgres: psycopg.Connection, empty: str | None) -> None:
    if empty is not None:
        postgres.execute("select set_config('request.jwt.claims', '', true)")
        postgres.execute("select set_config('request.jwt.claim.sub', '', true)")
    row = postgres.execute("select auth.uid(), auth.role(), auth.email(), auth.jwt()").fetchone()
    assert row == (None, None, None, None)


def test_they_are_owned_as_on_hosted_and_stable(postgres: psycopg.Connection) -> None:
    rows = postgres.execute(
        "select proname, proowner::regrole::text, provolatile from pg_proc"
        " where pronamespace = 'auth'::regnamespace and proname in ('uid', 'role', 'email', 'jwt')"
    ).fetchall()
    assert sorted(rows) == [
        (name, "supabase_auth_admin", "s") for name in ("email", "jwt", "role", "uid")
    ]
