"""Takes apart what Postgres' output plugin `pgoutput` says, protocol version 1, as bytes.

The layout is that of the manual's "Logical Replication Message Formats": big-endian integers,
strings that end in a zero byte. What cannot be read in full is an error and never a guess: from
there on nothing of the stream could be believed.
"""

from __future__ import annotations

import struct
from datetime import UTC, datetime, timedelta
from typing import Literal

from preau.local.realtime.changes import parts
from preau.local.realtime.changes.change import (
    UNCHANGED,
    Change,
    Column,
    Relation,
    Row,
    Unchanged,
    Value,
)
from preau.log import get_logger

__all__ = [
    "UNCHANGED",
    "Change",
    "Column",
    "DecodeError",
    "Decoder",
    "Relation",
    "Unchanged",
    "Value",
]
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)  # Postgres counts microseconds from here
# What tells nothing of a row: where a transaction came from, a type's name, TRUNCATE.
SILENT = b"OYT"
log = get_logger(piece="realtime")


class DecodeError(Exception):
    """The stream is not what was expected; only a new slot helps."""


class Decoder:
    """Remembers tables between the messages of one stream. `committed` is a position in the log.

    It is the end of the last transaction that was read whole, 0 before the first.
    """

    def __init__(self) -> None:
        self.committed = 0
        self._committed_at: datetime | None = None
        self._transaction = 0
        self._relations: dict[int, Relation] = {}
        self._skipped: set[int] = set()

    def decode(self, data: bytes) -> Change | None:
        """Return the change that a message tells, if it tells one. Raises `DecodeError`."""
        try:
            change, end = self._message(data)
        except (struct.error, ValueError, IndexError, KeyError, OverflowError) as error:
            raise DecodeError(f"{data[:1]!r}, {len(data)} bytes: {error!r}") from error
        if end != len(data):
            raise DecodeError(f"{data[:1]!r}: {len(data)} bytes instead of {end}")
        return change

    def _message(self, data: bytes) -> tuple[Change | None, int]:
        kind = data[0]
        if kind in b"IUD":
            return self._change(data, kind)
        if kind == ord("B"):
            _, at, self._transaction = struct.unpack_from(">QqI", data, 1)
            self._committed_at = EPOCH + timedelta(microseconds=at)
            return None, 21
        if kind == ord("C"):
            _, _, self.committed, _ = struct.unpack_from(">BQQq", data, 1)
            self._committed_at = None
            return None, 26
        if kind == ord("R"):
            relation, end = parts.relation(data)
            self._relations[relation.oid] = relation
            return None, end
        if kind not in SILENT and kind not in self._skipped:
            self._skipped.add(kind)
            log.warning("wal.message_skipped", kind=chr(kind))
        return None, len(data)

    def _change(self, data: bytes, kind: int) -> tuple[Change, int]:
        if self._committed_at is None:
            raise ValueError("outside a transaction")
        relation = self._relations[struct.unpack_from(">I", data, 1)[0]]
        new: Row | None = None
        old: Row | None = None
        mark, position = data[5], 6
        old_is_key = mark == ord("K")
        if kind != ord("I") and mark in b"KO":
            old, position = parts.row(data, position, relation)
            if kind == ord("U"):
                mark, position = data[position], position + 1
        if kind != ord("D"):
            if mark != ord("N"):
                raise ValueError(f"no new row but {mark}")
            new, position = parts.row(data, position, relation)
        elif old is None:
            raise ValueError(f"no old row but {mark}")
        action: Literal["INSERT", "UPDATE", "DELETE"] = (
            "INSERT" if kind == ord("I") else "UPDATE" if kind == ord("U") else "DELETE"
        )
        change = Change(
            relation, action, new, old, old_is_key, self._committed_at, self._transaction
        )
        return change, position
