"""The payments worker killed at every step of several payments: one invoice each, and no gap."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.prove import test_payment_kills
from tests.prove.test_payment_kills import POINTS, Workers
from tests.support.database import connect
from tests.support.events import Desk, Purchase
from tests.support.invoices import invoice, sequence
from tests.support.stack import Stack

desk, workers, purchase = (
    test_payment_kills.desk,
    test_payment_kills.workers,
    test_payment_kills.purchase,
)


@pytest.mark.prove
async def test_a_payment_killed_at_every_step_takes_one_number(
    stack: Stack, desk: Desk, workers: Workers, purchase: Purchase
) -> None:
    for point in POINTS:
        await workers.crash_at(point)
    await workers.finish()
    with connect(stack.db_url) as db:
        assert invoice(db, UUID(purchase.order["id"]))["kind"] == "invoice"
        taken = sequence(db)
        assert taken == list(range(1, len(taken) + 1))
