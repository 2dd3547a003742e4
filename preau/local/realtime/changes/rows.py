"""A change as its receivers read it: which columns a role gets, and the JSON of it.

Values arrive as JSON texts and are put together as text, so that no number is rounded and nothing
is parsed. One text serves all who may read the same columns and selected the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from preau.local.realtime import strict_json
from preau.local.realtime.changes.catalogue import Facts, Rights
from preau.local.realtime.changes.pgoutput import Change

RECORD_BYTES: Final = 1024 * 1024
CUT_VALUE_BYTES: Final = 64

NO_KEY: Final = "Error 400: Bad Request, no primary key"
KEY_HIDDEN: Final = "Error 401: Unauthorized"
TOO_LARGE: Final = "Error 413: Payload Too Large"
FAILED: Final = "Error 500: Internal Server Error"

Texts = Mapping[str, str]
"""JSON texts by column; a column that the log did not tell is absent."""


@dataclass(frozen=True, eq=False)
class Row:
    """One change; `record` is empty on DELETE, `old` on INSERT."""

    change: Change
    facts: Facts
    record: Texts
    old: Texts
    _told: dict[tuple[frozenset[str], tuple[str, ...] | None], str] = field(default_factory=dict)

    def data(self, rights: Rights, select: tuple[str, ...] | None) -> str:
        """Return the JSON for a role that selected some columns, or all (None)."""
        key = (rights.readable, select)
        if key not in self._told:
            chosen = [
                (name, type_)
                for name, type_ in self.facts.columns
                if name in rights.readable
                and (select is None or name in select or name in self.facts.key)
            ]
            self._told[key] = self._json(chosen)
        return self._told[key]

    def refusal(self, error: str) -> str:
        """Return the JSON that only says that there was a change, and why no more is said."""
        return self._put([], {}, {}, [error])

    def _json(self, chosen: list[tuple[str, str]]) -> str:
        names = [name for name, _ in chosen]
        if self.change.action == "DELETE" and self.facts.has_policies:
            names = [name for name in names if name in self.facts.key]
        record, old = _kept(self.record, names), _kept(self.old, names)
        if sum(map(_size, (*self.record.values(), *self.old.values()))) <= RECORD_BYTES:
            return self._put(chosen, record, old, None)
        return self._put(chosen, _cut(record), _cut(old), [TOO_LARGE])

    def _put(
        self, columns: list[tuple[str, str]], record: Texts, old: Texts, errors: list[str] | None
    ) -> str:
        dump = strict_json.dump
        parts = [
            f'"type":{dump(self.change.action)}',
            f'"schema":{dump(self.change.relation.schema)}',
            f'"table":{dump(self.change.relation.name)}',
            f'"commit_timestamp":"{_timestamp(self.change.committed_at)}"',
            f'"columns":{dump([{"name": name, "type": type_} for name, type_ in columns])}',
        ]
        if self.change.action != "DELETE":
            parts.append(f'"record":{_object(record)}')
        if self.change.action != "INSERT":
            parts.append(f'"old_record":{_object(old)}')
        parts.append(f'"errors":{dump(errors)}')
        return "{" + ",".join(parts) + "}"


def payload(ids: Iterable[int], data: str) -> str:
    """Return the payload of a `postgres_changes` message."""
    return f'{{"ids":[{",".join(map(str, ids))}],"data":{data}}}'


def _kept(texts: Texts, names: list[str]) -> dict[str, str]:
    return {name: texts[name] for name in names if name in texts}


def _cut(texts: Texts) -> dict[str, str]:
    return {name: text for name, text in texts.items() if _size(text) <= CUT_VALUE_BYTES}


def _size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())


def _object(texts: Texts) -> str:
    members = (f"{strict_json.dump(name)}:{text}" for name, text in texts.items())
    return "{" + ",".join(members) + "}"


def _timestamp(moment: datetime) -> str:
    """Return UTC with milliseconds; realtime-py refuses a change without a timestamp."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"


def failure(change: Change) -> str:
    """Return the JSON that stands for a change about which the database could not be asked."""
    nothing = Facts(has_policies=False, columns=(), generated={}, key=(), roles={})
    return Row(change, nothing, {}, {}).refusal(FAILED)
