"""Which changes row-level security lets whom see: one question per set of claims and change.

A row is visible to whom a look-up by its key finds it now, not as it was at the change: one that
is deleted meanwhile is told to nobody. A DELETE is not asked about: no row is there to be found.
"""

from __future__ import annotations

import json
from typing import Any, Final

from preau.local.realtime.changes.catalogue import Facts
from preau.local.realtime.changes.pgoutput import Change, Relation
from preau.local.realtime.changes.pictures import Picture
from preau.local.realtime.changes.questions import Questions
from preau.local.realtime.claims import Caller
from preau.log import get_logger

BYTEA: Final = 17  # its type's oid; pictures show it as bare hexadecimal
log = get_logger(piece="realtime")


class Inquiry:
    """Collects who would see which changes of one table, and asks once for all of them."""

    def __init__(self, relation: Relation, facts: Facts) -> None:
        self._relation = relation
        self._facts = facts
        self._keys: list[list[str | None]] = []
        self._places: dict[int, int] = {}
        self._transactions: set[int] = set()
        self._viewers: dict[tuple[str, str], dict[str, Any]] = {}
        self._seen: set[tuple[tuple[str, str], int]] = set()

    def ask(self, number: int, picture: Picture, change: Change, caller: Caller) -> None:
        """Note that a caller would see the change of that number, if policies let it."""
        if number not in self._places:
            self._places[number] = len(self._keys)
            self._keys.append([_value(picture, name) for name in self._facts.key])
            self._transactions.add(change.transaction)
        viewer = self._viewers.setdefault(
            caller.key, {"role": caller.role, "claims": caller.canonical, "rows": {}}
        )
        viewer["rows"][self._places[number]] = number

    async def answer(self, questions: Questions) -> None:
        """Ask. Raises what `Questions` raises."""
        if not self._viewers:
            return
        answers = await questions.visible(
            self._relation.oid,
            self._facts.key,
            self._keys,
            [viewer | {"rows": list(viewer["rows"])} for viewer in self._viewers.values()],
            sorted(self._transactions),
        )
        for (key, viewer), (seen, problem) in zip(self._viewers.items(), answers, strict=True):
            self._seen.update((key, viewer["rows"][place]) for place in seen)
            self._warn(viewer["role"], problem)

    def seen(self, number: int, caller: Caller) -> bool:
        """Tell whether the caller sees the change of that number."""
        return (caller.key, number) in self._seen

    def _warn(self, role: str, problem: str | None) -> None:
        if problem is not None:
            log.warning(
                "change.policy_failed",
                table=f"{self._relation.schema}.{self._relation.name}",
                role=role,
                error=problem,
            )


def _value(picture: Picture, name: str) -> str | None:
    """Return a column's value in Postgres' text form; a generated one is in the picture only."""
    told = picture.images.tested
    if name in told or name not in picture.record:
        return told.get(name)
    text = picture.record[name]
    value = json.loads(text)
    if not isinstance(value, str):
        return text
    return f"\\x{value}" if picture.types[name] == BYTEA else value
