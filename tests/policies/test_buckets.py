"""Who reads which file of a bucket: exactly those who see the row it belongs to; nobody writes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import psycopg
import pytest

from preau import policies
from tests.policies import cells
from tests.policies.cells import MANIFEST, TALLY
from tests.policies.personas import Persona, scope
from tests.policies.world import World
from tests.support.database import Db, acting_as

STORED = sorted(each for each in policies.wanted() if each[0].startswith("storage."))
INVOICES = MANIFEST.tables["invoices"]
BY_PATH = replace(
    INVOICES, labels=(INVOICES.labels or "").replace("id::text as key", "object_name as key")
)


@pytest.fixture
def shelves(stage: Db) -> Iterator[Db]:
    """The PDF of every invoice lies in its bucket, and something of nobody's beside them."""
    with stage.transaction(force_rollback=True):
        stage.execute(
            "insert into storage.objects (bucket_id, name)"
            " select 'invoices', object_name from public.invoices union all"
            " select 'invoices', 'stray.pdf'"
        )
        yield stage


def reached(db: Db, who: Persona, query: str) -> set[str]:
    try:
        with db.transaction(force_rollback=True), acting_as(db, who.actor):
            return {row["name"] for row in db.execute(query.encode()).fetchall()}
    except psycopg.errors.InsufficientPrivilege:
        return set()


def wrong(db: Db, world: World) -> list[str]:
    """Who reads a PDF too many or too few."""
    found, story = cells.labels(db, BY_PATH), []
    for who in world.people:
        TALLY["cells"] += 1
        due = scope(INVOICES.cells["select"][who.kind], who, found) or set()
        got = reached(db, who, "select name from storage.objects where bucket_id = 'invoices'")
        if got != due:
            story.append(
                f"{who.name} ({who.kind}): {len(got - due)} too many, {len(due - got)} less"
            )
    return story


def test_a_pdf_is_read_by_those_who_see_its_invoice(shelves: Db, world: World) -> None:
    assert wrong(shelves, world) == []


@pytest.mark.parametrize(
    "query",
    [
        "update storage.objects set name = 'x' where bucket_id = 'invoices' returning name",
        "delete from storage.objects where bucket_id = 'invoices' returning name",
        "insert into storage.objects (bucket_id, name) values ('invoices', 'y') returning name",
    ],
    ids=["replaces", "deletes", "adds"],
)
def test_nobody_touches_a_pdf(shelves: Db, world: World, query: str) -> None:
    assert [who.name for who in world.people if reached(shelves, who, query)] == []


@pytest.mark.parametrize("made", ["true", "false"])
@pytest.mark.parametrize("policy", STORED, ids=": ".join)
def test_a_policy_that_is_always_or_never_true_is_noticed(
    shelves: Db, world: World, policy: tuple[str, str], made: str
) -> None:
    TALLY["mutations"] += 1
    shelves.execute(f'alter policy "{policy[1]}" on {policy[0]} using ({made})'.encode())
    assert wrong(shelves, world)
