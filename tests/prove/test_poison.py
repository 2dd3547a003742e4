"""A hundred poisoned jobs in ten thousand: 9,900 done, 100 dead letters, each replayable."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.prove.ledger import QUEUE, Ledger
from tests.support.stack import Stack

pytestmark = pytest.mark.prove
JOBS, POISON = 10_000, 100
TRIES = 4


@pytest.fixture
async def ledger(stack: Stack, tmp_path: Path) -> AsyncIterator[Ledger]:
    ledger = Ledger(stack, tmp_path / "workers.log", max_attempts=TRIES)
    yield ledger
    async with ledger.database() as db:
        await db.execute("select pgmq.drop_queue('proof')")
        await db.execute("delete from private.dead_letters where queue = 'proof'")
        await db.execute("delete from private.queues where name = 'proof'")
        await db.execute("drop function worker.proof, private.proof")
        await db.execute(
            "drop table private.proof_tries, private.proof_effects, private.proof_balance"
        )


async def test_poison_dies_alone_and_can_be_replayed(ledger: Ledger, stack: Stack) -> None:
    await ledger.fill(JOBS)
    async with ledger.workers(2, {"PROOF_POISON": str(JOBS // POISON)}):
        await ledger.empties()
    assert await ledger.done() == JOBS - POISON
    dead = "select count(*) from private.dead_letters where queue = 'proof'"
    assert await ledger.ask(dead) == POISON
    worst = "select max(read_ct) from private.dead_letters where queue = 'proof'"
    assert await ledger.ask(worst) == TRIES

    assert await ledger.ask("select worker.replay_dead_letters(%s)", QUEUE) == POISON
    async with ledger.workers(1):
        await ledger.empties()
    assert await ledger.done() == JOBS
    assert await ledger.ask("select amount from private.proof_balance") == JOBS
    assert await ledger.ask(dead) == 0
