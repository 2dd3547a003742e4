"""From a paid Checkout Session to access, once, whatever arrives and in whatever order."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from tests.support import shop
from tests.support.database import Db, column, one, rows, value
from tests.support.people import Cast
from tests.support.shop import Page, open_page, order, receive, report, settle


@pytest.fixture
def page(db: Db, cast: Cast) -> Page:
    """Alice's open page for the CAP, in a cohort."""
    return open_page(db, order(db, cast.alice, cohort=shop.CAP_COHORT)["id"], cast.alice)


def state(db: Db) -> dict[str, list[str]]:
    """What an order can leave behind."""
    return {
        "orders": column(db, "select status from public.orders order by 1"),
        "payments": column(db, "select status from public.payments order by 1"),
        "enrollments": column(db, "select status from public.enrollments order by 1"),
        "entitlements": column(db, "select source_kind from public.entitlements"),
        "mails": column(db, "select template from public.email_messages order by 1"),
    }


UNPAID = {
    "orders": ["pending"],
    "payments": ["pending"],
    "enrollments": ["pending"],
    "entitlements": [],
    "mails": [],
}
PAID = {
    "orders": ["paid"],
    "payments": ["succeeded"],
    "enrollments": ["active"],
    "entitlements": ["order_line"],
    "mails": ["enrollment_confirmed", "payment_confirmed"],
}


def test_a_paid_session_enrols_the_buyer(db: Db, cast: Cast, page: Page) -> None:
    result = report(db, page.session())
    assert result == {"outcome": "fulfilled", "order_id": page.attempt["order_id"]}
    assert state(db) == PAID
    enrolled = one(db, "select * from public.enrollments")
    assert (enrolled["student_id"], enrolled["cohort_id"]) == (cast.alice.id, shop.CAP_COHORT)
    assert (enrolled["held_until"], enrolled["start_date"] is None) == (None, False)


def test_the_payment_keeps_its_intent_and_time(db: Db, page: Page) -> None:
    report(db, page.session())
    paid = one(db, "select * from public.payments")
    assert (paid["stripe_payment_intent_id"], paid["method"]) == (page.intent, "card")
    assert paid["paid_at"] is not None
    assert one(db, "select status, paid_at is not null as at from public.orders") == {
        "status": "paid",
        "at": True,
    }
    assert column(db, "select status from public.payment_attempts") == ["succeeded"]


def test_the_entitlement_names_the_line_it_came_from(db: Db, page: Page) -> None:
    report(db, page.session())
    line = value(db, "select id from public.order_lines")
    given = one(db, "select * from public.entitlements")
    assert (given["source_id"], given["formation_id"]) == (line, shop.CAP)


def test_mails_are_queued_with_the_enrolment(db: Db, page: Page) -> None:
    report(db, page.session())
    queued = column(db, "select (message ->> 'email_id')::uuid from pgmq.q_emails")
    assert set(queued) == set(column(db, "select id from public.email_messages"))
    assert len(queued) == 2


def test_what_happened_is_logged(db: Db, page: Page) -> None:
    report(db, page.session())
    logged = rows(db, "select action, actor_id is null as by_us from public.audit_log order by id")
    assert logged == [
        {"action": "order.created", "by_us": False},
        {"action": "enrollment.activated", "by_us": True},
        {"action": "order.paid", "by_us": True},
    ]


def test_the_event_says_what_became_of_it(db: Db, page: Page) -> None:
    report(db, page.session())
    event = one(db, "select outcome, error, processed_at from private.webhook_events")
    assert (event["outcome"], event["error"]) == ("fulfilled", None)
    assert event["processed_at"] is not None


def test_an_offer_of_several_grants_gives_them_all(db: Db, cast: Cast) -> None:
    made = order(db, cast.garance, shop.COACHING_OFFER)
    report(db, open_page(db, made["id"], cast.garance).session())
    found = rows(db, "select feature, seats from public.entitlements order by seats")
    assert found == [
        {"feature": None, "seats": 8},
        {"feature": "coaching_garages", "seats": None},
    ]
    assert state(db)["mails"] == ["payment_confirmed"]


