"""Job × step × harm: as many effects as jobs, none lost, none doubled.

The worker halts or kills itself at a named point (PREAU_CRASH_AT), so each cell is exact. One cell
of most jobs runs with every `make test`; all of them, three times each, with `make prove
ARGS=kill`, which prints the table.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import product
from pathlib import Path

import httpx
import pytest

from preau.settings import Settings
from tests.prove.cases import STEPS, Case
from tests.prove.cases.emails import Emails
from tests.prove.cases.forms import Forms
from tests.prove.cases.invoices import Invoices
from tests.prove.cases.payments import Payments
from tests.prove.cases.reconciliations import Reconciliations
from tests.prove.cases.refunds import Refunds
from tests.prove.cases.returns import DisputeEvents, RefundEvents
from tests.prove.cases.sweeps import Sweeps
from tests.prove.cases.tasks import Tasks
from tests.prove.kills import Scene
from tests.prove.table import Table
from tests.prove.victims import Victims
from tests.support.backoffice import BackOffice
from tests.support.buyers import Buyer
from tests.support.database import connect
from tests.support.events import Desk
from tests.support.invoices import sequence
from tests.support.stack import Stack
from tests.support.standin import Standin
from tests.workers.rig import private_queue

HARMS = ("kill", "terminate", "timeout")
JOBS = (
    "payments",
    "payments: form",
    "payments: refund",
    "payments: dispute",
    "sweeps",
    "refunds",
    "reconciliations",
    "invoices",
    "emails",
    "tasks",
)
TIMES = 3
IN_CI = (
    ("payments", "after_commit"),
    ("sweeps", "before_commit"),
    ("refunds", "after_external_call"),
    ("invoices", "after_external_call"),
    ("emails", "before_effect"),
    ("tasks", "after_commit"),
)
# A handler that does not call the outside lacks that step.
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
        office = BackOffice(desk, queue, standin)
        known: tuple[Case, ...] = (
            Payments(stack, desk, standin, functions, outside),
            Forms(stack, desk, standin, functions, outside),
            RefundEvents(stack, office, functions, outside),
            DisputeEvents(stack, office, functions, outside),
            Sweeps(stack, desk, standin, functions, outside),
            Refunds(stack, office, functions, outside),
            Invoices(stack, desk, standin, functions, outside),
            Emails(stack, queue, alice, outside),
            Tasks(stack, queue, outside),
            Reconciliations(queue, alice, standin, function_settings),
        )
        yield {case.name: case for case in known}


@pytest.fixture
def scene(stack: Stack, standin: Standin, tmp_path: Path) -> Scene:
    env = {"STRIPE_API_BASE": standin.url}
    return Scene(stack, Victims(stack, env, tmp_path / "workers.log"))


async def harm_and_count(
    case: Case, scene: Scene, table: Table, job: str, step: str, harm: str
) -> None:
    effects = await scene.play(case, step, harm, TIMES)
    bound = case.copies.get(step, 1)
    table.note(job, step, harm, effects, bound)
    assert min(effects) >= 1, effects
    assert max(effects) <= bound, effects


@pytest.mark.prove
@pytest.mark.parametrize("harm", HARMS)
@pytest.mark.parametrize(
    ("job", "step"), [cell for cell in product(JOBS, STEPS) if cell not in ABSENT]
)
async def test_a_job_whose_worker_is_harmed_has_its_effect_once(
    cases: dict[str, Case], scene: Scene, kill_table: Table, job: str, step: str, harm: str
) -> None:
    await harm_and_count(cases[job], scene, kill_table, job, step, harm)


@pytest.mark.parametrize(("job", "step"), IN_CI)
async def test_a_job_whose_worker_is_killed_has_its_effect_once(
    cases: dict[str, Case], scene: Scene, kill_table: Table, job: str, step: str
) -> None:
    await harm_and_count(cases[job], scene, kill_table, job, step, "kill")


@pytest.mark.prove
@pytest.mark.parametrize("job", ["payments", "refunds", "invoices"])
async def test_a_job_whose_workers_are_killed_at_every_step_in_turn_has_its_effect_once(
    cases: dict[str, Case], scene: Scene, stack: Stack, kill_table: Table, job: str
) -> None:
    effects = [await scene.play_in_turn(cases[job], STEPS)]
    kill_table.note(job, "each in turn", "kill", effects, 1)
    assert effects == [1]
    with connect(stack.db_url) as db:  # what was rolled back took no number with it
        taken = sequence(db)
    assert taken == list(range(1, len(taken) + 1))
