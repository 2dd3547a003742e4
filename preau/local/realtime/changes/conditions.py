"""Filters that have met their table: asked here where text tells, otherwise by Postgres.

Postgres has the truth about types and collations. Only equality of whole numbers, uuids and plain
text is as good by comparing what the log wrote, and it is what most subscribers filter by.
"""

from __future__ import annotations

from dataclasses import dataclass

from preau.local.realtime.changes.filters import Filter
from preau.local.realtime.changes.questions import Questions


@dataclass(frozen=True)
class Among:
    """Met by a value that is one of some texts, or by one that is none of them; never by NULL."""

    column: str
    type_oid: int
    texts: frozenset[str]
    negated: bool

    def met(self, value: str | None) -> bool:
        """Tell whether a value's text in the log meets it."""
        return value is not None and (value in self.texts) != self.negated


@dataclass(frozen=True)
class Expression:
    """For Postgres: SQL over a row called `image`."""

    column: str
    type_oid: int
    text: str


Condition = Among | Expression


async def compiled(questions: Questions, relation: int, role: str, asked: Filter) -> Condition:
    """Return a filter on a table for a role. Raises `psycopg.Error` with what is wrong with it."""
    found = await questions.condition(relation, role, asked)
    if found["among"] is None:
        return Expression(asked.column, found["type_oid"], found["expression"])
    negated = asked.negated != (asked.operator == "neq")
    return Among(asked.column, found["type_oid"], frozenset(found["among"]), negated)
