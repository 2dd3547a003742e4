"""Updating an object as Stripe does: what was sent replaces, an empty string unsets.

Metadata is merged key by key. Source: docs.stripe.com/api/metadata.
"""

from __future__ import annotations

from typing import Literal

from preau.local.stripe.errors import Json


def apply(body: Json, params: Json) -> Json:
    """Change `body` and return its `previous_attributes`, for the event."""
    before: Json = {}
    for name, value in params.items():
        if name == "expand":
            continue
        old = body.get(name)
        if name == "metadata":
            new, previous = merge(old or {}, value)
            if previous:
                before[name] = previous
            body[name] = new
            continue
        wanted = None if value == "" else value
        if old != wanted:
            before[name] = old
            body[name] = wanted
    return before


def merge(old: dict[str, str], new: dict[str, str] | Literal[""]) -> tuple[dict[str, str], Json]:
    """Return the merged metadata and what the changed keys held before."""
    if new == "":
        return {}, dict(old)
    merged = {key: value for key, value in (old | new).items() if value != ""}
    previous = {key: old.get(key) for key in new if old.get(key) != merged.get(key)}
    return merged, previous


def metadata(params: Json) -> dict[str, str]:
    """Return the metadata of a new object; empty values are left out."""
    given = params.get("metadata") or {}
    return {key: value for key, value in given.items() if value != ""}
