"""Who may do what, as supabase/policies/manifest says it: the one place that tests and docs read.

A room of the manifest is a TOML file of a domain. For each table and verb it says in one word which
rows each kind of person reaches; for each function who may call it and what they get. Nothing in it
makes a policy: it is what the policies are held against.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from preau.errors import PreauError

MANIFEST = Path(__file__).parent.parent / "supabase" / "policies" / "manifest"
VERBS = ("select", "insert", "update", "delete")
ATOMS = {
    "refused": "no privilege: the request itself is refused",
    "nothing": "no row",
    "published": "what is published by open academies and by one's own",
    "open": "academies open to sign-up, and one's own",
    "self": "rows about oneself, member or not",
    "own": "rows about oneself in academies one is an active member of",
    "child": "rows about a pupil whose guardian, allowed to see, one is",
    "listed": "members shown in the directory of an academy one belongs to",
    "team": "the people on the seats one's garage bought",
    "accessible": "what one has paid for or been given, and what is free",
    "academy": "everything of the academies one helps to run",
}
_TABLE_KEYS = {
    *VERBS,
    *(f"{verb}_columns" for verb in VERBS),
    "service",
    "labels",
    "key",
    "row",
    "touch",
}
_SECTIONS = {"tables", "functions", "schemas", "buckets", "published"}
_FUNCTION_KEYS = {"grants", "call", "who", "elsewhere"}


@dataclass(frozen=True)
class Table:
    """What the manifest says of one table or view of the API."""

    name: str
    cells: dict[str, dict[str, str]]
    """verb → persona → scope: atoms of ATOMS joined by ` + `."""
    columns: dict[str, tuple[str, ...]]
    """verb → the only columns it is granted on; a verb not in it covers all columns."""
    service: tuple[str, ...]
    """What service_role is granted, as `preau` tests spell privileges."""
    labels: str | None
    """A query for all rows: key, academies, people, published and, where used, more."""
    key: str
    touch: str | None
    """The column a blind UPDATE sets to its default; the first that may be updated if not given."""
    row: str | None
    """An INSERT of one row with {academy} and {person}, where a client may insert."""


@dataclass(frozen=True)
class Function:
    """What the manifest says of one function."""

    name: str
    grants: tuple[str, ...]
    call: str | None
    who: dict[str, str]
    """persona → `ok`, `refused` (no privilege) or the stable code of the refusal."""
    elsewhere: str | None


@dataclass(frozen=True)
class Manifest:
    """All rooms together."""

    personas: tuple[str, ...]
    tables: dict[str, Table]
    functions: dict[str, Function]
    schemas: dict[str, tuple[str, ...]]
    buckets: dict[str, str]
    published: dict[str, str]
    """table in the publication supabase_realtime → why it may be there."""


def _wrong(where: str, what: str) -> PreauError:
    return PreauError("manifest_invalid", f"{where}: {what}.", f"Correct it in {MANIFEST.name}/.")


class _Reader:
    def __init__(self, folder: Path) -> None:
        self.rooms = {p.name: tomllib.loads(p.read_text()) for p in sorted(folder.glob("*.toml"))}
        people = self.rooms.pop("personas.toml")
        self.personas: tuple[str, ...] = tuple(people["personas"])
        self.groups: dict[str, list[str]] = people["groups"]

    def spread(self, given: dict[str, list[str]], where: str) -> dict[str, str]:
        """Turn word → who into persona → word; everybody stands there exactly once."""
        found: dict[str, str] = {}
        rest: str | None = None
        for word, who in given.items():
            for name in who:
                if name == "others":
                    rest = word
                    continue
                for persona in self.groups.get(name, [name]):
                    if persona not in self.personas:
                        raise _wrong(where, f"nobody is called {persona!r}")
                    if persona in found:
                        raise _wrong(where, f"{persona!r} stands twice")
                    found[persona] = word
        missing = [p for p in self.personas if p not in found]
        if missing and rest is None:
            raise _wrong(where, f"nothing is said of {', '.join(missing)}")
        return found | dict.fromkeys(missing, rest or "")

    def table(self, name: str, said: dict[str, Any]) -> Table:
        if unknown := set(said) - _TABLE_KEYS:
            raise _wrong(name, f"unknown words {sorted(unknown)}")
        cells = {}
        for verb in VERBS:
            given = said.get(verb, {"refused": ["others"]})
            cells[verb] = self.spread(given, f"{name}, {verb}")
            for scope in set(cells[verb].values()):
                if odd := set(scope.split(" + ")) - set(ATOMS):
                    raise _wrong(f"{name}, {verb}", f"unknown scope {sorted(odd)}")
        columns = {v: tuple(said[f"{v}_columns"]) for v in VERBS if f"{v}_columns" in said}
        return Table(
            name,
            cells,
            columns,
            tuple(said.get("service", ["select"])),
            said.get("labels"),
            said.get("key", "id::text"),
            said.get("touch"),
            said.get("row"),
        )

    def function(self, name: str, said: dict[str, Any]) -> Function:
        if unknown := set(said) - _FUNCTION_KEYS:
            raise _wrong(name, f"unknown words {sorted(unknown)}")
        who = self.spread(said["who"], name) if "who" in said else {}
        return Function(name, tuple(said["grants"]), said.get("call"), who, said.get("elsewhere"))


def read(folder: Path = MANIFEST) -> Manifest:
    """Read the manifest. Raises PreauError `manifest_invalid` saying what is wrong, and where."""
    reader = _Reader(folder)
    made = Manifest(reader.personas, {}, {}, {}, {}, {})
    for room, said in reader.rooms.items():
        if unknown := set(said) - _SECTIONS:
            raise _wrong(room, f"unknown sections {sorted(unknown)}")
        both: list[tuple[dict[str, Any], dict[str, Any]]] = [
            (made.tables, {n: reader.table(n, s) for n, s in said.get("tables", {}).items()}),
            (
                made.functions,
                {n: reader.function(n, s) for n, s in said.get("functions", {}).items()},
            ),
            (made.schemas, {n: tuple(s) for n, s in said.get("schemas", {}).items()}),
            (made.buckets, said.get("buckets", {})),
            (made.published, said.get("published", {})),
        ]
        for kept, new in both:
            if twice := kept.keys() & new.keys():
                raise _wrong(room, f"{', '.join(sorted(twice))} stands in another room already")
            kept.update(new)
    return made
