"""A single-row read under a policy: through the gateway, against PostgREST asked directly."""

from __future__ import annotations

from bench import load
from bench.stack import Target, console, row

QUERY = "formations?select=id,title&slug=eq.cap-maintenance-vehicules"


async def run(target: Target, small: bool) -> None:
    """Both in turn, three rounds; the medians are compared."""
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


def _median(rounds: list[load.Load]) -> load.Load:
    return sorted(rounds, key=lambda one: one.per_second)[len(rounds) // 2]
