"""Changes as the write-ahead log tells them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal


class Unchanged:
    """The mark of a large value that an UPDATE did not touch, and the log does not repeat."""


UNCHANGED: Final = Unchanged()
Value = str | Unchanged | None


@dataclass(frozen=True)
class Column:
    """One column of a relation; `key` if it belongs to the replica identity."""

    name: str
    type_oid: int
    modifier: int
    key: bool


@dataclass(frozen=True)
class Relation:
    """A table at the time of a change."""

    oid: int
    schema: str
    name: str
    identity: str
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Change:
    """One row; values are Postgres' text form."""

    relation: Relation
    action: Literal["INSERT", "UPDATE", "DELETE"]
    new: tuple[Value, ...] | None
    old: tuple[Value, ...] | None
    old_is_key: bool
    committed_at: datetime
    transaction: int = 0
