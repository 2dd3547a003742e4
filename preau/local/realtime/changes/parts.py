"""The parts that messages of pgoutput are made of: a table, a row, a text.

Each function takes the whole message and a position in it, and returns what stands there and the
position behind it. Where that is cut off it raises `ValueError`, `IndexError` or `struct.error`, or
returns a position behind the end, which is for the caller to see.
"""

from __future__ import annotations

import struct

from preau.local.realtime.changes.change import UNCHANGED, Column, Relation, Row, Value


def relation(data: bytes) -> tuple[Relation, int]:
    """Return the table that a Relation message describes."""
    (oid,) = struct.unpack_from(">I", data, 1)
    schema, position = text(data, 5)
    name, position = text(data, position)
    (count,) = struct.unpack_from(">xH", data, position)  # behind the replica identity
    position += 3
    columns = []
    for _ in range(count):
        flags = data[position]
        column, position = text(data, position + 1)
        (type_oid,) = struct.unpack_from(">I4x", data, position)  # before the type's modifier
        position += 8
        columns.append(Column(column, type_oid, bool(flags & 1)))
    # An empty schema is how the protocol writes pg_catalog.
    return Relation(oid, schema or "pg_catalog", name, tuple(columns)), position


def row(data: bytes, position: int, relation: Relation) -> tuple[Row, int]:
    """Return the values of a row, one for each column."""
    (count,) = struct.unpack_from(">H", data, position)
    position += 2
    if count != len(relation.columns):
        raise ValueError(f"{count} values for {len(relation.columns)} columns")
    values: list[Value] = []
    for _ in range(count):
        kind = data[position]
        position += 1
        if kind == 116:  # t
            start = position + 4
            position = start + int.from_bytes(data[position:start], "big")
            values.append(data[start:position].decode())
        elif kind == 110:  # n
            values.append(None)
        elif kind == 117:  # u
            values.append(UNCHANGED)
        else:
            raise ValueError(f"a value of kind {kind}")
    return tuple(values), position


def text(data: bytes, position: int) -> tuple[str, int]:
    """Return a text that ends in a zero byte."""
    end = data.index(0, position)
    return data[position:end].decode(), end + 1
