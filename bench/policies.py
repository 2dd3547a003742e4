"""What row-level security costs: hot reads as the person who asks, against the tables' owner.

In a throw-away database with a million members and a million enrolments (policies.sql), on a stack
of its own. The statement alone, prepared as PostgREST prepares it; then the whole request, asked of
PostgREST with the person's token and with the service's, whom no policy concerns.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from pathlib import Path
from typing import Any

import asyncpg

from bench import policy_requests
from bench.reads import READS, claims, filled, in_turn
from bench.stack import Target, console, row
from preau.local import databases, postgres
from tests.support.stack import Stack, start, stop

ROWS = Path(__file__).with_name("policies.sql")
DATABASE = "bench_policies"
SHELL = (
    "with pgrst_source as ({}) select null::bigint as total_result_set,"
    " pg_catalog.count(_postgrest_t) as page_total, coalesce(json_agg(_postgrest_t), '[]') as body"
    " from (select * from pgrst_source) as _postgrest_t"
)


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
        async with policy_requests.postgrest(stack, DATABASE) as api:
            for name, read in READS.items():
                await policy_requests.compare(api, name, read, times)
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
        for statement in re.split(r";\n(?=\S|\n)", ROWS.read_text()):
            if statement.strip():
                await superuser.execute(statement)
    finally:
        await superuser.close()
    console.print(f"    built in {time.perf_counter() - began:.0f} s", style="dim")
    return stack.db_url.rsplit("/", 1)[0] + f"/{DATABASE}"


async def _compare(url: str, name: str, read: dict[str, str], times: int) -> None:
    statement = SHELL.format(filled(read.get("sql") or READS[read["like"]]["sql"]))
    person, owner = await asyncpg.connect(url), await asyncpg.connect(url)
    await _become(person, read["who"])
    try:
        theirs, plain = await person.prepare(statement), await owner.prepare(statement)
        if await theirs.fetchval(column=2) != await plain.fetchval(column=2):
            raise RuntimeError(f"{name}: the person and the owner do not see the same rows.")
        ours, peer = await in_turn(theirs.fetch, plain.fetch, times)
        row(name, f"{ours:.2f} ms with policies", f"{peer:.2f} ms as owner", ours / peer)
        console.print(f"    {await _essence(person, statement)}", style="dim")
    finally:
        await person.close()
        await owner.close()


async def _become(connection: Any, who: str) -> None:
    said = claims(who)
    await connection.execute("select set_config('request.jwt.claims', $1, false)", json.dumps(said))
    await connection.execute(f"set role {said['role']}")


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
