"""The forwarders of a hosted project: one index.ts for each function, written from the app's paths.

Hosted Supabase runs TypeScript only, so `supabase.functions.invoke("<name>")` reaches the Python
functions through supabase/functions/<name>/index.ts, all over `_shared/forward.ts`. Each needs a
table in config.toml, too, since hosted would otherwise ask for a legacy token before ours looks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from preau.errors import PreauError

PREFIX = "/functions/v1/"
BEGIN = "# --- forwarders: written by `preau functions forwarders`"
END = "# --- end of the forwarders"
_NAME = re.compile(r"[a-z][a-z0-9-]*")
_INDEX = """\
// Written by `preau functions forwarders`; the function itself is in functions/, in Python.
import {{ forwarder }} from "../_shared/forward.ts";

Deno.serve(forwarder("{name}"));
"""
_TABLE = """\
[functions.{name}]
verify_jwt = false
"""


@dataclass(frozen=True)
class Change:
    """A file as it should be; `text` is None for one of a function that is gone."""

    path: Path
    text: str | None


def names(paths: Iterable[str]) -> list[str]:
    """Return the functions that these paths of the app belong to, in order.

    `/functions/v1/stripe-webhook/{account}` belongs to stripe-webhook. What cannot be the name of
    an Edge Function (openapi.json) is nothing a front end invokes.
    """
    first = {path.removeprefix(PREFIX).split("/")[0] for path in paths if path.startswith(PREFIX)}
    return sorted(name for name in first if _NAME.fullmatch(name))


def changes(wanted: Iterable[str], supabase: Path) -> list[Change]:
    """Return what is to be written, or removed, below the folder `supabase`; nothing if all is."""
    wanted = list(wanted)
    found = [
        Change(supabase / "functions" / name / "index.ts", _INDEX.format(name=name))
        for name in wanted
    ]
    config = supabase / "config.toml"
    found.append(Change(config, _with_tables(config.read_text(encoding="utf-8"), wanted)))
    for index in sorted((supabase / "functions").glob("[a-z]*/index.ts")):
        if index.parent.name not in wanted:
            found.append(Change(index, None))
    return [change for change in found if _differs(change)]


def write(found: Iterable[Change]) -> None:
    """Write, or remove, what `changes` found."""
    for change in found:
        if change.text is None:
            change.path.unlink()
            change.path.parent.rmdir()
        else:
            change.path.parent.mkdir(parents=True, exist_ok=True)
            change.path.write_text(change.text, encoding="utf-8")


def tables(config: Mapping[str, object]) -> dict[str, object]:
    """Return the functions' tables of a parsed config.toml."""
    found = config.get("functions", {})
    return dict(found) if isinstance(found, dict) else {}


def _with_tables(text: str, wanted: list[str]) -> str:
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise PreauError(
            "no_place_for_forwarders",
            f"config.toml lacks the lines {BEGIN!r} and {END!r}.",
            "Put both at its end; what is between them is written over.",
        )
    between = "\n".join(_TABLE.format(name=name) for name in wanted)
    return f"{before}{BEGIN}\n{between}{END}{after}"


def _differs(change: Change) -> bool:
    there = change.path.read_text(encoding="utf-8") if change.path.is_file() else None
    return there != change.text
