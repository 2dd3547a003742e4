"""What somebody really reaches, cell by cell: who × table × verb, and who × function.

`wrong_…` return sentences about the cells that differ from the manifest; none is right.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import psycopg

from preau import access
from tests.policies.personas import Persona, scope
from tests.support.database import Actor, Db, acting_as, column
from tests.support.people import ANON, SERVICE, Nobody

MANIFEST = access.read()
TALLY: Counter[str] = Counter()
"""How much was tried in this run; printed at its end."""
SIGNED_IN = Nobody("authenticated")
ROLES: dict[str, Actor] = {"anon": ANON, "authenticated": SIGNED_IN, "service_role": SERVICE}


def labels(db: Db, table: access.Table) -> list[dict[str, Any]]:
    """All rows of a table with their labels, as the owner sees them."""
    return db.execute(table.labels.encode()).fetchall() if table.labels else []


def reached(db: Db, who: Actor, table: access.Table, verb: str) -> set[str] | None:
    """The keys a statement reaches, undone afterwards; None where the privilege is missing."""
    query = statement(table, verb).encode()
    try:
        with db.transaction(force_rollback=True):
            before = set() if verb == "select" else _places(db, table)
            with acting_as(db, who):
                asked = db.execute(query)
                if verb == "select":
                    return {row["key"] for row in asked.fetchall()}
            return {key for key, _ in before - _places(db, table)}
    except psycopg.errors.InsufficientPrivilege as error:
        return set() if "row-level security" in (error.diag.message_primary or "") else None
    except psycopg.errors.IntegrityError:
        return set()


def _places(db: Db, table: access.Table) -> set[tuple[str, str]]:
    """Where each row lies: an update moves it, a delete takes it away."""
    if not table.labels:
        return set()
    query = f"select {table.key} as key, ctid::text as place from public.{table.name}"  # noqa: S608 - names from the manifest
    return {(row["key"], row["place"]) for row in db.execute(query.encode()).fetchall()}


def statement(table: access.Table, verb: str) -> str:
    """A statement that reaches all it may: it names no row."""
    name = f"public.{table.name}"
    match verb:
        case "select":
            key = table.key if table.labels else "1"
            return f"select {key} as key from {name}"  # noqa: S608 - names from the manifest
        case "update":
            # Reads no column, or the policies for SELECT would stand in front of those for UPDATE.
            touch = table.touch or table.columns.get("update", ("academy_id",))[0]
            return f"update {name} set {touch} = default"  # noqa: S608 - as above
        case "delete":
            return f"delete from {name}"  # noqa: S608 - names from the manifest
    return f"insert into {name} default values"


def wrong_cells(
    db: Db, table: access.Table, people: list[Persona], verbs: tuple[str, ...] = access.VERBS
) -> list[str]:
    """The cells of a table that are not what the manifest says."""
    found, wrong = labels(db, table), []
    for verb in verbs:
        cells = table.cells[verb]
        if verb == "insert" and table.row is not None:
            continue  # tried row by row: wrong_inserts
        for who in people:
            due = scope(cells[who.kind], who, found)
            got = reached(db, who.actor, table, verb)
            TALLY["cells"] += 1
            if got != due:
                more, less = (got or set()) - (due or set()), (due or set()) - (got or set())
                wrong.append(
                    f"{who.name} ({who.kind}), {verb}: {cells[who.kind]!r},"
                    f" {'refused' if got is None else f'{len(more)} too many, {len(less)} missing'}"
                )
    return wrong


def wrong_inserts(db: Db, table: access.Table, people: list[Persona]) -> list[str]:
    """Whoever inserts a row for somebody in an academy where the manifest says otherwise.

    Each persona tries for themselves and for somebody else, in each academy there is.
    """
    if table.row is None:
        return []
    wrong = []
    academies = column(db, "select id from public.academies order by id")
    other = next(p.id for p in people if p.kind == "member of two academies")
    for who in people:
        word = table.cells["insert"][who.kind]
        for academy in academies:
            for person in {who.id or other, other}:
                row = {"key": "x", "academies": [academy], "people": [person], "published": False}
                due = scope(word, who, [row])
                query = table.row.format(academy=academy, person=person)
                got = outcome(db, who.actor, query)
                TALLY["cells"] += 1
                allowed = got == "ok" or got.startswith("23505")
                if (due == {"x"}) != allowed or (due is None) != (got == "refused"):
                    wrong.append(f"{who.name} ({who.kind}) inserts for {person}: {got}, not {word}")
    return wrong


def wrong_columns(db: Db, table: access.Table, role: str) -> list[str]:
    """Columns that a role may update though the manifest does not list them."""
    listed = table.columns.get("update", ()) if role == "authenticated" else ()
    names = column(
        db,
        "select attname::text from pg_catalog.pg_attribute where attrelid = %s::regclass"
        " and attnum > 0 and not attisdropped and attgenerated = '' order by attnum",
        f"public.{table.name}",
    )
    wrong = []
    for name in (n for n in names if n not in listed):
        TALLY["columns"] += 1
        query = f"update public.{table.name} set {name} = default"  # noqa: S608 - the catalogue's
        if outcome(db, ROLES[role], query) != "refused":
            wrong.append(f"{role} updates {table.name}.{name}")
    return wrong


def outcome(db: Db, who: Actor, query: str) -> str:
    """`ok`, `refused` (no privilege), our stable code, or the SQLSTATE; undone afterwards."""
    try:
        with db.transaction(force_rollback=True), acting_as(db, who):
            db.execute(query.encode())
    except psycopg.errors.InsufficientPrivilege as error:
        said = error.diag.message_primary or ""
        return "row_refused" if "row-level security" in said else "refused"
    except psycopg.Error as error:
        state = error.sqlstate or "?"
        return (error.diag.message_detail or state) if state.startswith("PT") else state
    return "ok"


def wrong_calls(
    db: Db, function: access.Function, people: list[Persona], ids: dict[str, str]
) -> list[str]:
    """The personas for whom a function does something else than the manifest says."""
    if function.call is None:
        return []
    query, wrong = function.call.format(**ids), []
    for who in people:
        TALLY["calls"] += 1
        due, got = function.who[who.kind], outcome(db, who.actor, query)
        if got != due:
            wrong.append(f"{who.name} ({who.kind}) calls {function.name}: {got}, not {due}")
    return wrong


def wrong_elsewhere(
    db: Db, function: access.Function, people: list[Persona], ids: dict[str, str]
) -> list[str]:
    """Whoever of academy A gets another answer than the one due with the ids of academy B."""
    if function.call is None or not re.search(r"{(?!me\b)\w+}", function.call):
        return []
    query, wrong = function.call.format(**ids), []
    for who in people:
        TALLY["calls"] += 1
        due = "refused" if function.who[who.kind] == "refused" else function.elsewhere
        if (got := outcome(db, who.actor, query)) != due:
            wrong.append(f"{who.name} calls {function.name} for another academy: {got}, not {due}")
    return wrong