def test_an_event_settled_twice_changes_nothing(db: Db, page: Page) -> None:
    event = receive(db, page.session())
    settle(db, event, page.session())
    again = settle(db, event, page.session())
    assert (again["outcome"], again["repeated"]) == ("fulfilled", True)
    assert state(db) == PAID


def test_a_second_event_of_the_same_session_finds_it_fulfilled(db: Db, page: Page) -> None:
    report(db, page.session())
    assert report(db, page.session())["outcome"] == "already_fulfilled"
    assert state(db) == PAID


STRANGE: dict[str, dict[str, Any]] = {
    "amount": {"amount_total": 1},
    "currency": {"currency": "tnd"},
    "customer": {"customer": "cus_somebody_else"},
    "attempt": {"id": "cs_test_foreign", "metadata": {}},
}


@pytest.mark.parametrize("reason", STRANGE)
def test_a_session_that_differs_from_our_order_is_a_mismatch(
    db: Db, page: Page, reason: str
) -> None:
    result = report(db, page.session(**STRANGE[reason]))
    assert (result["outcome"], result["reason"]) == ("mismatch", reason)
    assert state(db) == UNPAID
    assert one(db, "select outcome, error from private.webhook_events") == {
        "outcome": "mismatch",
        "error": reason,
    }


@pytest.mark.parametrize("missing", ["amount_total", "currency", "customer"])
def test_a_session_that_lacks_a_fact_is_a_mismatch(db: Db, page: Page, missing: str) -> None:
    assert report(db, page.session(**{missing: None}))["outcome"] == "mismatch"
    assert state(db) == UNPAID


def test_an_event_of_another_academys_account_is_a_mismatch(db: Db, page: Page) -> None:
    result = report(db, page.session(), account="aurora50-stripe")
    assert (result["outcome"], result["reason"]) == ("mismatch", "account")
    assert state(db) == UNPAID


def test_a_session_of_ones_other_order_at_the_same_price_is_a_mismatch(
    db: Db, cast: Cast, page: Page
) -> None:
    twin = shop.make_offer(db, amount=69000, grants=["forum"])
    other = open_page(db, order(db, cast.alice, twin)["id"], cast.alice)
    swapped = other.session(client_reference_id=page.attempt["order_id"])
    result = report(db, swapped)
    assert (result["outcome"], result["reason"]) == ("mismatch", "attempt")
    assert state(db)["orders"] == ["pending", "pending"]


def test_anothers_session_does_not_pay_my_order(db: Db, cast: Cast, page: Page) -> None:
    bobs = open_page(db, order(db, cast.bob)["id"], cast.bob)
    stolen = bobs.session(client_reference_id=page.attempt["order_id"])
    assert report(db, stolen)["outcome"] == "mismatch"
    assert state(db)["orders"] == ["pending", "pending"]


@pytest.mark.parametrize("reference", [None, "", "not-a-uuid", str(uuid4())])
def test_a_session_of_no_order_is_unknown(db: Db, page: Page, reference: str | None) -> None:
    result = report(db, page.session(client_reference_id=reference))
    assert result == {"outcome": "unknown_session", "reason": "order"}
    assert state(db) == UNPAID


def test_a_session_not_paid_yet_changes_nothing(db: Db, page: Page) -> None:
    open_session = page.session(status="open", payment_status="unpaid", payment_intent=None)
    assert report(db, open_session)["outcome"] == "unpaid"
    assert state(db) == UNPAID


def test_money_that_comes_after_an_unpaid_event_fulfils(db: Db, page: Page) -> None:
    report(db, page.session(payment_status="unpaid"))
    assert report(db, page.session())["outcome"] == "fulfilled"
