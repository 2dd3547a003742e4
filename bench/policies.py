"""What row-level security costs: hot reads as the person who asks, against the tables' owner.

In a throw-away database with a million members and a million enrolments (policies.sql), on a stack
of its own; both sides run the same statement in turn, prepared as PostgREST prepares it.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
import tomllib
from hashlib import md5
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg

from bench.stack import Target, console, row
from preau.local import databases, postgres
from tests.support.stack import Stack, start, stop

HERE = Path(__file__).parent
READS: dict[str, dict[str, str]] = tomllib.loads((HERE / "policies.toml").read_text())
MECA = "a0000000-0000-4000-8000-000000000001"
DATABASE = "bench_policies"
SHELL = (
    "with pgrst_source as ({}) select null::bigint as total_result_set,"
    " pg_catalog.count(_postgrest_t) as page_total, coalesce(json_agg(_postgrest_t), '[]') as body"
    " from (select * from pgrst_source) as _postgrest_t"
)


def _seeded(name: str) -> UUID:
    return UUID(md5(name.encode(), usedforsecurity=False).hexdigest())


PEOPLE = {"alice": _seeded("bench/person/77"), "admin": _seeded("bench/person/1")}


async def run(_: Target, small: bool) -> None:
    """Build the database, time each read, and print what the planner did with the policy."""
    times = 30 if small else 300
    stack = await asyncio.to_thread(start)
    administration = postgres.superuser_url(
        stack.home, stack.ports["postgres"], databases.ADMINISTRATION
    )
    try:
        url = await _build(stack, administration)
        for name, read in READS.items():
            await _compare(url, name, read, times)
    finally:
        await asyncio.to_thread(databases.drop, administration, DATABASE)
        await asyncio.to_thread(stop, stack)


async def _build(stack: Stack, administration: str) -> str:
    console.print("  … a million members, a million enrolments", style="dim")
    began = time.perf_counter()
    databases.copy(administration, databases.TEMPLATE, DATABASE)
    superuser = await asyncpg.connect(
        administration.replace(f"/{databases.ADMINISTRATION}", f"/{DATABASE}", 1)
    )
    try:
        for statement in re.split(r";\n(?=\S|\n)", (HERE / "policies.sql").read_text()):
            if statement.strip():
                await superuser.execute(statement)
    finally:
        await superuser.close()
    console.print(f"    built in {time.perf_counter() - began:.0f} s", style="dim")
    return stack.db_url.rsplit("/", 1)[0] + f"/{DATABASE}"


async def _compare(url: str, name: str, read: dict[str, str], times: int) -> None:
    statement = SHELL.format(
        (read.get("sql") or READS[read["like"]]["sql"]).format(
            meca=MECA, alice=PEOPLE["alice"], formation=_seeded(f"bench/formation/{MECA}/3")
        )
    )
    person, owner = await asyncpg.connect(url), await asyncpg.connect(url)
    await _become(person, read["who"])
    try:
        theirs, plain = await person.prepare(statement), await owner.prepare(statement)
        if await theirs.fetchval(column=2) != await plain.fetchval(column=2):
            raise RuntimeError(f"{name}: the person and the owner do not see the same rows.")
        spent: tuple[list[float], list[float]] = ([], [])
        for turn in range(times + 10):
            for side, prepared in enumerate((theirs, plain)):
                began = time.perf_counter()
                await prepared.fetch()
                if turn >= 10:  # the first plans are made for each value; a generic one follows
                    spent[side].append((time.perf_counter() - began) * 1000)
        ours, peer = (sorted(side)[len(side) // 2] for side in spent)
        row(name, f"{ours:.2f} ms with policies", f"{peer:.2f} ms as owner", ours / peer)
        console.print(f"    {await _essence(person, statement)}", style="dim")
    finally:
        await person.close()
        await owner.close()


async def _become(connection: Any, who: str) -> None:
    role = "anon" if who == "visitor" else "authenticated"
    claims = {"role": role, "aal": "aal2"}
    if who != "visitor":
        claims["sub"] = str(PEOPLE[who])
    await connection.execute(
        "select set_config('request.jwt.claims', $1, false)", json.dumps(claims)
    )
    await connection.execute(f"set role {role}")


async def _essence(connection: Any, statement: str) -> str:
    """The scans of the plan and the buffers it touched: what to look at when a ratio grows."""
    plan = json.loads(
        await connection.fetchval(f"explain (analyze, buffers, format json) {statement}")
    )[0]
    scans: list[str] = []

    def walk(node: dict[str, Any]) -> None:
        if "Relation Name" in node:
            by = node.get("Index Name", node["Node Type"].lower())
            scans.append(f"{node['Relation Name']} by {by} ×{node['Actual Loops']:.0f}")
        for child in node.get("Plans", ()):
            walk(child)

    walk(plan["Plan"])
    buffers = plan["Plan"]["Shared Hit Blocks"] + plan["Plan"]["Shared Read Blocks"]
    return f"plan {plan['Planning Time']:.2f} ms, {buffers} buffers; " + ", ".join(
        dict.fromkeys(scans)
    )
