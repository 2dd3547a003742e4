"""The exact grants of a database, in the words of tests/sql/grants.toml."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

from tests.support.database import Db

QUERY = Path(__file__).parent.parent / "sql" / "grants.sql"
Grants = dict[str, dict[str, Any]]


def read(db: Db) -> Grants:
    """Who but the owner may do what.

    Functions and schemas: who may execute or use them. Tables: for each role its verbs, with the
    columns behind a verb that is granted on columns only.
    """
    found: Grants = {"schemas": defaultdict(list), "functions": defaultdict(list), "tables": {}}
    columns: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for row in db.execute(QUERY.read_bytes()).fetchall():
        kind, name, role, verb = (row[key] for key in ("kind", "object", "role", "privilege"))
        if kind != "tables":
            word = {"schemas": "usage", "functions": "execute"}[kind]
            found[kind][name].append(role if verb == word else f"{role} ({verb})")
        elif row["column"]:
            columns[name, role, verb].append(row["column"])
        else:
            found["tables"].setdefault(name, {}).setdefault(role, []).append(verb)
    for (name, role, verb), listed in columns.items():
        text = f"{verb} ({', '.join(sorted(listed))})"
        found["tables"].setdefault(name, {}).setdefault(role, []).append(text)
    return {kind: dict(sorted(objects.items())) for kind, objects in found.items()}
