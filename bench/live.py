"""From an insert to 500 listeners: private broadcasts and Postgres Changes through the gateway,
beside LISTEN/NOTIFY over a bare `websockets` relay, all on this machine's cores.

25 topics of 20 listeners, half of them of either protocol; an insert reaches the 20 of its topic.
Times run from the moment an insert was due to the receipt. The listeners are one process of bare
sockets (bench/listeners/wire.py), whose cost is told apart from the server's.
"""

from __future__ import annotations

from pathlib import Path

import asyncpg

from bench.listeners import cost
from bench.listeners.crowd import crowd
from bench.listeners.peer import Relay, relay
from bench.listeners.scene import Outcome, Scene
from bench.listeners.server import Server, server
from bench.listeners.ways import BROADCAST, CHANGES, NOTIFY
from bench.stack import Target, console, row

RATE, SECONDS, STEP_SECONDS = 100.0, 60.0, 8.0
GOAL_MS = 150.0
IDLE_TOPICS, IDLE_EACH = 50, 20
SQL = Path(__file__).parent / "listeners"


async def run(target: Target, small: bool) -> None:
    """What idle listeners weigh, the steady rate each way, then the highest."""
    share = 0.1 if small else 1.0
    found = server()
    await execute(target, "schema.sql")
    try:
        await _idle(target, found)  # first: what the others leave behind would be used again
        async with relay(target.database) as peer:
            scenes = _scenes(target, found, peer)
            outcomes = []
            for scene in scenes:
                outcomes.append(await scene.steady(RATE, SECONDS * share))
                scene.tell(outcomes[-1])
            for scene, outcome in zip(scenes, outcomes, strict=True):
                _beside(scene, outcome, outcomes[-1])
            for scene in scenes:
                await _highest(scene, max(STEP_SECONDS * share, 2))
    finally:
        await execute(target, "drop.sql")


async def execute(target: Target, file: str) -> None:
    """Run a file of SQL as the role that migrations run as."""
    database = await asyncpg.connect(target.database)
    try:
        await database.execute((SQL / file).read_text())
    finally:
        await database.close()


def _scenes(target: Target, found: Server, peer: Relay) -> list[Scene]:
    pids = found.pids
    alone = {"server": peer.pid, "Postgres": found.postgres}
    return [
        Scene(BROADCAST.name, target, BROADCAST, target.url, pids),
        Scene(CHANGES.name, target, CHANGES, target.url, pids),
        Scene(f"{BROADCAST.name}, past the gateway", target, BROADCAST, found.url, pids),
        Scene(NOTIFY.name, target, NOTIFY, peer.url, alone),
    ]


def _beside(scene: Scene, outcome: Outcome, peer: Outcome) -> None:
    ours, theirs = outcome.report, peer.report
    if outcome is peer:
        return
    row(scene.title, f"p99 {ours.p99:.1f} ms", f"{theirs.p99:.1f} ms relay", ours.p99 / theirs.p99)
    if ours.p99 >= GOAL_MS or not outcome.complete:
        console.print(f"    [red]misses its goal: all delivered, p99 < {GOAL_MS:.0f} ms[/]")


async def _highest(scene: Scene, seconds: float) -> None:
    outcomes = await scene.highest(RATE, seconds)
    whole = [one for one in outcomes if one.complete]
    for title, some in (("highest rate", whole[-1:]), ("and then", outcomes[len(whole) :])):
        for outcome in some:
            scene.tell(outcome, f"{title}, {scene.title}")


async def _idle(target: Target, found: Server) -> None:
    count = IDLE_TOPICS * IDLE_EACH
    before = cost.resident_mb(found.pid)
    async with crowd() as listeners:
        await listeners.open(target.url, BROADCAST.groups(target, IDLE_TOPICS, IDLE_EACH))
        after = cost.resident_mb(found.pid)
    each = (after - before) * 1000 / count
    said = f"{count:,} idle listeners: {before:.0f} → {after:.0f} MB, {each:.0f} KB each"
    console.print(f"  {said}", style="dim")
