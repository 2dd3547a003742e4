"""The payments worker: what each event leads to, with the provider's word as the only truth."""

from __future__ import annotations

import itertools
import sys
from pkgutil import ModuleInfo
from types import ModuleType
from typing import Any
from uuid import uuid4

import httpx
import pytest

from preau import payments
from preau.errors import PermanentError, PreauError
from preau.payments import checkouts
from preau.payments.outcomes import judge
from preau.settings import Settings, environment
from tests.support.buyers import CANCEL_URL, RETURN_URL, Buyer
from tests.support.events import COMPLETED, Desk, Purchase, open_page
from tests.support.standin import CARD_DECLINED, Standin
from tests.workers.rig import TestQueue

SUCCEEDED = "checkout.session.async_payment_succeeded"
FAILED = "checkout.session.async_payment_failed"
EXPIRED = "checkout.session.expired"
PENDING = {
    "order": "pending",
    "payment": "pending",
    "enrollments": ["pending"],
    "entitlements": 0,
    "mails": 0,
}
PAID = {
    "order": "paid",
    "payment": "succeeded",
    "enrollments": ["active"],
    "entitlements": 1,
    "mails": 1,
}


@pytest.fixture
def desk(queue: TestQueue, function_settings: Settings) -> Desk:
    hasty = {
        "worker_lease_seconds": 5,
        "worker_poll_min_seconds": 0.01,
        "worker_poll_max_seconds": 0.05,
        "worker_retry_base_seconds": 0.05,
    }
    return Desk(queue, function_settings.model_copy(update=hasty))


@pytest.fixture
async def purchase(functions: httpx.AsyncClient, buyer: Buyer) -> Purchase:
    return await open_page(functions, buyer)


async def test_a_paid_session_enrols_the_learner(
    desk: Desk, purchase: Purchase, standin: Standin
) -> None:
    await standin.pay(purchase.session_id)
    event = await desk.event(purchase.session_id)
    assert await desk.handle(event) == []
    assert await desk.state(purchase.order["id"]) == PAID
    assert await desk.outcome(event) == ("fulfilled", None)


async def test_the_buyer_sees_the_enrolment(
    desk: Desk, purchase: Purchase, standin: Standin, functions: httpx.AsyncClient, buyer: Buyer
) -> None:
    await standin.pay(purchase.session_id)
    await desk.handle(await desk.event(purchase.session_id))
    answer = await functions.get(
        "payment-status",
        params={"order_id": purchase.order["id"]},
        headers={"Authorization": f"Bearer {buyer.token}"},
    )
    seen = answer.json()
    assert (seen["status"], seen["payment_status"], seen["enrollment_status"]) == (
        "paid",
        "succeeded",
        "active",
    )
    assert seen["paid_at"]


async def test_a_message_delivered_twice_is_worked_off_once(
    desk: Desk, purchase: Purchase, standin: Standin
) -> None:
    await standin.pay(purchase.session_id)
    event = await desk.event(purchase.session_id)
    assert await desk.handle(event, event) == []
    assert await desk.handle(event) == []
    assert await desk.state(purchase.order["id"]) == PAID


async def test_an_event_that_was_worked_off_is_not_asked_about_again(desk: Desk) -> None:
    event = await desk.event("cs_test_unknown")
    await desk.queue.db.execute(
        "update private.webhook_events set processed_at = now(), outcome = 'fulfilled'"
        " where id = %s",
        [event],
    )
    assert await desk.handle(event) == []


@pytest.mark.parametrize("order", list(itertools.permutations([COMPLETED, SUCCEEDED, EXPIRED])))
async def test_the_order_of_events_does_not_matter(
    desk: Desk, purchase: Purchase, standin: Standin, order: tuple[str, ...]
) -> None:
    await standin.pay(purchase.session_id)
    for kind in order:
        assert await desk.handle(await desk.event(purchase.session_id, kind)) == []
    assert await desk.state(purchase.order["id"]) == PAID


async def test_events_at_the_same_moment_fulfil_once(
    desk: Desk, purchase: Purchase, standin: Standin
) -> None:
    await standin.pay(purchase.session_id)
    events = [await desk.event(purchase.session_id, kind) for kind in (COMPLETED, SUCCEEDED) * 4]
    assert await desk.handle(*events) == []
    assert await desk.state(purchase.order["id"]) == PAID
    outcomes = sorted([str((await desk.outcome(event))[0]) for event in events])
    assert outcomes == ["already_fulfilled"] * 7 + ["fulfilled"]


