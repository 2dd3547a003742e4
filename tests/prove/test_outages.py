"""Ten thousand jobs while everything around them fails: as many effects as jobs."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.prove.ledger import Ledger
from tests.support import stack as stacks
from tests.support.stack import Stack
from tests.workers.rig import Door, until

pytestmark = pytest.mark.prove
JOBS = 10_000
CUT_SECONDS = 60


@pytest.fixture
def own_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack of one's own: the others' would not survive it."""
    home = tmp_path_factory.mktemp("outages")
    home.chmod(0o755)  # Postgres runs as somebody else
    running = stacks.start(home, durable=True)
    yield running
    stacks.stop(running)


async def test_nothing_is_lost_or_doubled_while_postgres_gateway_clock_and_workers_fail(
    own_stack: Stack, tmp_path: Path
) -> None:
    ledger = Ledger(own_stack, tmp_path / "workers.log", max_attempts=12)
    await ledger.fill(JOBS)
    async with (
        Door(own_stack.url) as door,
        ledger.workers(3, {"SUPABASE_URL": door.url}) as workers,
    ):
        await ledger.reaches(1_000)
        await _kill_postgres(own_stack)
        await ledger.reaches(3_000)
        await door.shut()
        held = await ledger.done()
        await asyncio.sleep(CUT_SECONDS)
        assert await ledger.done() - held < 100  # what was under way; the door is really shut
        await door.open()
        await ledger.reaches(5_000)
        # The clock jumps an hour ahead: to the queue, everything in it is an hour older, so every
        # lease ends at once, in the middle of its handler.
        await ledger.ask(
            "with aged as (update pgmq.q_proof set vt = vt - interval '1 hour',"
            " enqueued_at = enqueued_at - interval '1 hour' returning 1) select count(*) from aged"
        )
        await ledger.reaches(6_000)
        workers[0].kill()
        await ledger.reaches(7_000)
        await _kill_postgres(own_stack)
        await ledger.empties()
    assert await ledger.missing(JOBS) == []
    assert await ledger.ask("select amount from private.proof_balance") == JOBS
    assert await ledger.done() == JOBS
    assert await ledger.ask("select count(*) from private.dead_letters") == 0
    again = await ledger.ask("select count(*) from private.proof_tries") - JOBS
    print(f"{JOBS} jobs, {JOBS} effects, 0 lost, 0 doubled; {again} handled again after a harm")  # noqa: T201


async def _kill_postgres(stack: Stack) -> None:
    """SIGKILL the postmaster, and wait until the supervisor has it up again."""
    before = stack.state().pieces["postgres"]
    assert before.process is not None
    os.kill(before.process.pid, signal.SIGKILL)

    async def back() -> bool:
        now = stack.state().pieces["postgres"]
        return now.restarts > before.restarts and now.status == "healthy"

    await until(back, "Postgres is back", 60)
