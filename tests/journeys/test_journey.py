"""`preau demo`: the whole journey, twice in a row, on one stack."""

from __future__ import annotations

import pytest

from preau.cli.journey import Journey, Step
from tests.support.stack import Stack


async def play(stack: Stack) -> list[Step]:
    steps: list[Step] = []
    journey = Journey(stack.url, stack.publishable_key, stack.inbox_url)
    await journey.play(steps.append)
    return steps


@pytest.mark.usefixtures("workers")
async def test_a_visitor_becomes_an_enrolled_student_twice_in_a_row(stack: Stack) -> None:
    for _ in range(2):
        steps = {step.title: step.outcome for step in await play(stack)}
        assert len(steps) == 9
        assert "paid" in steps["Webhook → queue → worker → enrolment active"]
        mails = steps["Mails in the inbox"]
        assert mails.count("“") == 5, mails
