"""The reconciliations worker: it lists page by page, asks for what is missing, decides nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from preau.providers import stripe_lists
from preau.providers.accounts import ProviderAccount
from preau.providers.stripe import StripePayments
from preau.settings import Settings
from tests.support.books import Books, Charged, open_books
from tests.support.buyers import Buyer
from tests.support.stack import Stack
from tests.support.standin import Standin
from tests.workers.rig import TestQueue, private_queue, until, working
from workers import reconciliations

HASTY = {
    "worker_lease_seconds": 5,
    "worker_poll_min_seconds": 0.01,
    "worker_poll_max_seconds": 0.05,
    "worker_retry_base_seconds": 0.05,
}


@pytest.fixture
async def books(
    stack: Stack, function_settings: Settings, buyer: Buyer, faulty_standin: Standin
) -> AsyncIterator[Books]:
    await faulty_standin.reset()
    async with private_queue(stack.db_url) as queue:
        settings = function_settings.model_copy(update=HASTY)
        yield await open_books(queue, buyer.id, faulty_standin, settings)


def today() -> date:
    return datetime.now(UTC).date()


async def work(queue: TestQueue, settings: Settings, *messages: object) -> list[str]:
    """Work messages off; returns the codes of the dead letters this left."""
    await queue.send(*messages)

    async def is_empty() -> bool:
        return not await queue.waiting()

    async with working(
        queue.name, reconciliations.handle, settings, message=reconciliations.Message
    ):
        await until(is_empty, "all are compared", seconds=30)
    return [letter["code"] for letter in (await queue.dead()).values()]


async def provider(books: Books) -> StripePayments:
    row = await books.queue.one("select private.account_facts(%s) as facts", books.account)
    return StripePayments(ProviderAccount.model_validate(row["facts"]), books.settings)


async def test_a_long_list_is_read_to_its_end_and_sent_in_pages(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stripe_lists, "LISTED", 3)
    monkeypatch.setattr(stripe_lists, "PAGE", 4)
    paid = [await books.charge(1000 + number) for number in range(10)]
    await books.refund(paid[0], 100)
    now = int(datetime.now(UTC).timestamp())
    pages = [page async for page in stripe_lists.pages(await provider(books), now - 600, now + 600)]
    assert [len(page) for page in pages] == [4, 4, 3]
    told = [each for page in pages for each in page]
    assert {each["id"] for each in told[:10]} == {each.charge for each in paid}
    assert {each["attempt_id"] for each in told[:10]} == {each.attempt for each in paid}
    assert (told[10]["object"], told[10]["payment_intent"]) == ("refund", paid[0].intent)
    assert told[10]["attempt_id"] == paid[0].attempt


async def test_a_span_without_length_asks_nothing(books: Books) -> None:
    await books.standin.fail_next(method="GET", status=500, times=3)
    assert [page async for page in stripe_lists.pages(await provider(books), 5, 5)] == []


async def test_the_night_s_message_becomes_runs(books: Books) -> None:
    await books.clean()
    due = datetime.now(UTC).replace(microsecond=0)
    assert await work(books.queue, books.settings, {"due_at": due.isoformat()}) == []
    runs = await books.queue.all(
        "select day from private.reconciliations where provider_account_id = %s order by day desc",
        books.account,
    )
    assert [(due.date() - run["day"]).days for run in runs] == [1, 2, 3, 7, 30]


async def test_a_declined_card_is_no_difference(books: Books) -> None:
    paid, _ = await books.clean()
    with pytest.raises(Exception, match="declined"):
        await books.charge(card="pm_card_visa_chargeDeclined")
    run = await books.reconcile(today())
    assert (run["listed"], run["differing"]) == (2, 0), paid


async def test_an_intent_that_nobody_paid_is_no_payment(books: Books) -> None:
    made = await books.client.v1.payment_intents.create_async({"amount": 900, "currency": "eur"})
    ours = Charged(made.id, "", str(uuid4()), 900, datetime.now(UTC))
    await books.write(ours)
    await books.reconcile(today())
    [found] = await books.differences()
    assert (found["kind"], found["provider_says"]) == ("status", "requires_payment_method")


async def test_refunds_and_disputes_of_another_day_are_asked_for_by_their_id(books: Books) -> None:
    paid, payment = await books.clean()
    made, lost = await books.refund(paid, 100), await books.refund(paid, 200)
    disputed, other = await books.clean()
    dispute = await books.dispute(disputed)
    for each in (made, lost):
        await books.write_refund(payment, each, each.amount)
    await books.write_dispute(other, dispute)
    await books.queue.db.execute(
        "update public.refunds set provider_refund_id = 're_gone' where provider_refund_id = %s",
        [lost.id],
    )
    await books.reconcile(today())
    assert sorted((d["kind"], d["provider_id"]) for d in await books.differences()) == sorted(
        [("missing_here", lost.id), ("missing_there", "re_gone")]
    )
    asked = {
        each: await stripe_lists.look_up(await provider(books), kind, each)
        for kind, each in (("refund", made.id), ("dispute", dispute.id), ("payment", paid.intent))
    }
    assert (asked[made.id]["status"], asked[made.id]["amount"]) == ("succeeded", 100)
    assert asked[dispute.id]["status"] == "needs_response"
    assert asked[paid.intent]["id"] == paid.charge


@pytest.mark.parametrize(("status", "times"), [(429, 2), (500, 4)])
async def test_a_provider_in_trouble_is_asked_again(books: Books, status: int, times: int) -> None:
    charged = await books.charge()
    # The library repeats a 500 by itself, three times in all, and a 429 not at all.
    await books.standin.fail_next(method="GET", path="/v1/refunds", status=status, times=times)
    run = await books.reconcile(today())
    assert run["tries"] > 1
    assert [row["provider_id"] for row in await books.differences()] == [charged.charge]


async def test_a_refusal_is_not_taken_for_absence(books: Books) -> None:
    paid = await books.charge()
    await books.write(replace(paid, intent=f"pi_{uuid4().hex}"))
    run = await books.request(today())
    await books.standin.fail_next(method="GET", path="/v1/payment_intents/*", status=400)
    letters = await work(books.queue, books.settings, {"reconciliation_id": run})
    assert letters == ["payment_provider_refused"]
    assert await books.differences() == []


async def test_an_account_without_a_key_is_one_dead_letter(books: Books) -> None:
    await books.queue.db.execute(
        "update private.provider_accounts set mode = 'live', secret_name = 'STRIPE_NOBODY'"
        " where id = %s",
        [books.account],
    )
    run = await books.request(today())
    letters = await work(books.queue, books.settings, {"reconciliation_id": run})
    assert letters == ["secret_missing"]


async def test_a_run_that_is_done_or_unknown_is_not_done_again(books: Books) -> None:
    run = await books.request(today())
    assert await work(books.queue, books.settings, {"reconciliation_id": run}) == []
    before = await books.queue.one("select * from private.reconciliations where id = %s", run)
    assert await work(books.queue, books.settings, {"reconciliation_id": run}) == []
    after = await books.queue.one("select * from private.reconciliations where id = %s", run)
    assert after == before
    letters = await work(books.queue, books.settings, {"reconciliation_id": str(uuid4())})
    assert letters == ["reconciliation_not_found"]


async def test_a_worker_whose_run_was_taken_over_stops_without_a_dead_letter(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    charged = await books.charge()
    run = await books.request(today())
    listing = stripe_lists.pages

    async def slow(*given: object) -> AsyncIterator[object]:
        await books.queue.all("select private.start_reconciliation(%s)", run)
        async for page in listing(*given):  # type: ignore[arg-type]
            yield page

    monkeypatch.setattr(reconciliations, "pages", slow)
    assert await work(books.queue, books.settings, {"reconciliation_id": run}) == []
    assert await books.differences() == []
    monkeypatch.undo()
    assert await work(books.queue, books.settings, {"reconciliation_id": run}) == []
    assert [row["provider_id"] for row in await books.differences()] == [charged.charge]


async def test_nothing_is_corrected_on_either_side(books: Books) -> None:
    charged = await books.charge()
    payment = await books.write(replace(charged, amount=1))
    query = "select * from public.payments where id = %s"
    before = await books.queue.one(query, payment)
    await books.reconcile(today())
    assert await books.queue.one(query, payment) == before
    intent = await books.client.v1.payment_intents.retrieve_async(charged.intent)
    assert (intent.status, intent.amount) == ("succeeded", charged.amount)
