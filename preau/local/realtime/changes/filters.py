"""What a subscriber wrote under `filter`, taken apart: `id=eq.1,title=not.in.(a,"b,c")`.

Only the shape is judged here; whether a column is there, and a value of its type, the database says
(`conditions`). Rules and error texts are those of supabase/realtime, quirks included: quotes group
only right after `.`, `(` or `,`, and one level of backslashes goes with the quotes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from preau.local.realtime.changes.inspecting import inspected

SCALARS: Final = frozenset({"eq", "neq", "lt", "lte", "gt", "gte", "isdistinct", "is"})
PATTERNS: Final = frozenset({"like", "ilike", "match", "imatch"})
OPERATORS: Final = SCALARS | PATTERNS | {"in"}


class BadFilter(ValueError):  # noqa: N818 - the name of what is wrong, not of a mechanism
    """The filter cannot be read; its text is what the client is told after "params: "."""


@dataclass(frozen=True, order=True)
class Filter:
    """One condition: a column's name, an operator, its operand as text, and whether negated.

    The operand of `in` is an array as Postgres writes one: `{a,"b,c"}`.
    """

    column: str
    operator: str
    value: str
    negated: bool

    def inspected(self) -> str:
        """Return it as upstream's messages show it."""
        negated = "true" if self.negated else "false"
        parts = ", ".join(inspected(part) for part in (self.column, self.operator, self.value))
        return f"{{{parts}, {negated}}}"


def parse(text: str) -> tuple[Filter, ...]:
    """Return the conditions, all of which must hold; none for a blank text. Raises `BadFilter`."""
    if not text.strip():
        return ()
    return tuple(_condition(segment.strip()) for segment in split(text.strip()))


def split(text: str) -> list[str]:
    """Return the parts between commas that stand in no parentheses and in no quotes."""
    parts: list[str] = []
    start, depth, quoted, before, at = 0, 0, False, "", 0
    while at < len(text):
        char = text[at]
        if quoted:
            if char == "\\" and at + 1 < len(text):
                at += 1
            elif char == '"':
                quoted = False
        elif char == '"' and before in (".", "(", ","):
            quoted = True
        elif char == "(":
            depth += 1
        elif char == ")":
            depth = max(0, depth - 1)
        elif char == "," and depth == 0:
            parts.append(text[start:at])
            start = at + 1
            char = ""
        before = char
        at += 1
    return [*parts, text[start:]]


def _condition(segment: str) -> Filter:
    if not segment:
        raise BadFilter("filter must not contain empty segments (check for extra commas)")
    column, equals, rest = segment.partition("=")
    if not equals:
        raise BadFilter(inspected([segment]))
    negated = rest.startswith("not.")
    operation = rest.removeprefix("not.")
    operator, dot, value = operation.partition(".")
    if not dot:
        raise BadFilter(inspected([operation]))
    if operator not in OPERATORS:
        raise BadFilter(inspected([operator, value]))
    return Filter(column, operator, _operand(operator, value), negated)


def _operand(operator: str, value: str) -> str:
    if operator != "in":
        return _unquoted(value)
    if len(value) < 2 or not (value.startswith("(") and value.endswith(")")):
        raise BadFilter("`in` filter value must be wrapped by parentheses")
    return "{" + value[1:-1] + "}"


def _unquoted(value: str) -> str:
    """Return what stands in the quotes; a text whose quotes do not close at its end is itself."""
    if not value.startswith('"'):
        return value
    inner: list[str] = []
    at = 1
    while at < len(value):
        if value[at] == '"':
            return "".join(inner) if at == len(value) - 1 else value
        if value[at] == "\\" and at + 1 < len(value):
            at += 1
        inner.append(value[at])
        at += 1
    return value
