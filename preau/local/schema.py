"""What makes an empty Postgres a Supabase with Préau on it, and what of it is done already.

The order matters (hosted's roles and functions must be there before Auth creates its own):
bootstrap, auth and storage tables, migrations, seeds. Each part is skipped while the files it comes
from are unchanged; the record lies in the data folder and goes with it.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import psycopg

from preau.errors import PreauError
from preau.local import databases, keys, migrations, process
from preau.local.paths import LOCAL, MIGRATIONS
from preau.local.postgres import Cluster
from preau.local.programs import NODE_MODULES, Programs

BOOTSTRAP = LOCAL / "bootstrap"
AUTH = LOCAL / "auth"


@dataclass
class Schema:
    """Brings one cluster's database `postgres` up to date. Steps return what they did."""

    cluster: Cluster
    programs: Programs
    auth_init: tuple[list[str], dict[str, str]]

    @property
    def url(self) -> str:
        """The database as the role that migrations run as."""
        return keys.database_url(self.cluster.port)

    async def bootstrap(self) -> str:
        """Apply preau/local/bootstrap as the superuser: roles, schemas, hosted's functions."""
        mark = fingerprint(bootstrap_files())
        if self._recorded("bootstrap") == mark:
            return "unchanged"
        await asyncio.to_thread(self._apply_bootstrap)
        self._record("bootstrap", mark)
        return f"{len(bootstrap_files())} files"

    async def auth_tables(self) -> str:
        """Let Auth and Storage create their tables, as the roles that own them."""
        mark = fingerprint(auth_files())
        if self._recorded("auth") == mark:
            return "unchanged"
        command, env = self.auth_init
        code, output = await process.run(command, env=process.base_env() | env)
        if code != 0:
            raise PreauError(
                "auth_tables_failed",
                f"Auth and Storage could not create their tables.\n{output.strip()[-1500:]}",
                "Drop the data and start afresh: preau reset, then preau up.",
            )
        self._record("auth", mark)
        return "created"

    async def migrate(self) -> str:
        """Apply the migrations that are missing, with the Supabase CLI."""
        return await migrations.push(self.programs, self.url)

    async def seed(self) -> str:
        """Apply the seeds, unless they are those applied last."""
        mark = fingerprint(migrations.seeds())
        if self._recorded("seeds") == mark:
            return "unchanged"
        done = await asyncio.to_thread(migrations.seed, self.url)
        self._record("seeds", mark)
        return done

    @property
    def whole(self) -> str:
        """What the template is made from, in a few characters."""
        files = [*bootstrap_files(), *auth_files(), *migrations.seeds()]
        files += sorted(MIGRATIONS.glob("*.sql"))
        return fingerprint(files, self.cluster.tree.name)

    def is_frozen(self) -> bool:
        """Tell whether the template in the data folder is made from the files as they are."""
        return self._recorded("template") == self.whole

    async def freeze(self) -> str:
        """Make the template database."""
        await asyncio.to_thread(databases.freeze, self._administration)
        self._record("template", self.whole)
        return databases.TEMPLATE

    async def thaw(self) -> str:
        """Make the main database what the template is."""
        await asyncio.to_thread(
            databases.copy, self._administration, databases.TEMPLATE, databases.MAIN
        )
        return "fresh"

    def _apply_bootstrap(self) -> None:
        with psycopg.connect(self.cluster.superuser_url(), autocommit=True) as connection:
            for file in bootstrap_files():
                try:
                    connection.execute(file.read_bytes())
                except psycopg.Error as error:
                    raise PreauError(
                        "bootstrap_failed",
                        f"{file.relative_to(LOCAL)}: {str(error).strip()}",
                        "Drop the data and start afresh: preau reset, then preau up.",
                    ) from None

    @property
    def _administration(self) -> str:
        return self.cluster.superuser_url(databases.ADMINISTRATION)

    @property
    def _file(self) -> Path:
        return self.cluster.data / "preau-applied.json"

    def _records(self) -> dict[str, str]:
        try:
            found: dict[str, str] = json.loads(self._file.read_text())
        except (OSError, ValueError):
            return {}
        return found

    def _recorded(self, part: str) -> str | None:
        return self._records().get(part)

    def _record(self, part: str, mark: str) -> None:
        self._file.write_text(json.dumps(self._records() | {part: mark}, indent=2) + "\n")


def bootstrap_files() -> list[Path]:
    """Return the bootstrap's files in the order they are applied."""
    return sorted(BOOTSTRAP.glob("*.sql"))


def auth_files() -> list[Path]:
    """Return what decides which tables Auth and Storage create."""
    return [AUTH / "init.mjs", NODE_MODULES / "@supabase" / "lite" / "package.json"]


def fingerprint(files: Iterable[Path], *more: str) -> str:
    """Return a digest of names and contents."""
    digest = hashlib.sha256("\0".join(more).encode())
    for file in files:
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()