async def test_an_event_that_claims_a_payment_which_was_not_made_changes_nothing(
    desk: Desk, purchase: Purchase
) -> None:
    event = await desk.event(purchase.session_id, SUCCEEDED)
    assert await desk.handle(event) == []
    assert await desk.state(purchase.order["id"]) == PENDING
    assert (await desk.outcome(event))[0] == "unpaid"


async def test_a_declined_card_leaves_the_order_to_be_paid(
    desk: Desk, purchase: Purchase, standin: Standin
) -> None:
    assert await standin.pay(purchase.session_id, CARD_DECLINED) == 402
    assert await desk.handle(await desk.event(purchase.session_id, FAILED)) == []
    assert await desk.state(purchase.order["id"]) == PENDING
    await standin.pay(purchase.session_id)
    assert await desk.handle(await desk.event(purchase.session_id)) == []
    assert await desk.state(purchase.order["id"]) == PAID


async def test_a_page_that_closed_unpaid_gives_the_seat_back(
    desk: Desk, purchase: Purchase, standin: Standin
) -> None:
    await standin.as_account().v1.checkout.sessions.expire_async(purchase.session_id)
    event = await desk.event(purchase.session_id, EXPIRED)
    assert await desk.handle(event) == []
    state = await desk.state(purchase.order["id"])
    assert (state["order"], state["enrollments"], state["mails"]) == ("expired", ["cancelled"], 0)
    assert (await desk.outcome(event))[0] == "expired"


async def test_an_event_nobody_acts_on_is_closed_with_the_reason(
    desk: Desk, purchase: Purchase
) -> None:
    event = await desk.event(purchase.session_id, "charge.succeeded")
    assert await desk.handle(event) == []
    assert await desk.outcome(event) == ("skipped", "charge.succeeded is not acted on")


async def forged_session(
    standin: Standin, purchase: Purchase, account: str = "mecaformation", **changes: Any
) -> str:
    """A session that somebody with the account's key made for another's order, paid."""
    client = standin.as_account(account)
    real = await standin.as_account().v1.checkout.sessions.retrieve_async(purchase.session_id)
    params: dict[str, Any] = {
        "mode": "payment",
        "customer": real.customer,
        "client_reference_id": purchase.order["id"],
        "metadata": real.metadata.to_dict() if real.metadata else {},
        "success_url": RETURN_URL,
        "cancel_url": CANCEL_URL,
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": changes.pop("currency", "eur"),
                    "unit_amount": changes.pop("amount", purchase.order["total_amount"]),
                    "product_data": {"name": "x"},
                },
            }
        ],
    } | changes
    if account != "mecaformation" or params["customer"] is None:
        params["customer"] = (await client.v1.customers.create_async({"email": "e@example.fr"})).id
    made = await client.v1.checkout.sessions.create_async(params)  # type: ignore[arg-type] # built by hand
    assert await standin.pay(made.id) == 303
    return made.id


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"amount": 100}, "amount"),
        ({"currency": "usd"}, "currency"),
        ({"customer": None}, "customer"),
        ({"metadata": {}}, "attempt"),
    ],
)
async def test_a_paid_session_that_is_not_what_was_ordered_goes_to_a_person(
    desk: Desk, purchase: Purchase, standin: Standin, changes: dict[str, Any], reason: str
) -> None:
    event = await desk.event(await forged_session(standin, purchase, **changes))
    assert await desk.handle(event) == ["checkout_mismatch"]
    assert await desk.state(purchase.order["id"]) == PENDING
    assert await desk.outcome(event) == ("mismatch", reason)
    [letter] = (await desk.queue.dead()).values()
    assert purchase.order["id"] in letter["message"]


async def test_a_session_paid_to_another_academy_is_a_mismatch(
    desk: Desk, purchase: Purchase, standin: Standin
) -> None:
    session_id = await forged_session(standin, purchase, "aurora50")
    event = await desk.event(session_id, account="aurora50-stripe")
    assert await desk.handle(event) == ["checkout_mismatch"]
    assert await desk.outcome(event) == ("mismatch", "account")
    assert await desk.state(purchase.order["id"]) == PENDING


