"""Filters that have met their table: asked here where text tells, otherwise by Postgres.

Postgres has the truth about types and collations. Only equality of whole numbers, uuids and plain
text is as good by comparing what the log wrote, and it is what most subscribers filter by.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from preau.local.realtime.changes.filters import Filter
from preau.local.realtime.changes.questions import Questions

EXPRESSIONS: Final = frozenset({"match", "imatch"})
COMPILING_SECONDS: Final = 1.0


class TooCostly(Exception):  # noqa: N818 - the name of what is wrong, not of a mechanism
    """A regular expression that takes too long to compile, and would again."""


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
    """Return a filter on a table for a role. Raises `psycopg.Error` with what is wrong with it,
    and `TooCostly`.
    """
    found = await _found(questions, relation, role, asked)
    if found["among"] is None:
        return Expression(asked.column, found["type_oid"], found["expression"])
    negated = asked.negated != (asked.operator == "neq")
    return Among(asked.column, found["type_oid"], frozenset(found["among"]), negated)


async def _found(questions: Questions, relation: int, role: str, asked: Filter) -> dict[str, Any]:
    """Return what Postgres makes of a filter.

    A dozen characters of a regular expression keep a connection busy for as long as it may; so few
    may do so at once, and the others are for policies and changes.
    """
    if asked.operator not in EXPRESSIONS:
        return await questions.condition(relation, role, asked)
    async with questions.compiling:
        try:
            return await questions.condition(relation, role, asked, COMPILING_SECONDS)
        except TimeoutError:
            raise TooCostly(
                f"invalid regular expression for {asked.operator} filter: it takes too long"
            ) from None
