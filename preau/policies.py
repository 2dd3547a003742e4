"""Compile supabase/policies into migrations.

The folder is the only place where access is decided; a migration is how it reaches a database.
`build` writes one migration with exactly the policies that changed since the last one, because on
hosted Supabase every create or drop of a policy on tables of auth, storage or realtime takes an
exclusive lock until commit: it holds nothing else and gives up after two seconds of waiting.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from preau.errors import PreauError

ROOT = Path(__file__).parent.parent
POLICIES = ROOT / "supabase" / "policies"
MIGRATIONS = ROOT / "supabase" / "migrations"
SUFFIX = "_policies.sql"
MAX_NAME_BYTES = 63
NAME_BYTES = 63  # what Postgres keeps of an identifier
HEADER = "-- Compiled from supabase/policies by `preau policies build`. Do not edit.\n"

_CREATE = re.compile(r'create policy "(?P<name>[^"]+)"\s+on (?P<table>[\w.]+)\s[^;]*;', re.DOTALL)
_DROP = re.compile(r'drop policy "(?P<name>[^"]+)" on (?P<table>[\w.]+);')
_EITHER = re.compile(r'(?:create|drop) policy "[^"]+"\s+on [\w.]+[^;]*;', re.DOTALL)
_COMMENT = re.compile(r"^[ \t]*--.*$", re.MULTILINE)


@dataclass(frozen=True)
class Policy:
    """One `create policy` statement, as written."""

    table: str
    name: str
    statement: str

    @property
    def key(self) -> tuple[str, str]:
        """What identifies a policy in Postgres: its table and its name."""
        return self.table, self.name

    @property
    def meaning(self) -> str:
        """The statement without layout, so that re-indenting a file changes nothing."""
        return re.sub(r"\s+", " ", self.statement)

    @property
    def drop(self) -> str:
        """The statement that removes it."""
        return f'drop policy "{self.name}" on {self.table};'


def parse(sql: str, where: str) -> list[Policy]:
    """The policies of one file; anything else in it is an error naming the file."""
    text = _COMMENT.sub("", sql)
    rest = _CREATE.sub("", text).strip()
    if rest:
        raise PreauError(
            "policy_file_invalid",
            f"{where} holds something that is not a `create policy` statement: {rest[:80]!r}",
            "Keep tables, grants and functions in a migration; policy names are double-quoted.",
        )
    found = [Policy(m["table"], m["name"], m[0]) for m in _CREATE.finditer(text)]
    for policy in found:
        if len(policy.name.encode()) > NAME_BYTES:
            raise PreauError(
                "policy_name_too_long",
                f'{where}: Postgres would cut the name "{policy.name}" short.',
                f"Say it in {NAME_BYTES} bytes.",
            )
    return found


def wanted(folder: Path = POLICIES) -> dict[tuple[str, str], Policy]:
    """What the folder declares; one policy declared twice is an error."""
    found: dict[tuple[str, str], Policy] = {}
    for file in sorted(folder.glob("*.sql")):
        for policy in parse(file.read_text(), file.name):
            if len(policy.name.encode()) > MAX_NAME_BYTES:
                raise PreauError(
                    "policy_name_too_long",
                    f'{file.name}: "{policy.name}" is longer than {MAX_NAME_BYTES} bytes.',
                    "Postgres would cut it short; say it in fewer words.",
                )
            if policy.key in found:
                raise PreauError(
                    "policy_declared_twice",
                    f'"{policy.name}" on {policy.table} stands twice (again in {file.name}).',
                    "Delete one of the two.",
                )
            found[policy.key] = policy
    return found


def compiled(folder: Path = MIGRATIONS) -> dict[tuple[str, str], Policy]:
    """What the compiled migrations leave behind, played in their order."""
    state: dict[tuple[str, str], Policy] = {}
    for file in sorted(folder.glob(f"*{SUFFIX}")):
        text = _COMMENT.sub("", file.read_text())
        for statement in _EITHER.finditer(text):
            dropped, created = _DROP.match(statement[0]), _CREATE.match(statement[0])
            if dropped:
                state.pop((dropped["table"], dropped["name"]), None)
            elif created:
                policy = Policy(created["table"], created["name"], created[0])
                state[policy.key] = policy
    return state


def changes(policies: Path = POLICIES, migrations: Path = MIGRATIONS) -> list[str]:
    """The statements that turn what is compiled into what is wanted; empty when they agree."""
    old, new = compiled(migrations), wanted(policies)
    changed = [key for key in new if key in old and new[key].meaning != old[key].meaning]
    drops = [old[key].drop for key in sorted([*changed, *(old.keys() - new.keys())])]
    creates = [p.statement for key, p in new.items() if key not in old or key in changed]
    return [*drops, *creates]


def build(
    now: datetime | None = None, policies: Path = POLICIES, migrations: Path = MIGRATIONS
) -> Path | None:
    """Write the migration that brings the database up to the folder; None when nothing changed.

    It is the newest of all: where a migration is dated later than `now`, it comes right after that.
    """
    statements = changes(policies, migrations)
    if not statements:
        return None
    stamp = (now or datetime.now(UTC)).strftime("%Y%m%d%H%M%S")
    newest = max((f.name[:14] for f in migrations.glob("*.sql")), default="0")
    version = stamp if stamp > newest else str(int(newest) + 1)
    target = migrations / f"{version}{SUFFIX}"
    target.write_text(
        f"{HEADER}\nset local lock_timeout = '2s';\n\n" + "\n\n".join(statements) + "\n"
    )
    return target


def check(policies: Path = POLICIES, migrations: Path = MIGRATIONS) -> None:
    """Raise when the folder and its compiled migrations differ."""
    if statements := changes(policies, migrations):
        raise PreauError(
            "policies_not_compiled",
            f"supabase/policies and its migrations differ in {len(statements)} statements.",
            "Run `preau policies build` and commit the new migration.",
        )
