"""Handler × step × harm: as many effects as jobs, none lost, none doubled.

The worker halts or kills itself at a named point (PREAU_CRASH_AT), so each cell is exact. One cell
of each handler runs with every `make test`; all of them, three times each, with `make prove
ARGS=kill`, which prints the table.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from preau.settings import Settings
from tests.prove.cases import STEPS, Case
from tests.prove.cases.emails import Emails
from tests.prove.cases.invoices import Invoices
from tests.prove.cases.payments import Payments
from tests.prove.cases.refunds import Refunds
from tests.prove.cases.sweeps import Sweeps
from tests.prove.cases.tasks import Tasks
from tests.prove.kills import Scene
from tests.prove.table import Table
from tests.support.backoffice import BackOffice
from tests.support.buyers import Buyer
from tests.support.events import Desk
from tests.support.stack import Stack
from tests.support.standin import Standin
from tests.workers.rig import private_queue

HARMS = ("kill", "terminate", "timeout")
HANDLERS = ("payments", "sweeps", "refunds", "invoices", "emails", "tasks")
TIMES = 3
IN_CI = {
    ("payments", "after_commit", "kill"),
    ("sweeps", "before_commit", "kill"),
    ("refunds", "after_external_call", "kill"),
    ("invoices", "after_external_call", "kill"),
    ("emails", "before_effect", "kill"),
    ("tasks", "after_commit", "kill"),
}
# A handler without a call to the outside, or without a commit of its own, lacks these steps.
ABSENT = {("tasks", "after_external_call")}


@pytest.fixture
async def cases(
    stack: Stack,
    function_settings: Settings,
    standin: Standin,
    functions: httpx.AsyncClient,
    outside: httpx.AsyncClient,
    alice: Buyer,
) -> AsyncIterator[dict[str, Case]]:
    async with private_queue(stack.db_url) as queue:
        desk = Desk(queue, function_settings)
        known: tuple[Case, ...] = (
            Payments(stack, desk, standin, functions, outside),
            Sweeps(stack, desk, standin, functions, outside),
            Refunds(stack, BackOffice(desk, queue, standin), functions, outside),
            Invoices(stack, desk, standin, functions, outside),
            Emails(stack, queue, alice, outside),
            Tasks(stack, queue, outside),
        )
        yield {case.module: case for case in known}


@pytest.fixture
def scene(stack: Stack, standin: Standin, tmp_path: Path) -> Scene:
    return Scene(stack, {"STRIPE_API_BASE": standin.url}, tmp_path / "workers.log")


@pytest.mark.parametrize(
    ("handler", "step", "harm"),
    [
        pytest.param(
            handler, step, harm, marks=() if (handler, step, harm) in IN_CI else pytest.mark.prove
        )
        for handler in HANDLERS
        for step in STEPS
        for harm in HARMS
        if (handler, step) not in ABSENT
    ],
)
async def test_a_job_whose_worker_is_harmed_has_its_effect_once(
    cases: dict[str, Case], scene: Scene, kill_table: Table, handler: str, step: str, harm: str
) -> None:
    case = cases[handler]
    if harm == "terminate":  # it cuts everybody's connection
        effects = [await scene.play(case, step, harm) for _ in range(TIMES)]
    else:
        effects = list(await asyncio.gather(*(scene.play(case, step, harm) for _ in range(TIMES))))
    bound = case.copies.get(step, 1)
    kill_table.note(handler, step, harm, effects, bound)
    assert min(effects) >= 1, effects
    assert max(effects) <= bound, effects
