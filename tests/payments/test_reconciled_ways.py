"""Real orders, paid, refunded and disputed as people do: once all is settled nothing differs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest

from preau.settings import Settings
from tests.support.backoffice import BackOffice
from tests.support.books import Books
from tests.support.buyers import Buyer
from tests.support.events import Desk, Purchase, open_page
from tests.support.stack import Stack
from tests.support.standin import Standin
from tests.workers.rig import private_queue

HASTY = {
    "worker_lease_seconds": 20,
    "worker_poll_min_seconds": 0.01,
    "worker_poll_max_seconds": 0.05,
}


@pytest.fixture
async def office(
    stack: Stack, function_settings: Settings, faulty_standin: Standin
) -> AsyncIterator[BackOffice]:
    async with private_queue(stack.db_url) as events, private_queue(stack.db_url) as refunds:
        desk = Desk(events, function_settings.model_copy(update=HASTY))
        yield BackOffice(desk, refunds, faulty_standin)


@pytest.fixture
async def page(functions: httpx.AsyncClient, buyer: Buyer) -> Purchase:
    return await open_page(functions, buyer)


async def differing(office: BackOffice, page: Purchase, buyer: Buyer) -> list[tuple[str, str]]:
    """Compare today in the academy's own account; returns what differs of this purchase."""
    queue = office.desk.queue
    account = await queue.one(
        "select id::text from private.provider_accounts where slug = 'mecaformation-stripe'"
    )
    books = Books(account["id"], buyer.id, queue, office.standin, office.desk.settings)
    await books.reconcile(datetime.now(UTC).date())
    intent = await office.intent(page)
    disputes = await office.standin.as_account().v1.disputes.list_async({"payment_intent": intent})
    ours = {intent, await office.charge(page), *(made.id for made in disputes.data)}
    ours |= {made.id for made in await office.made(page)}
    return [
        (row["object"], row["kind"])
        for row in await books.differences()
        if row["provider_id"] in ours and not row["resolved_at"]
    ]


async def dispute(office: BackOffice, page: Purchase) -> str:
    """The buyer disputes; returns the dispute."""
    await office.control(f"charges/{await office.charge(page)}/dispute", {"reason": "fraudulent"})
    intent = await office.intent(page)
    found = await office.standin.as_account().v1.disputes.list_async({"payment_intent": intent})
    return found.data[0].id


async def test_what_is_paid_and_settled_does_not_differ(
    office: BackOffice, page: Purchase, buyer: Buyer
) -> None:
    await office.paid(page)
    assert await differing(office, page, buyer) == []


async def test_what_is_paid_and_not_settled_differs_until_it_is(
    office: BackOffice, page: Purchase, buyer: Buyer
) -> None:
    assert await office.standin.pay(page.session_id) == 303
    assert await differing(office, page, buyer) == [("payment", "status")]
    assert await office.desk.handle(await office.desk.event(page.session_id)) == []
    assert await differing(office, page, buyer) == []


async def test_what_went_back_does_not_differ(
    office: BackOffice, page: Purchase, buyer: Buyer
) -> None:
    await office.paid(page)
    asked = await office.ask(page, 1000)
    assert await office.work(asked) == []
    assert await differing(office, page, buyer) == []


async def test_what_went_back_by_hand_differs_until_we_are_told(
    office: BackOffice, page: Purchase, buyer: Buyer
) -> None:
    await office.paid(page)
    made = await office.by_hand(page, 1000)
    assert await differing(office, page, buyer) == [("refund", "missing_here")]
    assert await office.tell("refund.updated", made.id) == []
    assert await differing(office, page, buyer) == []


async def test_a_dispute_differs_until_we_are_told_each_time(
    office: BackOffice, page: Purchase, buyer: Buyer
) -> None:
    await office.paid(page)
    disputed = await dispute(office, page)
    assert await differing(office, page, buyer) == [("dispute", "missing_here")]
    assert await office.tell("charge.dispute.created", disputed) == []
    assert await differing(office, page, buyer) == []
    await office.control(f"disputes/{disputed}", {"status": "lost"})
    assert await differing(office, page, buyer) == [("dispute", "status")]
    assert await office.tell("charge.dispute.closed", disputed) == []
    assert await differing(office, page, buyer) == []


async def test_a_debit_on_its_way_does_not_differ(
    office: BackOffice, page: Purchase, buyer: Buyer
) -> None:
    assert await office.standin.pay_by_debit(page.session_id) == 303
    assert await office.desk.handle(await office.desk.event(page.session_id)) == []
    assert await differing(office, page, buyer) == []
