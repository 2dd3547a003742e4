"""What the database says of the tables that change, kept for a few seconds.

Whatever is altered in a table, be it only its row-level security or its grants, makes the log
describe it anew before its next change: in another object, though one that may compare equal. What
is altered in a role does not; so what is older than `FRESH_SECONDS` is asked again too.
"""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from preau.local.realtime.changes.pgoutput import Relation
from preau.local.realtime.changes.questions import Questions

FRESH_SECONDS: Final = 2.0


@dataclass(frozen=True)
class Rights:
    """What one role may do with a table."""

    bypasses: bool
    readable: frozenset[str]


NONE: Final = Rights(bypasses=False, readable=frozenset())


@dataclass(frozen=True)
class Facts:
    """A table: `columns` are (name, type's name) in attnum order, `key` its primary key.

    `generated` are the types' oids of the columns that Postgres computes, and the log leaves out.
    """

    has_policies: bool
    columns: tuple[tuple[str, str], ...]
    generated: dict[str, int]
    key: tuple[str, ...]
    roles: dict[str, Rights]

    def rights(self, role: str) -> Rights:
        """Return a role's; one that the database does not know has none."""
        return self.roles.get(role, NONE)


@dataclass(frozen=True)
class _Entry:
    relation: Relation
    roles: frozenset[str]
    facts: Facts | None
    asked_at: float


class Catalogue:
    """The facts of each table, by its oid."""

    def __init__(self, questions: Questions) -> None:
        self._questions = questions
        self._entries: dict[int, _Entry] = {}

    async def facts(self, relation: Relation, roles: Collection[str]) -> Facts | None:
        """Return what holds of a table and some roles; None if it has been dropped.

        Raises what `Questions` raises.
        """
        entry = self._entries.get(relation.oid)
        now = time.monotonic()
        if (
            entry is None
            or entry.asked_at + FRESH_SECONDS < now
            or not entry.roles.issuperset(roles)
            or entry.relation is not relation
        ):
            asked = frozenset(roles) | (entry.roles if entry else frozenset())
            found = await self._questions.facts(relation.oid, sorted(asked))
            facts = None if found is None else _facts(found)
            entry = _Entry(relation, asked, facts, now)
            self._entries[relation.oid] = entry
        return entry.facts


def _facts(found: dict[str, Any]) -> Facts:
    return Facts(
        found["has_policies"],
        tuple((name, type_) for name, type_, _, _ in found["columns"]),
        {name: oid for name, _, oid, is_generated in found["columns"] if is_generated},
        tuple(found["key"]),
        {
            role: Rights(bypasses, frozenset(readable))
            for role, (bypasses, readable) in found["roles"].items()
        },
    )
