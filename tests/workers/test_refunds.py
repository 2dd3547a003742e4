"""The refunds worker and the events about refunds: money goes back once, whatever goes wrong."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator

import httpx
import pytest

from preau.settings import Settings, environment
from tests.support.backoffice import DEAR, BackOffice
from tests.support.buyers import Buyer
from tests.support.events import Desk, Purchase, open_page
from tests.support.stack import Stack
from tests.support.standin import Standin
from tests.workers.rig import TestQueue, private_queue
from tests.workers.test_payments import forged_session

PENDING_CARD, FAILING_CARD = "4000000000007726", "4000000000005126"
GONE = ("refunded", "cancelled", 0, ["refund_confirmed"])
STAYS: tuple[str, str, int, list[str]] = ("paid", "active", 1, [])
HASTY = {
    "worker_lease_seconds": 5,
    "worker_poll_min_seconds": 0.01,
    "worker_poll_max_seconds": 0.05,
    "worker_retry_base_seconds": 0.05,
}


@pytest.fixture
async def office(
    stack: Stack, queue: TestQueue, function_settings: Settings, faulty_standin: Standin
) -> AsyncIterator[BackOffice]:
    async with private_queue(stack.db_url) as refunds:
        desk = Desk(queue, function_settings.model_copy(update=HASTY))
        yield BackOffice(desk, refunds, faulty_standin)


@pytest.fixture
async def page(functions: httpx.AsyncClient, buyer: Buyer) -> Purchase:
    return await open_page(functions, buyer)


@pytest.fixture
async def bought(office: BackOffice, page: Purchase) -> Purchase:
    return await office.paid(page)


async def test_the_provider_is_asked_and_access_ends(office: BackOffice, bought: Purchase) -> None:
    asked = await office.ask(bought)
    assert await office.work(asked) == []
    [made] = await office.made(bought)
    assert (made.amount, made.reason) == (DEAR, None)
    assert made.metadata is not None
    assert made.metadata["refund_id"] == asked
    assert await office.state(bought) == GONE
    assert (await office.refund(asked))["provider_refund_id"] == made.id


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [("duplicate", "duplicate"), ("fraudulent", "fraudulent"), ("staff", None)],
)
async def test_the_provider_is_told_the_reasons_it_knows(
    office: BackOffice, bought: Purchase, ours: str, theirs: str | None
) -> None:
    await office.work(await office.ask(bought, 100, ours))
    assert [made.reason for made in await office.made(bought)] == [theirs]


async def test_a_part_leaves_access(office: BackOffice, bought: Purchase) -> None:
    await office.work(await office.ask(bought, 1000))
    assert await office.state(bought) == ("partly_refunded", "active", 1, ["refund_confirmed"])


async def test_a_message_that_comes_twice_asks_once(office: BackOffice, bought: Purchase) -> None:
    asked = await office.ask(bought)
    assert await office.work(asked, asked, asked) == []
    assert len(await office.made(bought)) == 1


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("status", [429, 500, 503])
async def test_an_answer_that_is_lost_is_asked_for_again(
    office: BackOffice, bought: Purchase, when: str, status: int
) -> None:
    fault = {"path": "/v1/refunds", "status": status, "when": when}
    await office.standin.fail_next(**fault, times=1 if status == 429 else 3)
    assert await office.work(await office.ask(bought)) == []
    assert len(await office.made(bought)) == 1
    assert await office.state(bought) == GONE


@pytest.mark.parametrize(
    ("fault", "is_renewed"), [({"status": 500}, True), ({"reset": True}, False)]
)
async def test_a_key_that_was_answered_with_an_error_is_not_used_again(
    office: BackOffice, bought: Purchase, fault: dict[str, object], is_renewed: bool
) -> None:
    asked = await office.ask(bought)
    key = (await office.refund(asked))["idempotency_key"]
    await office.standin.fail_next(path="/v1/refunds", times=3, **fault)
    assert await office.work(asked) == []
    assert len(await office.made(bought)) == 1
    assert ((await office.refund(asked))["idempotency_key"] != key) is is_renewed


async def test_what_a_cards_network_refuses_is_asked_for_again(
    office: BackOffice, bought: Purchase
) -> None:
    await office.standin.fail_next(path="/v1/refunds", status=402)
    assert await office.work(await office.ask(bought)) == []
    assert len(await office.made(bought)) == 1
    assert await office.state(bought) == GONE


async def test_a_refund_is_found_though_the_provider_forgot_its_key(
    office: BackOffice, bought: Purchase
) -> None:
    """An earlier try made it, its answer was lost, and the message came again a day later."""
    asked = await office.ask(bought, 1000)
    await office.by_hand(bought, 1000, refund_id=asked)
    await office.desk.queue.db.execute(
        "update public.refunds set asked_at = now() - interval '1 day' where id = %s", [asked]
    )
    assert await office.work(asked) == []
    assert len(await office.made(bought)) == 1
    assert (await office.refund(asked))["status"] == "succeeded"


async def test_what_went_back_by_hand_is_recorded_and_ours_fails(
    office: BackOffice, bought: Purchase
) -> None:
    asked = await office.ask(bought)
    await office.by_hand(bought)
    assert await office.work(asked) == []
    found = await office.refund(asked)
    assert (found["status"], found["failure_code"]) == ("failed", "charge_already_refunded")
    assert await office.state(bought) == GONE


async def test_a_whole_after_a_part_by_hand_is_too_much(
    office: BackOffice, bought: Purchase
) -> None:
    asked = await office.ask(bought)
    await office.by_hand(bought, 1000)
    assert await office.work(asked) == []
    assert (await office.refund(asked))["failure_code"] == "amount_too_large"
    assert (await office.state(bought))[:3] == ("partly_refunded", "active", 1)


async def test_a_missing_key_leaves_the_refund_pending(
    office: BackOffice, bought: Purchase, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = await office.ask(bought)
    monkeypatch.delenv("STRIPE_MECAFORMATION_SECRET_KEY")
    environment.cache_clear()
    try:
        assert await office.work(asked) == ["secret_missing"]
    finally:
        monkeypatch.undo()
        environment.cache_clear()
    assert (await office.refund(asked))["status"] == "pending"
    assert await office.state(bought) == STAYS


async def test_one_that_is_pending_ends_when_the_provider_says_so(
    office: BackOffice, page: Purchase
) -> None:
    bought = await office.paid(page, PENDING_CARD)
    await office.work(await office.ask(bought))
    assert await office.state(bought) == STAYS
    [made] = await office.made(bought)
    await office.standin.advance(60)
    for kind in ("refund.updated", "charge.refund.updated", "refund.updated"):
        assert await office.tell(kind, made.id) == []
    assert await office.state(bought) == GONE


async def test_one_that_fails_later_gives_access_back(office: BackOffice, page: Purchase) -> None:
    bought = await office.paid(page, FAILING_CARD)
    asked = await office.ask(bought)
    await office.work(asked)
    assert await office.state(bought) == GONE
    await office.standin.advance(60)
    [made] = await office.made(bought)
    assert await office.tell("refund.failed", made.id) == []
    assert (await office.state(bought))[:3] == ("paid", "active", 1)
    assert (await office.refund(asked))["failure_code"] == "expired_or_canceled_card"


KINDS = ("refund.created", "charge.refunded", "refund.updated")


@pytest.mark.parametrize("kinds", list(itertools.permutations(KINDS)), ids=" → ".join)
async def test_a_refund_by_hand_is_recorded_whatever_event_comes_first(
    office: BackOffice, bought: Purchase, kinds: tuple[str, ...]
) -> None:
    made = await office.by_hand(bought)
    for kind in kinds * 2:
        about = str(made.charge) if kind == "charge.refunded" else made.id
        assert await office.tell(kind, about) == []
    assert await office.state(bought) == GONE


async def test_a_refunds_event_waits_for_its_payments(office: BackOffice, page: Purchase) -> None:
    await office.standin.pay(page.session_id)
    made = await office.by_hand(page)
    refunded = await office.desk.event(made.id, "refund.created")
    paid = await office.desk.event(page.session_id)
    assert await office.desk.handle(refunded, paid) == []
    assert (await office.state(page))[:3] == ("refunded", "cancelled", 0)


async def test_a_refund_of_money_that_is_not_ours_is_closed(
    office: BackOffice, bought: Purchase
) -> None:
    session_id = await forged_session(office.standin, bought, metadata={})
    made = await office.by_hand(Purchase(bought.order, session_id))
    event = await office.desk.event(made.id, "refund.created")
    assert await office.desk.handle(event) == []
    assert await office.desk.outcome(event) == ("not_ours", "payment")
    assert await office.state(bought) == STAYS


async def test_a_message_about_no_refund_does_nothing(office: BackOffice) -> None:
    assert await office.work("3f1f4d0e-0000-4000-8000-000000000000") == []


async def test_a_pending_one_whose_webhook_is_lost_is_asked_about(
    office: BackOffice, page: Purchase
) -> None:
    bought = await office.paid(page, PENDING_CARD)
    asked = await office.ask(bought)
    await office.work(asked)
    await office.standin.advance(60)
    assert await office.work(asked) == []
    assert len(await office.made(bought)) == 1
    assert await office.state(bought) == GONE