async def test_an_event_through_another_academys_account_finds_nothing(
    desk: Desk, purchase: Purchase, standin: Standin
) -> None:
    await standin.pay(purchase.session_id)
    event = await desk.event(purchase.session_id, account="aurora50-stripe")
    assert await desk.handle(event) == ["payment_object_missing"]
    assert await desk.state(purchase.order["id"]) == PENDING


async def test_a_session_of_no_order_of_ours_goes_to_a_person(
    desk: Desk, purchase: Purchase, standin: Standin
) -> None:
    session_id = await forged_session(standin, purchase, client_reference_id=str(uuid4()))
    event = await desk.event(session_id)
    assert await desk.handle(event) == ["checkout_unknown_session"]
    assert (await desk.outcome(event))[0] == "unknown_session"


async def test_a_second_payment_of_one_order_goes_back_by_itself(
    desk: Desk, purchase: Purchase, standin: Standin
) -> None:
    second = await forged_session(standin, purchase)
    await standin.pay(purchase.session_id)
    assert await desk.handle(await desk.event(purchase.session_id)) == []
    event = await desk.event(second)
    assert await desk.handle(event) == []
    assert await desk.outcome(event) == ("paid_twice", None)
    paid = await standin.as_account().v1.checkout.sessions.retrieve_async(second)
    asked = await desk.queue.one(
        "select reason from public.refunds where payment_intent_id = %s", paid.payment_intent
    )
    assert asked == {"reason": "paid_twice"}
    assert await desk.state(purchase.order["id"]) == PAID


async def test_a_session_the_provider_does_not_know_goes_to_a_person(desk: Desk) -> None:
    event = await desk.event("cs_test_unknown")
    assert await desk.handle(event) == ["payment_object_missing"]


async def test_an_event_without_a_session_goes_to_a_person(desk: Desk) -> None:
    assert await desk.handle(await desk.event(None)) == ["event_without_object"]


async def test_a_message_about_no_event_goes_to_a_person(desk: Desk) -> None:
    assert await desk.handle(str(uuid4())) == ["unknown_webhook_event"]


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_provider_in_trouble_is_asked_again(
    desk: Desk, purchase: Purchase, faulty_standin: Standin, status: int
) -> None:
    await faulty_standin.pay(purchase.session_id)
    await faulty_standin.fail_next(
        path="/v1/checkout/sessions/*", method="GET", status=status, times=1 if status == 429 else 3
    )
    assert await desk.handle(await desk.event(purchase.session_id)) == []
    assert await desk.state(purchase.order["id"]) == PAID


async def test_a_missing_key_is_named_in_the_dead_letter(
    desk: Desk, purchase: Purchase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("STRIPE_MECAFORMATION_SECRET_KEY")
    environment.cache_clear()
    try:
        assert await desk.handle(await desk.event(purchase.session_id)) == ["secret_missing"]
    finally:
        monkeypatch.undo()
        environment.cache_clear()
    [letter] = (await desk.queue.dead()).values()
    assert "STRIPE_MECAFORMATION_SECRET_KEY or STRIPE_SECRET_KEY" in letter["message"]


@pytest.mark.parametrize("outcome", ["mismatch", "unknown_session", "unknown_payment"])
def test_every_outcome_that_no_rule_settles_is_a_dead_letter(outcome: str) -> None:
    settled = {"outcome": outcome, "reason": "r", "order_id": "o"}
    with pytest.raises(PermanentError) as caught:
        judge(settled, "checkout", "Event evt_1", None)  # type: ignore[arg-type] # not reached
    assert caught.value.code == f"checkout_{outcome}"


def test_two_modules_that_act_on_one_type_of_event_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    twin = ModuleType("preau.payments.twin")
    twin.EVENTS = checkouts.EVENTS  # type: ignore[attr-defined] # a module of the test's
    twin.settle = checkouts.settle  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, twin.__name__, twin)
    monkeypatch.setattr(
        "pkgutil.iter_modules",
        lambda _: [ModuleInfo(None, name, False) for name in ("checkouts", "twin")],  # type: ignore[arg-type]
    )
    with pytest.raises(PreauError, match="both act on checkout"):
        payments.settlers.__wrapped__()
