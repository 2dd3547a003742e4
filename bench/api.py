"""A single-row read by the gateway and by PostgREST alone; a counted write and an uncounted one."""

from __future__ import annotations

import time
from uuid import uuid4

import asyncpg

from bench import load
from bench.stack import Target, console, row
from tests.local.tokens import sign

PEOPLE = 64
UNREACHED = 10_000
QUERY = "formations?select=id,title&slug=eq.cap-maintenance-vehicules"


async def run(target: Target, small: bool) -> None:
    """Each pair in turn, three rounds; the medians are compared."""
    await _read(target, small)
    await _counted(target, small)


async def _read(target: Target, small: bool) -> None:
    seconds = 1.0 if small else 5.0
    key = target.environment["SUPABASE_PUBLISHABLE_KEY"]
    token = target.environment["SUPABASE_ANON_KEY"]
    through: list[load.Load] = []
    direct: list[load.Load] = []
    for turn in range(3):
        console.print(f"  … round {turn + 1} of 3", style="dim")
        through.append(
            await load.get(f"{target.url}/rest/v1/{QUERY}", {"apikey": key}, 16, seconds)
        )
        direct.append(
            await load.get(
                f"{target.postgrest}/{QUERY}", {"Authorization": f"Bearer {token}"}, 16, seconds
            )
        )
    ours, peer = _median(through), _median(direct)
    row(
        "single-row read, 16 connections",
        f"{ours.per_second:,.0f} req/s gateway",
        f"{peer.per_second:,.0f} req/s PostgREST direct",
        ours.per_second / peer.per_second,
    )
    console.print(
        f"    p50 {ours.p50:.1f} ms, p99 {ours.p99:.1f} ms through the gateway; "
        f"p50 {peer.p50:.1f} ms, p99 {peer.p99:.1f} ms directly",
        style="dim",
    )


async def _counted(target: Target, small: bool) -> None:
    """The API's limit counts who writes: what a call costs with it, and with it switched off."""
    seconds = 1.0 if small else 5.0
    key = target.environment["SUPABASE_PUBLISHABLE_KEY"]
    secret = target.environment["SUPABASE_JWT_SECRET"]
    people = [{"apikey": key, "Authorization": f"Bearer {_token(secret)}"} for _ in range(PEOPLE)]
    url = f"{target.url}/rest/v1/profiles?id=eq.{uuid4()}"
    counted: list[load.Load] = []
    free: list[load.Load] = []
    database = await asyncpg.connect(target.database)
    kept = await database.fetch("select caller, calls from private.api_limits")
    try:
        for turn in range(3):
            console.print(f"  … round {turn + 1} of 3", style="dim")
            for calls, rounds in ((UNREACHED, counted), (None, free)):
                await database.execute("truncate private.api_calls")
                await database.execute("update private.api_limits set calls = $1 where true", calls)
                rounds.append(await load.patch(url, people, '{"bio": "x"}', 16, seconds))
    finally:
        await database.executemany(
            "update private.api_limits set calls = $2 where caller = $1",
            [(one["caller"], one["calls"]) for one in kept],
        )
        await database.close()
    ours, peer = _median(counted), _median(free)
    row(
        "writing call, 16 connections",
        f"{ours.per_second:,.0f} req/s counted",
        f"{peer.per_second:,.0f} req/s with no limit set",
        ours.per_second / peer.per_second,
    )
    console.print(f"    p50 {ours.p50:.1f} ms counted, {peer.p50:.1f} ms not", style="dim")


def _token(secret: str) -> str:
    """A token of somebody who has no row anywhere: what is measured is the way there."""
    claims: dict[str, object] = {
        "sub": str(uuid4()),
        "role": "authenticated",
        "exp": int(time.time()) + 3600,
    }
    return sign(claims, secret)


def _median(rounds: list[load.Load]) -> load.Load:
    return sorted(rounds, key=lambda one: one.per_second)[len(rounds) // 2]
