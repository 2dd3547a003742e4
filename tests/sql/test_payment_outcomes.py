"""From a re-fetched payment to the state of the order: forms, and payments behind pages."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from tests.support import shop
from tests.support.database import Db, column, one, rows, value
from tests.support.forms import Form, behind, open_form, report
from tests.support.people import Cast
from tests.support.shop import lapse, make_cohort, open_page, order, status_of


@pytest.fixture
def form(db: Db, cast: Cast) -> Form:
    """Alice's open form for the CAP, in a cohort with one seat."""
    return open_form(db, order(db, cast.alice, cohort=make_cohort(db, 1))["id"], cast.alice)


def state(db: Db) -> tuple[list[Any], ...]:
    """Order, payment, attempt, enrolment, mails."""
    return (
        column(db, "select status from public.orders"),
        column(db, "select status from public.payments"),
        column(db, "select status from public.payment_attempts"),
        column(db, "select status from public.enrollments"),
        column(db, "select template from public.email_messages order by 1"),
    )


PENDING: tuple[list[Any], ...] = (["pending"], ["pending"], ["open"], ["pending"], [])
WAITING: tuple[list[Any], ...] = (["pending"], ["pending"], ["processing"], ["pending"], [])
PAID = (
    ["paid"],
    ["succeeded"],
    ["succeeded"],
    ["active"],
    ["enrollment_confirmed", "payment_confirmed"],
)
FAILED = (["failed"], ["failed"], ["failed"], ["cancelled"], ["payment_failed"])


def test_a_succeeded_payment_enrols_the_buyer(db: Db, form: Form) -> None:
    assert report(db, form.intent())["outcome"] == "fulfilled"
    assert state(db) == PAID
    paid = one(db, "select stripe_payment_intent_id as intent, method from public.payments")
    assert paid == {"intent": form.intent_id, "method": "card"}


def test_the_same_word_twice_changes_nothing(db: Db, form: Form) -> None:
    report(db, form.intent())
    assert report(db, form.intent())["outcome"] == "already_fulfilled"
    assert state(db) == PAID


def test_a_declined_card_leaves_the_order_payable_and_says_why(db: Db, form: Form) -> None:
    assert report(db, form.declined())["outcome"] == "declined"
    assert state(db) == PENDING
    assert column(db, "select error_code from public.payment_attempts") == ["insufficient_funds"]
    assert report(db, form.intent())["outcome"] == "fulfilled"
    assert column(db, "select error_code from public.payment_attempts") == [None]


def test_a_bank_that_wants_a_confirmation_leaves_the_order_payable(db: Db, form: Form) -> None:
    assert report(db, form.unpaid("requires_action"))["outcome"] == "action_needed"
    assert state(db) == PENDING
    assert column(db, "select error_code from public.payment_attempts") == [
        "authentication_required"
    ]


def test_a_payment_on_its_way_keeps_the_seat_for_days(db: Db, form: Form) -> None:
    assert report(db, form.processing())["outcome"] == "processing"
    assert state(db) == WAITING
    held = value(db, "select held_until - now() > interval '14 days' from public.enrollments")
    assert held


def test_a_payment_on_its_way_outlives_the_housekeeping(db: Db, form: Form) -> None:
    report(db, form.processing())
    db.execute("select private.housekeep()")
    assert state(db) == WAITING


def test_money_that_took_days_enrols_the_buyer(db: Db, form: Form) -> None:
    report(db, form.processing())
    assert report(db, form.intent(method="sepa_debit"))["outcome"] == "fulfilled"
    assert state(db) == PAID
    assert column(db, "select method from public.payments") == ["sepa_debit"]


def test_a_bank_that_says_no_after_days_gives_the_seat_back_and_writes(db: Db, form: Form) -> None:
    report(db, form.processing())
    assert report(db, form.bounced())["outcome"] == "failed"
    assert state(db) == FAILED
    assert report(db, form.bounced())["outcome"] == "failed"
    assert state(db) == FAILED


