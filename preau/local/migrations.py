"""Migrations, applied by the Supabase CLI as it is, and seeds, applied as the role `postgres`."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

import psycopg

from preau.errors import PreauError
from preau.local import process, sql
from preau.local.paths import MIGRATIONS, SEEDS
from preau.local.ports import HOST
from preau.local.programs import Programs

LOOPBACK = frozenset({HOST, "localhost", "::1"})
LOCK_NOT_AVAILABLE = "55P03"  # compiled policies wait two seconds for a table, no longer


def versions() -> list[str]:
    """Return the versions in supabase/migrations (the digits before the first underscore)."""
    return sorted(file.name.partition("_")[0] for file in MIGRATIONS.glob("[0-9]*_*.sql"))


def applied(url: str) -> list[str]:
    """Return the versions the database has recorded."""
    with _connect(url) as connection:
        recorded = connection.execute(sql.load("migrations_are_recorded")).fetchone()
        if recorded != (True,):
            return []
        return [str(row[0]) for row in connection.execute(sql.load("applied_migrations"))]


async def push(programs: Programs, url: str) -> str:
    """Apply what is missing; returns what was done, in a few words.

    Raises `PreauError` with the CLI's own last words where a migration fails.
    """
    before = applied(url)
    if before == versions():
        return "up to date"
    address, password = without_password(for_cli(url))
    code, output = await process.run(
        [programs.supabase, "db", "push", f"--remote={address}", "--yes", "--agent", "no"],
        env=process.base_env() | password,
    )
    if code != 0:
        raise PreauError(
            "migration_failed",
            f"The Supabase CLI could not apply the migrations.\n{_without_noise(output)}",
            "A table was in use for too long; run `preau migrate` again."
            if LOCK_NOT_AVAILABLE in output
            else "Correct the migration and run `preau migrate`.",
        )
    with _connect(url) as connection:
        connection.execute(sql.load("reload_schema"))
    return f"{len(applied(url)) - len(before)} applied"


def seed(url: str) -> str:
    """Apply every seed in name order; each file is one transaction and may run again."""
    files = seeds()
    with _connect(url) as connection:
        for file in files:
            try:
                connection.execute(file.read_bytes())
            except psycopg.Error as error:
                raise PreauError(
                    "seed_failed",
                    f"{file.relative_to(SEEDS.parent)}: {str(error).strip()}",
                    "Correct the file and run `preau seed`.",
                ) from None
    return f"{len(files)} files"


def seeds() -> list[Path]:
    """Return the seed files in the order they are applied."""
    return sorted(SEEDS.glob("*.sql"))


def for_cli(url: str) -> str:
    """Return a database URL as the Supabase CLI wants it: without TLS where it is on loopback."""
    parts = urlsplit(url)
    if parts.hostname not in LOOPBACK:
        return url
    query = dict(parse_qsl(parts.query)) | {"sslmode": "disable"}
    return urlunsplit(parts._replace(query=urlencode(query)))


def without_password(url: str) -> tuple[str, dict[str, str]]:
    """Return a database URL without its password, and the environment that carries it instead.

    Every account of a machine may read the command lines of the others' processes (proc(5)).
    """
    parts = urlsplit(url)
    if parts.password is None:
        return url, {}
    user, _, host = parts.netloc.rpartition("@")
    bare = parts._replace(netloc=f"{user.partition(':')[0]}@{host}")
    return urlunsplit(bare), {"PGPASSWORD": unquote(parts.password)}


def _connect(url: str) -> psycopg.Connection:
    try:
        return psycopg.connect(url, autocommit=True, connect_timeout=10)
    except psycopg.OperationalError as error:
        raise PreauError(
            "no_database",
            f"No connection to the database: {str(error).strip().splitlines()[0]}.",
            "Start the stack (`preau up --detach`), or correct SUPABASE_DB_URL.",
        ) from None


def _without_noise(output: str) -> str:
    """Return the CLI's last lines, which name the statement that failed."""
    lines = [line.rstrip() for line in output.splitlines() if line.strip()]
    return "\n".join(lines[-25:])
