"""A change of one row, as the write-ahead log tells it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal


class Unchanged:
    """The mark of a large value that an UPDATE did not touch, and the log does not repeat."""

    def __repr__(self) -> str:
        return "UNCHANGED"


UNCHANGED: Final = Unchanged()
Value = str | Unchanged | None
Row = tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a relation; `key` if it belongs to the replica identity."""

    name: str
    type_oid: int
    key: bool


@dataclass(frozen=True, slots=True)
class Relation:
    """A table at the time of a change."""

    oid: int
    schema: str
    name: str
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One row; values are Postgres' text form, in the order of the relation's columns.

    An old row of which `old_is_key` holds has values in the key's columns only. UPDATE has an old
    row if the replica identity is full or its value changed; DELETE always has one.
    """

    relation: Relation
    action: Literal["INSERT", "UPDATE", "DELETE"]
    new: Row | None
    old: Row | None
    old_is_key: bool
    committed_at: datetime
    transaction: int = 0
