"""What the streams of Realtime tell a handler."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

Verb = Literal["INSERT", "UPDATE", "DELETE"]


@dataclass(frozen=True, slots=True)
class Reconnected:
    """The stream listens from now on: read what there is, for what came before was not told.

    It is the first event of every stream, and comes again after each interruption.
    """


@dataclass(frozen=True, slots=True)
class RowChange:
    """A committed change of one row, as Realtime tells it.

    `record` is empty after a DELETE. `old_record` has the primary key only, unless the table's
    replica identity is full. `errors` says why columns are missing, for example that the row was
    too large. `committed_at` is in UTC.
    """

    verb: Verb
    schema: str
    table: str
    committed_at: datetime
    record: Mapping[str, Any]
    old_record: Mapping[str, Any]
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PresenceChange:
    """Somebody came to a topic, or left it: what each of their devices had to say of itself.

    After a `Reconnected`, everybody who is there comes anew.
    """

    key: str
    joined: tuple[Mapping[str, Any], ...] = ()
    left: tuple[Mapping[str, Any], ...] = ()
