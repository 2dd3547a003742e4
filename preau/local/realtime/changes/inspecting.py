"""JSON values as Elixir's `inspect` shows them: upstream puts that into its error texts."""

from __future__ import annotations

import json


def inspected(value: object) -> str:
    """Return `nil`, `["a", 1]`, `%{"key" => true}` … for what JSON gave."""
    match value:
        case None:
            return "nil"
        case str():
            return json.dumps(value, ensure_ascii=False)
        case list() | tuple():
            return "[" + ", ".join(inspected(item) for item in value) + "]"
        case dict():
            pairs = (f"{inspected(key)} => {inspected(value[key])}" for key in sorted(value))
            return "%{" + ", ".join(pairs) + "}"
        case _:
            return json.dumps(value)
