"""No drawn request, whoever sends it, shows another academy's canary or breaks a piece."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Iterator

import httpx
import psycopg
import pytest

from tests.gateway_fuzz.canaries import ACADEMIES, NAMES, Persona, personas, plant
from tests.gateway_fuzz.grammar import Grammar, Request, Schema
from tests.support.stack import Stack

SEED = 20261121
AT_ONCE = 8


@pytest.fixture(scope="module")
def planted(stack: Stack) -> Iterator[tuple[list[Persona], Schema, dict[str, str]]]:
    with psycopg.connect(stack.db_url, autocommit=True) as db:
        db.execute("alter table public.orders disable trigger order_adds_up")
        canaries = plant(db)
        db.execute("alter table public.orders enable trigger order_adds_up")
        yield personas(db, canaries), schema_of(db), canaries


def schema_of(db: psycopg.Connection) -> Schema:
    """The names a curious person can learn or guess."""
    tables: dict[str, dict[str, list[str]]] = {"public": {}, "private": {}}
    for schema, table, column in db.execute(
        "select table_schema, table_name, column_name from information_schema.columns"
        " where table_schema in ('public', 'private') order by 1, 2, 3"
    ):
        tables[schema].setdefault(table, []).append(column)
    neighbours: dict[str, list[str]] = {}
    for one, other in db.execute(
        "select distinct a.relname, b.relname from pg_catalog.pg_constraint as c"
        " inner join pg_catalog.pg_class as a on c.conrelid = a.oid"
        " inner join pg_catalog.pg_class as b on c.confrelid = b.oid"
        " where c.contype = 'f' and c.connamespace = 'public'::regnamespace order by 1, 2"
    ):
        neighbours.setdefault(one, []).append(other)
        neighbours.setdefault(other, []).append(one)
    functions = {
        str(name): list(arguments or [])
        for name, arguments in db.execute(
            "select proname, proargnames from pg_catalog.pg_proc"
            " where pronamespace::regnamespace::text in ('public', 'private', 'worker')"
            " order by 1"
        )
    }
    ids = [row[0] for row in db.execute("select id from public.orders order by id limit 50")]
    return Schema(
        tables["public"], tables["private"], neighbours, functions, [*ACADEMIES.values(), *ids]
    )


async def send(
    http: httpx.AsyncClient, stack: Stack, who: Persona, what: Request
) -> httpx.Response:
    headers = [("apikey", stack.publishable_key), *what.headers]
    if who.token:
        headers.append(("Authorization", f"Bearer {who.token}"))
    return await http.request(
        what.method,
        f"{stack.url}/rest/v1/{what.path}",
        params=httpx.QueryParams(tuple(what.params)),
        headers=[(k.encode(), v.encode()) for k, v in headers],
        json=what.body,
    )


def problem(who: Persona, what: Request, answer: httpx.Response) -> str | None:
    """Say what is wrong with an answer, with all it takes to repeat it."""
    told = json.dumps(what.params) + json.dumps(what.body)
    shown = answer.text + str(answer.headers)
    leaked = [canary for canary in who.foreign if canary in shown and canary not in told]
    if leaked or answer.status_code >= 500:
        return f"{who.name}: {what} → {answer.status_code} {leaked} {answer.text[:300]}"
    return None


async def fuzz(stack: Stack, who: Persona, schema: Schema, count: int) -> Counter[int]:
    """Send `count` requests; the statuses that came, or a failure with the first problems."""
    grammar = Grammar(schema, SEED)
    statuses: Counter[int] = Counter()
    problems: list[str] = []
    turn = asyncio.Semaphore(AT_ONCE)

    async def one(what: Request) -> None:
        async with turn:
            answer = await send(http, stack, who, what)
        statuses[answer.status_code] += 1
        if found := problem(who, what, answer):
            problems.append(found)

    async with httpx.AsyncClient(timeout=30, trust_env=False) as http:
        await asyncio.gather(*(one(grammar.request()) for _ in range(count)))
    assert not problems, "\n".join(problems[:5])
    return statuses


@pytest.mark.parametrize("number", range(len(NAMES)), ids=NAMES)
async def test_200_requests_show_nobody_elses_canary_and_break_nothing(
    planted: tuple[list[Persona], Schema, dict[str, str]], stack: Stack, number: int
) -> None:
    people, schema, _ = planted
    statuses = await fuzz(stack, people[number], schema, 200)
    # Most tables are closed to a visitor; whoever signed in gets an answer, if an empty one.
    enough = 1 if people[number].token is None else 15
    assert statuses[200] >= enough, f"the grammar asks for too little: {statuses}"


@pytest.mark.prove
@pytest.mark.parametrize("number", range(len(NAMES)), ids=NAMES)
async def test_5000_requests_show_nobody_elses_canary_and_break_nothing(
    planted: tuple[list[Persona], Schema, dict[str, str]], stack: Stack, number: int
) -> None:
    people, schema, _ = planted
    await fuzz(stack, people[number], schema, 5000)


async def test_an_admin_does_see_their_own_academys_canary(
    planted: tuple[list[Persona], Schema, dict[str, str]], stack: Stack
) -> None:
    people, _, canaries = planted
    what = Request("GET", "formations", [("select", "title"), ("is_active", "is.false")], [], None)
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = await send(http, stack, people[3], what)
        stranger = await send(http, stack, people[1], what)
    assert canaries["mecaformation"] in answer.text, "the canaries are where the fuzz looks"
    assert stranger.json() == []


async def test_a_head_request_spoils_nobody_elses_connection(stack: Stack) -> None:
    url = f"{stack.url}/rest/v1/formations?limit=1"
    async with httpx.AsyncClient(
        headers={"apikey": stack.publishable_key}, timeout=30, trust_env=False
    ) as http:
        for _ in range(40):
            answers = await asyncio.gather(
                *(http.head(url) for _ in range(4)),
                *(http.post(f"{stack.url}/rest/v1/rpc/nothing", json={}) for _ in range(12)),
            )
            assert {answer.status_code for answer in answers} == {200, 404}
