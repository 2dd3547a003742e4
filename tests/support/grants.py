"""The exact grants of a database, and those that the manifest of access declares."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from preau.access import VERBS, Manifest
from tests.support.database import Db

QUERY = Path(__file__).parent.parent / "sql" / "grants.sql"
Grants = dict[str, dict[str, list[str]]]
"""`schemas`, `functions`: name → who may use or execute. `tables`: name → `role verb (columns)`."""


def read(db: Db) -> Grants:
    """Who but the owner may do what."""
    found: dict[str, dict[str, list[str]]] = {
        kind: defaultdict(list) for kind in ("schemas", "functions", "tables")
    }
    columns: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for row in db.execute(QUERY.read_bytes()).fetchall():
        kind, name, role, verb = (row[key] for key in ("kind", "object", "role", "privilege"))
        if kind != "tables":
            word = {"schemas": "usage", "functions": "execute"}[kind]
            found[kind][name].append(role if verb == word else f"{role} ({verb})")
        elif row["column"]:
            columns[name, role, verb].append(row["column"])
        else:
            found["tables"][name].append(f"{role} {verb}")
    for (name, role, verb), listed in columns.items():
        found["tables"][name].append(f"{role} {verb} ({', '.join(sorted(listed))})")
    return {
        kind: {name: sorted(who) for name, who in sorted(objects.items())}
        for kind, objects in found.items()
    }


def declared(manifest: Manifest) -> Grants:
    """The grants without which the manifest could not hold, and no other.

    A verb is granted to a role as soon as one of its personas is not refused.
    """
    tables: dict[str, list[str]] = {}
    for name, table in manifest.tables.items():
        said = [f"service_role {privilege}" for privilege in table.service]
        for verb in VERBS:
            listed = table.columns.get(verb)
            ending = f" ({', '.join(sorted(listed))})" if listed else ""
            words = {p: w for p, w in table.cells[verb].items() if w != "refused"}
            if "anon" in words:
                said.append(f"anon {verb}{ending}")
            if set(words) - {"anon"}:
                said.append(f"authenticated {verb}{ending}")
        if said:
            tables[name] = sorted(said)
    return {
        "schemas": {name: sorted(who) for name, who in sorted(manifest.schemas.items())},
        "functions": {
            name: sorted(said.grants) for name, said in sorted(manifest.functions.items())
        },
        "tables": dict(sorted(tables.items())),
    }