def test_a_payment_on_its_way_whose_seat_went_meanwhile_waits_all_the_same(
    db: Db, cast: Cast
) -> None:
    cohort = make_cohort(db, 1)
    form = open_form(db, order(db, cast.alice, cohort=cohort)["id"], cast.alice)
    lapse(db, form.attempt["order_id"])
    order(db, cast.bob, cohort=cohort)
    assert report(db, form.processing())["outcome"] == "processing"
    assert report(db, form.intent())["outcome"] == "no_seat"
    assert column(db, "select reason from public.refunds") == ["no_seat"]


def test_a_payment_on_its_way_takes_the_place_of_what_was_opened_after_it(
    db: Db, cast: Cast, form: Form
) -> None:
    """The buyer came back and asked for a page before the webhook was here."""
    page = open_page(db, form.attempt["order_id"], cast.alice)
    assert report(db, form.processing())["outcome"] == "processing"
    found = rows(db, "select kind, status from public.payment_attempts order by kind")
    assert found == [
        {"kind": "checkout", "status": "expired"},
        {"kind": "intent", "status": "processing"},
    ]
    held = value(db, "select held_until - now() > interval '14 days' from public.enrollments")
    assert held
    assert shop.report(db, page.session())["outcome"] == "fulfilled"
    assert report(db, form.intent())["outcome"] == "paid_twice"


def test_a_payment_cancelled_at_the_provider_gives_the_seat_back(db: Db, form: Form) -> None:
    assert report(db, form.unpaid("canceled"))["outcome"] == "expired"
    assert status_of(db, form.attempt["order_id"]) == "expired"


def test_a_form_that_was_replaced_takes_nothing_with_it(db: Db, cast: Cast, form: Form) -> None:
    page = open_page(db, form.attempt["order_id"], cast.alice)
    assert report(db, form.unpaid("canceled"))["outcome"] == "expired"
    assert shop.report(db, page.session())["outcome"] == "fulfilled"


def test_a_payment_nobody_recorded_is_known_by_what_it_carries(db: Db, cast: Cast) -> None:
    """The function died between Stripe's answer and our record."""
    form = open_form(db, order(db, cast.alice)["id"], cast.alice)
    db.execute("update public.payment_attempts set status = 'created', provider_intent_id = null")
    assert report(db, form.declined())["outcome"] == "declined"
    assert report(db, form.intent())["outcome"] == "fulfilled"
    assert column(db, "select provider_intent_id from public.payment_attempts") == [form.intent_id]


def test_a_form_and_a_page_both_paid_give_one_back(db: Db, cast: Cast, form: Form) -> None:
    page = open_page(db, form.attempt["order_id"], cast.alice)
    assert report(db, form.intent())["outcome"] == "fulfilled"
    assert shop.report(db, page.session())["outcome"] == "paid_twice"
    assert rows(db, "select reason, payment_intent_id, amount from public.refunds") == [
        {"reason": "paid_twice", "payment_intent_id": page.intent, "amount": 69000}
    ]
    assert shop.report(db, page.session())["outcome"] == "paid_twice"
    assert len(rows(db, "select from public.refunds")) == 1


STRANGE: dict[str, dict[str, Any]] = {
    "amount": {"amount_received": 1},
    "currency": {"currency": "tnd"},
    "customer": {"customer": "cus_somebody_else"},
}


@pytest.mark.parametrize("reason", STRANGE)
def test_a_payment_that_differs_from_our_order_is_a_mismatch(
    db: Db, form: Form, reason: str
) -> None:
    settled = report(db, form.intent(**STRANGE[reason]))
    assert (settled["outcome"], settled["reason"]) == ("mismatch", reason)
    assert state(db) == PENDING


def test_a_payment_of_another_attempt_is_a_mismatch(db: Db, cast: Cast, form: Form) -> None:
    other = open_form(db, order(db, cast.bob)["id"], cast.bob)
    mixed = form.intent()["metadata"] | {"attempt_id": other.attempt["attempt_id"]}
    assert report(db, form.intent(metadata=mixed))["reason"] == "attempt"


