"""What row-level security costs: hot reads as the person who asks, against the tables' owner.

In a throw-away database with a million members and a million enrolments (policies.sql), on a stack
of its own. The statement alone, prepared as PostgREST prepares it; then the whole request, asked of
PostgREST with the person's token and with the service's, whom no policy concerns.
"""

from __future__ import annotations

import asyncio
import json
import re
import socket
import time
import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from hashlib import md5
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx

from bench.stack import Target, console, row
from preau.local import databases, keys, postgres, postgrest, process, programs
from preau.local.config import read as read_config
from tests.local.tokens import sign
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
        async with _postgrest(stack) as api:
            for name, read in READS.items():
                await _request(api, name, read, times)
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
    statement = SHELL.format(_filled(read.get("sql") or READS[read["like"]]["sql"]))
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


def _filled(text: str) -> str:
    formation = _seeded(f"bench/formation/{MECA}/3")
    return text.format(meca=MECA, formation=formation, **PEOPLE)


def _claims(who: str) -> dict[str, object]:
    role = {"visitor": "anon", "service": "service_role"}.get(who, "authenticated")
    person = {"sub": str(PEOPLE[who]), "aal": "aal2"} if who in PEOPLE else {}
    return {"role": role, "exp": int(time.time()) + 3600} | person


async def _become(connection: Any, who: str) -> None:
    claims = _claims(who)
    await connection.execute(
        "select set_config('request.jwt.claims', $1, false)", json.dumps(claims)
    )
    await connection.execute(f"set role {claims['role']}")


@asynccontextmanager
async def _postgrest(stack: Stack) -> AsyncIterator[httpx.AsyncClient]:
    """A PostgREST of the big database's own, in front of the same Postgres."""
    port, admin = _free_port(), _free_port()
    env = process.base_env() | postgrest.settings(read_config(), stack.ports)
    env |= {"PGRST_SERVER_PORT": str(port), "PGRST_ADMIN_SERVER_PORT": str(admin)}
    env["PGRST_DB_URI"] = env["PGRST_DB_URI"].rsplit("/", 1)[0] + f"/{DATABASE}"
    running = await asyncio.create_subprocess_exec(
        programs.require().postgrest, env=env, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as api:
            for _ in range(200):
                with suppress(httpx.TransportError):
                    if (await api.get(f"http://127.0.0.1:{admin}/ready")).is_success:
                        break
                await asyncio.sleep(0.1)
            yield api
    finally:
        running.terminate()
        await running.wait()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


async def _request(api: httpx.AsyncClient, name: str, read: dict[str, str], times: int) -> None:
    path = "/" + _filled(read["path"])
    tokens = [sign(_claims(who), keys.JWT_SECRET) for who in (read["who"], "service")]
    headers = [{"Authorization": f"Bearer {token}"} for token in tokens]
    bodies = [(await api.get(path, headers=one)).raise_for_status().json() for one in headers]
    if bodies[0] != bodies[1] or not bodies[0]:
        raise RuntimeError(f"{name}: the person and the service do not see the same rows.")
    spent: tuple[list[float], list[float]] = ([], [])
    for turn in range(times + 20):
        for side, one in enumerate(headers):
            began = time.perf_counter()
            await api.get(path, headers=one)
            if turn >= 20:
                spent[side].append((time.perf_counter() - began) * 1000)
    ours, peer = (sorted(side)[len(side) // 2] for side in spent)
    row(f"the request: {name}", f"{ours:.2f} ms", f"{peer:.2f} ms as service_role", ours / peer)


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
