"""Two hundred cells, drawn by lot, through the gateway and PostgREST with real tokens.

The matrix asks Postgres as PostgREST would; this holds the way there against it.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from preau import access
from preau.local import keys
from tests.local.tokens import sign
from tests.policies import cells
from tests.policies.cells import MANIFEST, TALLY
from tests.policies.personas import Persona, scope
from tests.policies.served import served
from tests.policies.world import World
from tests.support.database import Db, connect, value
from tests.support.stack import Stack

SEED = 20261121
FIRST_ID = (
    "select column_name::text from information_schema.columns where table_schema = 'public'"
    " and table_name = %s and data_type = 'uuid' order by ordinal_position limit 1"
)
SAMPLE = 200
REFUSED = {401, 403}


@pytest.fixture(scope="module")
def api(stack: Stack, world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(stack, world.url, tmp_path_factory.mktemp("served")) as url:
        yield url


def headers(who: Persona) -> dict[str, str]:
    """What a front end sends for this persona."""
    sent = {"apikey": keys.PUBLISHABLE_KEY, "Prefer": "return=representation"}
    if who.kind != "anon":
        claims = {**who.actor.claims, "aud": "authenticated", "exp": int(time.time()) + 300}
        sent["Authorization"] = f"Bearer {sign(claims)}"
    return sent


def differs(api: str, db: Db, table: access.Table, verb: str, who: Persona) -> str | None:
    """What is wrong with one cell's answer; None when it is as the manifest says."""
    due = scope(table.cells[verb][who.kind], who, cells.labels(db, table))
    url = f"{api}/rest/v1/{table.name}"
    if verb == "select":
        answer = httpx.get(url, headers=headers(who), trust_env=False)
        if due is None:
            wrong = answer.status_code not in REFUSED
        else:
            found: Any = answer.json()
            wrong = answer.status_code != 200 or len(found) != min(len(due), 1000)
    else:
        # No row fits, so nothing is changed in the world: the privilege alone is asked for.
        method = {"update": "PATCH", "delete": "DELETE"}[verb]
        column = value(db, FIRST_ID, table.name)
        touch = table.touch or table.columns.get("update", ("academy_id",))[0]
        body: Any = None if verb == "delete" else {touch: None}
        filtered = {column: "eq.00000000-0000-4000-8000-00000000dead"}
        answer = httpx.request(
            method, url, params=filtered, json=body, headers=headers(who), trust_env=False
        )
        wrong = answer.status_code not in REFUSED
    if wrong:
        return f"{who.name}, {verb} {table.name}: {answer.status_code} {answer.text[:120]}"
    return None


def test_200_cells_are_the_same_through_the_gateway(api: str, world: World) -> None:
    dice = random.Random(SEED)
    readable = [
        (table, verb, who)
        for table in MANIFEST.tables.values()
        for verb in access.VERBS
        for who in world.people
        if not (verb == "select" and (table.columns.get("select") or not table.labels))
        and not (verb != "select" and table.cells[verb][who.kind] != "refused")
        and verb != "insert"
    ]
    drawn = dice.sample(readable, SAMPLE)
    assert len({table.name for table, _, _ in drawn}) > 25
    with connect(world.url) as db:
        found = [differs(api, db, *cell) for cell in drawn]
    TALLY["cells through the gateway"] += SAMPLE
    assert [wrong for wrong in found if wrong] == []


def test_one_persons_rows_are_those_of_the_manifest_by_identity(api: str, world: World) -> None:
    """The sample compares numbers; here the ids themselves, for a member of two academies."""
    twin = next(who for who in world.people if who.kind == "member of two academies")
    with connect(world.url) as db:
        for name in ("orders", "enrollments", "entitlements", "formations", "members"):
            table = MANIFEST.tables[name]
            column = "user_id" if name == "members" else "id"
            answer = httpx.get(
                f"{api}/rest/v1/{name}?select={column}", headers=headers(twin), trust_env=False
            )
            due = scope(table.cells["select"][twin.kind], twin, cells.labels(db, table)) or set()
            got = {row[column] for row in answer.json()}
            assert got == {key.split(" ")[-1] for key in due}, name
