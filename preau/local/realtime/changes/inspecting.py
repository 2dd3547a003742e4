"""JSON values as Elixir's `inspect` shows them: upstream puts that into its error texts."""

from __future__ import annotations

import json
from typing import Final

DEEPEST: Final = 50  # clients nest as deeply as JSON can be read, and that is too deep for us


def inspected(value: object, deeper: int = DEEPEST) -> str:
    """Return `nil`, `["a", 1]`, `%{"key" => true}` … for what JSON gave."""
    if not deeper:
        return "..."
    match value:
        case None:
            return "nil"
        case str():
            return json.dumps(value, ensure_ascii=False)
        case list() | tuple():
            return "[" + ", ".join(inspected(item, deeper - 1) for item in value) + "]"
        case dict():
            pairs = ((inspected(key), inspected(value[key], deeper - 1)) for key in sorted(value))
            return "%{" + ", ".join(f"{key} => {shown}" for key, shown in pairs) + "}"
        case _:
            return json.dumps(value)
