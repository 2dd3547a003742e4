"""What changed here while a run was on is left to the next: not new, and not resolved either."""

from __future__ import annotations

import pytest

from tests.support.database import Db
from tests.support.people import Cast
from tests.support.reconciling import charge, compare, compare_late, money_back, named
from tests.support.refunding import at_provider, buy, dispute_at_provider, tell, tell_dispute
from tests.support.shop import Page


@pytest.fixture
def page(db: Db, cast: Cast) -> Page:
    return buy(db, cast.alice)


def test_a_payment_that_only_we_have_stays_open(db: Db, page: Page) -> None:
    db.execute("update public.payments set stripe_payment_intent_id = null")
    db.execute("delete from public.payment_attempts")
    assert compare(db)["appeared"] == 1
    assert compare_late(db)["resolved"] == 0
    assert named(db) == ["payment missing_there"]


def test_a_refund_that_differs_stays_open(db: Db, page: Page) -> None:
    given = at_provider(page, 1000)
    tell(db, given)
    theirs = (charge(page), money_back("refund", given, amount=1))
    assert compare(db, *theirs)["appeared"] == 1
    assert compare_late(db, *theirs)["resolved"] == 0
    assert named(db) == ["refund amount"]


def test_a_dispute_that_differs_stays_open(db: Db, page: Page) -> None:
    given = dispute_at_provider(page)
    tell_dispute(db, given)
    theirs = (charge(page), money_back("dispute", given, amount=1))
    assert compare(db, *theirs)["appeared"] == 1
    assert compare_late(db, *theirs)["resolved"] == 0
    assert named(db) == ["dispute amount"]


@pytest.mark.parametrize("kind", ["refund", "dispute"])
def test_what_was_missing_and_came_meanwhile_is_resolved_by_the_next(
    db: Db, page: Page, kind: str
) -> None:
    given = at_provider(page, 1000) if kind == "refund" else dispute_at_provider(page)
    theirs = (charge(page), money_back(kind, given))
    assert compare(db, *theirs)["appeared"] == 1
    (tell if kind == "refund" else tell_dispute)(db, given)
    assert compare_late(db, *theirs)["resolved"] == 0
    assert compare(db, *theirs)["resolved"] == 1


def test_a_payment_that_was_missing_and_came_meanwhile_is_resolved_by_the_next(
    db: Db, cast: Cast, page: Page
) -> None:
    theirs = charge(page)
    db.execute(
        "update public.payments set status = 'pending', paid_at = null,"
        " stripe_payment_intent_id = null"
    )
    db.execute("update public.payment_attempts set provider_intent_id = null")
    compare(db, theirs | {"attempt_id": None})
    assert named(db) == ["payment missing_here"]
    db.execute(
        "update public.payments set status = 'succeeded', paid_at = now(),"
        " stripe_payment_intent_id = %s",
        [page.intent],
    )
    assert compare_late(db, theirs)["resolved"] == 0
    assert compare(db, theirs)["resolved"] == 1
