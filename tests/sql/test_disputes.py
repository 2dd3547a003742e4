"""Disputes: the bank holds the money and decides; what it decides is what access follows."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from tests.support.database import Db, acting_as, column, forbidden, one, rows, value
from tests.support.people import SERVICE, Cast
from tests.support.refunding import (
    at_provider,
    buy,
    dispute_at_provider,
    mails,
    state,
    tell,
    tell_dispute,
)
from tests.support.shop import Page, lapse, make_cohort, open_page, order, report

STAYS = ("active", 1)


@pytest.fixture
def page(db: Db, cast: Cast) -> Page:
    return buy(db, cast.alice)


def test_while_the_bank_holds_the_money_access_stays(db: Db, page: Page) -> None:
    assert tell_dispute(db, dispute_at_provider(page))["outcome"] == "dispute_needs_response"
    assert state(db, page) == ("disputed", *STAYS)
    assert mails(db) == ["dispute_opened Adele"]


def test_lost_is_as_a_whole_refund(db: Db, page: Page) -> None:
    opened = dispute_at_provider(page)
    tell_dispute(db, opened)
    tell_dispute(db, opened | {"status": "lost"})
    assert state(db, page) == ("refunded", "cancelled", 0)
    found = one(db, "select outcome, closed_at is not null as is_closed from public.disputes")
    assert found == {"outcome": "lost", "is_closed": True}


def test_won_is_paid_again(db: Db, page: Page) -> None:
    opened = dispute_at_provider(page)
    tell_dispute(db, opened)
    tell_dispute(db, opened | {"status": "won"})
    assert state(db, page) == ("paid", *STAYS)
    assert value(db, "select outcome from public.disputes") == "won"


def test_an_appeal_that_is_won_gives_access_back(db: Db, page: Page) -> None:
    opened = dispute_at_provider(page)
    for status in ("lost", "appeal_under_review"):
        tell_dispute(db, opened | {"status": status})
        assert state(db, page) == ("refunded", "cancelled", 0)
    tell_dispute(db, opened | {"status": "won"})
    assert state(db, page) == ("paid", *STAYS)


def test_an_inquiry_holds_no_money(db: Db, page: Page) -> None:
    asked = dispute_at_provider(page, "warning_needs_response")
    tell_dispute(db, asked)
    assert state(db, page) == ("paid", *STAYS)
    assert mails(db) == ["dispute_opened Adele"]
    tell_dispute(db, asked | {"status": "warning_closed"})
    assert state(db, page) == ("paid", *STAYS)
    assert value(db, "select outcome from public.disputes") == "closed"


def test_an_inquiry_that_becomes_a_dispute_is_told_again(db: Db, page: Page) -> None:
    asked = dispute_at_provider(page, "warning_needs_response")
    for status in ("warning_needs_response", "warning_under_review"):
        tell_dispute(db, asked | {"status": status})
    assert mails(db) == ["dispute_opened Adele"]
    for _ in range(2):
        tell_dispute(db, asked | {"status": "needs_response", "evidence_due_by": 1_900_000_000})
    assert mails(db) == ["dispute_opened Adele"] * 2
    assert state(db, page) == ("disputed", *STAYS)


def test_a_lost_part_is_as_a_partial_refund(db: Db, page: Page) -> None:
    tell_dispute(db, dispute_at_provider(page, "lost", amount=1000))
    assert state(db, page) == ("partly_refunded", *STAYS)


def test_a_part_refunded_and_the_rest_lost_is_the_whole(db: Db, page: Page) -> None:
    tell(db, at_provider(page, 1000))
    tell_dispute(db, dispute_at_provider(page, "lost", amount=page.attempt["amount"] - 1000))
    assert state(db, page) == ("refunded", "cancelled", 0)


def test_one_in_another_currency_counts_as_its_payment(db: Db, page: Page) -> None:
    tell_dispute(db, dispute_at_provider(page, "lost", amount=5, currency="usd"))
    assert state(db, page) == ("refunded", "cancelled", 0)


@pytest.mark.parametrize("steps", list(permutations(["needs_response", "under_review", "lost"])))
def test_the_order_of_events_does_not_matter(db: Db, page: Page, steps: tuple[str, ...]) -> None:
    opened = dispute_at_provider(page)
    for step in steps:
        tell_dispute(db, opened | {"status": step})
    assert state(db, page) == ("refunded", "cancelled", 0)
    assert value(db, "select status from public.disputes") == "lost"
    assert mails(db, "dispute_opened") == ["dispute_opened Adele"]


def test_told_twice_it_is_logged_once(db: Db, page: Page) -> None:
    opened = dispute_at_provider(page)
    tell_dispute(db, opened)
    tell_dispute(db, opened)
    told = column(db, "select action from public.audit_log where action like 'dispute.%%'")
    assert told == ["dispute.needs_response"]


def test_money_of_others_is_not_ours(db: Db, page: Page) -> None:
    other = dispute_at_provider(page, payment_intent="pi_other", attempt_id=None)
    assert tell_dispute(db, other)["outcome"] == "not_ours"
    assert rows(db, "select from public.disputes") == []


@pytest.mark.parametrize("named", [{"attempt_id": None}, {"payment_intent": "pi_other"}], ids=str)
def test_another_academys_account_disputes_nothing_of_ours(
    db: Db, page: Page, named: dict[str, Any]
) -> None:
    theirs = dispute_at_provider(page, **named)
    assert tell_dispute(db, theirs, "aurora50-stripe")["outcome"] == "not_ours"
    assert rows(db, "select from public.disputes") == []


def test_staff_see_it_and_the_buyer_does_not(db: Db, cast: Cast, page: Page) -> None:
    tell_dispute(db, dispute_at_provider(page))
    people = ((cast.adele, 1), (cast.armand, 1), (cast.alice, 0), (cast.auguste, 0))
    for who, seen in people:
        with acting_as(db, who):
            assert len(rows(db, "select status, evidence_due_by from public.disputes")) == seen


def test_nobody_writes_disputes(db: Db, cast: Cast, page: Page) -> None:
    tell_dispute(db, dispute_at_provider(page))
    with acting_as(db, cast.adele), forbidden(), db.transaction():
        db.execute("delete from public.disputes where true")


def test_an_appeal_told_late_does_not_undo_what_was_won(db: Db, page: Page) -> None:
    opened = dispute_at_provider(page, "lost")
    for status in ("lost", "won", "appeal_under_review"):
        tell_dispute(db, opened | {"status": status})
    assert state(db, page) == ("paid", *STAYS)


def test_what_is_decided_is_decided_whatever_came_before(db: Db, page: Page) -> None:
    opened = dispute_at_provider(page, "won")
    for status in ("won", "lost"):
        tell_dispute(db, opened | {"status": status})
    assert state(db, page) == ("refunded", "cancelled", 0)


def too_late(db: Db, cast: Cast) -> Page:
    """Paid when the seat was sold; the dispute came before the money could go back."""
    cohort = make_cohort(db, 1)
    made = order(db, cast.alice, cohort=cohort)
    page = open_page(db, made["id"], cast.alice)
    lapse(db, made["id"])
    order(db, cast.bob, cohort=cohort)
    assert report(db, page.session())["outcome"] == "no_seat"
    return page


def refuse_refund(db: Db, code: str = "charge_disputed") -> None:
    """The refund that is pending fails before the provider makes it."""
    asked = value(db, "select id from public.refunds where status = 'pending'")
    with acting_as(db, SERVICE):
        value(db, "select worker.fail_refund(%s, %s, 'No.')", asked, code)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("nothing", ["duplicate pending"]),
        ("by hand", ["dashboard succeeded"]),
        ("in vain", ["duplicate failed", "duplicate pending"]),
    ],
)
def test_won_money_that_bought_nothing_goes_back_once(
    db: Db, cast: Cast, before: str, after: list[str]
) -> None:
    late = too_late(db, cast)
    opened = dispute_at_provider(late)
    refuse_refund(db)
    if before == "in vain":
        again = "select private.request_refund(payment_id, null, 'duplicate') from public.refunds"
        value(db, again)
        refuse_refund(db)
    tell_dispute(db, opened)
    if before == "by hand":
        tell(db, at_provider(late))
    for _ in range(2):
        tell_dispute(db, opened | {"status": "won"})
    found = column(db, "select reason || ' ' || status from public.refunds")
    assert sorted(found) == [*after, "no_seat failed"]


def test_won_money_whose_refund_was_given_up_is_a_persons(db: Db, cast: Cast) -> None:
    opened = dispute_at_provider(too_late(db, cast))
    refuse_refund(db, "given_up")
    for status in ("needs_response", "won"):
        tell_dispute(db, opened | {"status": status})
    found = column(db, "select reason || ' ' || status from public.refunds")
    assert found == ["no_seat failed"]


def test_won_money_that_was_earned_stays(db: Db, page: Page) -> None:
    tell_dispute(db, dispute_at_provider(page, "won"))
    assert rows(db, "select from public.refunds") == []


@pytest.mark.parametrize("what", ["refund", "dispute"])
def test_of_money_that_was_a_mismatch_nothing_is_waited_for(db: Db, cast: Cast, what: str) -> None:
    strange = open_page(db, order(db, cast.alice)["id"], cast.alice)
    assert report(db, strange.session(amount_total=1))["outcome"] == "mismatch"
    told = (
        tell(db, at_provider(strange, 1))
        if what == "refund"
        else tell_dispute(db, dispute_at_provider(strange))
    )
    assert (told["outcome"], told["reason"]) == ("not_ours", "mismatch")
    assert rows(db, "select from private.webhook_events where processed_at is null") == []
