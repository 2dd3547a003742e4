"""The rows of a change, column by column, as far as the log tells them.

What it leaves out is no NULL: of a key-only old row everything but the key, of an updated row a
large value that was not touched. The former is dropped; the latter stands in the old row where the
replica identity is full, and is absent otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass

from preau.local.realtime.changes.pgoutput import Change, Relation, Unchanged, Value

Image = dict[str, str | None]
"""Values in Postgres' text form by column; a column that is not told is absent."""


@dataclass(frozen=True, eq=False)
class Images:
    """Both rows; `new` is None on DELETE, `old` on INSERT."""

    new: Image | None
    old: Image | None

    @property
    def tested(self) -> Image:
        """The row that filters are held against."""
        return self.new if self.new is not None else self.old or {}


def images(change: Change) -> Images:
    """Return what a change tells of its rows.

    An UPDATE that leaves the key alone brings no old row under the default replica identity; then
    the key, which is the old one too, is taken from the new row.
    """
    relation = change.relation
    new = None if change.new is None else _told(relation, change.new)
    old = None if change.old is None else _told(relation, change.old)
    if old is not None and change.old_is_key:
        old = _key(relation, old)
    elif old is not None and new is not None:
        new = old | new
    if change.action == "UPDATE" and new is not None and old is None:
        old = _key(relation, new)
    return Images(new, old)


def _told(relation: Relation, values: tuple[Value, ...]) -> Image:
    return {
        column.name: value
        for column, value in zip(relation.columns, values, strict=True)
        if not isinstance(value, Unchanged)
    }


def _key(relation: Relation, image: Image) -> Image:
    names = {column.name for column in relation.columns if column.key}
    return {name: value for name, value in image.items() if name in names}