def test_a_payment_through_another_academys_account_is_a_mismatch(db: Db, form: Form) -> None:
    assert report(db, form.intent(), account="aurora50-stripe")["reason"] == "account"
    assert state(db) == PENDING


def test_a_payment_that_names_no_order_of_ours_goes_to_a_person(db: Db, form: Form) -> None:
    strange = form.intent(metadata={"order_id": "x"})
    assert report(db, strange)["outcome"] == "unknown_payment"


def test_a_payment_that_names_no_order_is_somebody_elses(db: Db, form: Form) -> None:
    assert report(db, form.intent(metadata={}))["outcome"] == "skipped"
    assert state(db) == PENDING


STEPS = ("declined", "processing", "paid", "paid again")


@pytest.mark.parametrize("steps", list(permutations(STEPS)), ids=" → ".join)
def test_late_words_about_a_payment_undo_nothing(
    db: Db, form: Form, steps: tuple[str, ...]
) -> None:
    """Each brings the payment as it was then, as if a worker had fetched it and slept since."""
    words = {
        "declined": form.declined(),
        "processing": form.processing(),
        "paid": form.intent(),
        "paid again": form.intent(),
    }
    for step in steps:
        report(db, words[step])
    assert state(db) == PAID


@pytest.mark.parametrize("steps", list(permutations(("session", "payment", "declined"))))
def test_a_pages_own_payment_and_its_session_come_to_the_same_end(
    db: Db, cast: Cast, steps: tuple[str, ...]
) -> None:
    page = open_page(db, order(db, cast.alice)["id"], cast.alice)
    for step in steps:
        if step == "session":
            shop.report(db, page.session())
        else:
            failed = {"status": "requires_payment_method", "error_code": "card_declined"}
            report(db, behind(page, **(failed if step == "declined" else {})))
    assert state(db) == PAID


def test_a_pages_payment_that_was_cancelled_waits_for_its_session(db: Db, cast: Cast) -> None:
    page = open_page(db, order(db, cast.alice)["id"], cast.alice)
    assert report(db, behind(page, status="canceled"))["outcome"] == "skipped"
    assert state(db) == PENDING


def test_a_pages_debit_that_came_back_waits_for_its_session(db: Db, cast: Cast) -> None:
    """It may be payable still: only the session says whether its page is over."""
    page = open_page(db, order(db, cast.alice)["id"], cast.alice)
    back = {"status": "requires_payment_method", "error_code": "debit_not_authorized"}
    assert report(db, behind(page, method="sepa_debit", **back))["outcome"] == "skipped"
    assert state(db) == PENDING


def test_a_page_paid_by_a_method_that_takes_days_waits(db: Db, cast: Cast) -> None:
    page = open_page(db, order(db, cast.alice)["id"], cast.alice)
    unpaid = page.session(payment_status="unpaid", intent_status="processing")
    assert shop.report(db, unpaid)["outcome"] == "processing"
    assert state(db) == WAITING


def test_a_page_whose_bank_says_no_after_days_ends_the_order(db: Db, cast: Cast) -> None:
    page = open_page(db, order(db, cast.alice)["id"], cast.alice)
    bounced = page.session(
        payment_status="unpaid", intent_status="requires_payment_method", error_code="declined"
    )
    assert shop.report(db, bounced)["outcome"] == "failed"
    assert state(db) == FAILED


def test_money_that_comes_after_all_takes_a_seat_still_free(db: Db, form: Form) -> None:
    report(db, form.bounced())
    assert report(db, form.intent())["outcome"] == "fulfilled"
    assert column(db, "select status from public.enrollments") == ["active"]


def test_the_failure_mail_is_due_only_while_the_order_has_failed(db: Db, form: Form) -> None:
    told = "select private.mail_facts_payment_failed(m) from public.email_messages as m"
    report(db, form.bounced())
    due = f"{told} where m.template = 'payment_failed'"
    facts = value(db, due)
    assert facts["amount"] == 69000
    assert facts["lines"][0]["title"] == "CAP Maintenance des véhicules"
    report(db, form.intent())
    assert value(db, due) is None
