"""Mails about money that goes back: true when they go, or they do not go."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.database import Db, acting_as, one, value
from tests.support.people import SERVICE, Cast
from tests.support.refunding import ask, at_provider, buy, dispute_at_provider, tell, tell_dispute
from tests.support.shop import Page


@pytest.fixture
def page(db: Db, cast: Cast) -> Page:
    return buy(db, cast.alice)


def due(db: Db, template: str) -> Any:
    """What the one mail of a template would tell now; None if it no longer goes."""
    waits = "select id from public.email_messages where template = %s and status = 'queued'"
    email = value(db, waits, template)
    with acting_as(db, SERVICE):
        taken = value(db, "select worker.email_to_send(%s)", email)
    return taken and taken["data"]


def test_a_confirmation_tells_amount_note_and_access(db: Db, cast: Cast, page: Page) -> None:
    (asked,) = ask(db, cast.adele, page, 1000, note="Pardon.")
    tell(db, at_provider(page, 1000, ours=asked["id"]))
    found = due(db, "refund_confirmed")
    assert (found["amount"], found["currency"], found["note"]) == (1000, "EUR", "Pardon.")
    assert found["has_access"] is True
    assert found["order_reference"] == value(db, "select reference from public.orders")


def test_a_whole_refund_is_told_to_end_access(db: Db, page: Page) -> None:
    tell(db, at_provider(page))
    assert due(db, "refund_confirmed")["has_access"] is False


def test_a_refund_that_failed_meanwhile_is_not_confirmed(db: Db, page: Page) -> None:
    facts = at_provider(page)
    tell(db, facts)
    tell(db, facts | {"status": "failed"})
    assert due(db, "refund_confirmed") is None
    failed = due(db, "refund_failed")
    assert (failed["buyer_name"], failed["was_refused"]) == ("Alice Martin", False)


def test_a_refusal_is_told_as_one(db: Db, cast: Cast, page: Page) -> None:
    (asked,) = ask(db, cast.adele, page)
    with acting_as(db, SERVICE):
        value(db, "select worker.fail_refund(%s, 'charge_disputed', 'No.')", asked["id"])
    found = due(db, "refund_failed")
    assert (found["failure_code"], found["was_refused"]) == ("charge_disputed", True)


def test_no_refund_is_promised_that_failed_meanwhile(db: Db, page: Page) -> None:
    value(db, "select private.request_refund((select id from public.payments), null, 'no_seat')")
    asked = value(db, "select id from public.refunds")
    with acting_as(db, SERVICE):
        value(db, "select worker.fail_refund(%s, 'charge_disputed', 'No.')", asked)
    assert due(db, "place_lost_refunded") is None


@pytest.mark.parametrize("reason", ["no_seat", "paid_twice"])
def test_whoever_was_told_at_once_is_not_told_again(db: Db, page: Page, reason: str) -> None:
    value(db, "select private.request_refund((select id from public.payments), null, %s)", reason)
    asked = value(db, "select id from public.refunds")
    tell(db, at_provider(page, ours=asked))
    told = one(db, "select count(*) as n from public.email_messages where template ~ 'refund'")
    assert told == {"n": 1}


def test_admins_learn_until_when_they_may_answer(db: Db, page: Page) -> None:
    tell_dispute(db, dispute_at_provider(page))
    found = due(db, "dispute_opened")
    assert (found["is_inquiry"], found["reason"]) == (False, "fraudulent")
    assert found["evidence_due_by"].startswith("2027-01-15")


def test_a_dispute_that_was_decided_meanwhile_is_not_told(db: Db, page: Page) -> None:
    opened = dispute_at_provider(page)
    tell_dispute(db, opened)
    tell_dispute(db, opened | {"status": "won"})
    assert due(db, "dispute_opened") is None


def test_an_inquiry_is_told_no_more_once_it_is_a_dispute(db: Db, page: Page) -> None:
    asked = dispute_at_provider(page, "warning_needs_response")
    tell_dispute(db, asked)
    assert due(db, "dispute_opened")["is_inquiry"] is True
    first = value(db, "select id from public.email_messages where template = 'dispute_opened'")
    db.execute("update public.email_messages set status = 'queued' where id = %s", [first])
    tell_dispute(db, asked | {"status": "needs_response"})
    with acting_as(db, SERVICE):
        assert value(db, "select worker.email_to_send(%s)", first) is None
    assert due(db, "dispute_opened")["is_inquiry"] is False
