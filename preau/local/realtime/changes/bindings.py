"""The entries under `config.postgres_changes` of a join: what a channel wants to hear.

Only their shape is judged here; tables, columns and values meet the database in `Feed.subscribe`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, cast

from preau.local.realtime.changes import filters
from preau.local.realtime.changes.filters import Filter
from preau.local.realtime.changes.inspecting import inspected
from preau.local.realtime.changes.numbers import Numbers
from preau.local.realtime.limits import Limits

Event = Literal["*", "INSERT", "UPDATE", "DELETE"]
ANY: Final = "*"
DEFAULTS: Final = Limits()
SECRETS: Final = frozenset(("user_token", "auth_token"))


class BadBindings(ValueError):  # noqa: N818 - the name of what is wrong, not of a mechanism
    """The entries cannot be subscribed to; the text goes to the client as a `system` error."""


@dataclass(frozen=True)
class Binding:
    """One entry, as it came and as it is meant.

    `id` is positive; equal entries share it. `schema` and `table` may be `*`, and then there are no
    filters on a wildcard and no `select`. `select` None means every column the role may read.
    """

    id: int
    entry: Mapping[str, object]
    event: Event
    schema: str
    table: str
    filters: tuple[Filter, ...]
    select: tuple[str, ...] | None

    def described(self) -> str:
        """Return the parameters as upstream's refusals show them."""
        conditions = ", ".join(condition.inspected() for condition in self.filters)
        return (
            f"[event: {self.event}, schema: {self.schema}, table: {self.table}, "
            f"filters: [{conditions}], select: {inspected(self.select)}]"
        )


def parse(entries: object, limits: Limits = DEFAULTS) -> list[Binding]:
    """Return a binding for each entry, in order. Raises `BadBindings` for the first bad one.

    Whatever is no list means none; items that are null are passed over, as upstream does.
    """
    if not isinstance(entries, list):
        return []
    if sum(map(_filter_size, entries)) > limits.filter_characters:
        raise BadBindings("Error parsing `filter` params: too long")
    numbers = Numbers()
    found = [_binding(entry, numbers) for entry in entries if entry is not None]
    if sum(len(binding.filters) for binding in found) > limits.filters_per_channel:
        raise BadBindings(
            f"Error parsing `filter` params: more than {limits.filters_per_channel} in a channel"
        )
    return found


def _filter_size(entry: object) -> int:
    text = entry.get("filter") if isinstance(entry, dict) else None
    return len(text) if isinstance(text, str) else 0


def _binding(entry: object, numbers: Numbers) -> Binding:
    if not isinstance(entry, dict):
        raise BadBindings(_nothing_named(entry))
    given = {name: value for name, value in entry.items() if value is not None}
    schema, table, filtered = (given.get(name) for name in ("schema", "table", "filter"))
    select = _select(given.get("select"))
    complete = isinstance(schema, str) and isinstance(table, str)
    wrong = any(not isinstance(part, str) for part in (schema, table, filtered) if part is not None)
    if wrong or (schema is None and table is None) or (filtered is not None and not complete):
        raise BadBindings(_nothing_named(entry))
    # No text in Postgres can hold it, and the driver refuses it before anything is asked.
    if any("\0" in part for part in (schema, table, filtered, *(select or ())) if part):
        raise BadBindings("Names and values must not contain a NUL character")
    schema = schema if isinstance(schema, str) else "public"
    table = table if isinstance(table, str) else ANY
    if select is not None and ANY in (schema, table):
        raise BadBindings(
            "Column selection is not supported for wildcard subscriptions. "
            "Provide an explicit schema and table name."
        )
    try:
        conditions = filters.parse(str(filtered or ""))
    except filters.BadFilter as error:
        raise BadBindings(f"Error parsing `filter` params: {error}") from error
    return Binding(
        numbers.of(entry), entry, _event(given.get("event")), schema, table, conditions, select
    )


def _event(given: object) -> Event:
    event = given.upper() if isinstance(given, str) else ANY
    return cast("Event", event) if event in ("INSERT", "UPDATE", "DELETE") else "*"


def _select(given: object) -> tuple[str, ...] | None:
    if given is None:
        return None
    if not isinstance(given, list):
        raise BadBindings(
            "Error parsing `select` params: expected a list of column name strings, "
            'e.g. select: ["col1", "col2"]'
        )
    return tuple(sorted({name for name in given if isinstance(name, str)})) or None


def _nothing_named(entry: object) -> str:
    secret = isinstance(entry, dict) and SECRETS & entry.keys()
    shown = "<redacted>" if secret else inspected(entry)
    return (
        "No subscription params provided. Please provide at least a `schema` or `table` "
        f"to subscribe to: {shown}"
    )
