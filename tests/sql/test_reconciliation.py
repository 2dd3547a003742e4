"""Comparing the provider's day with ours: each way in which they can differ, and no other."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from tests.support import shop
from tests.support.database import Db, one, value
from tests.support.people import Cast
from tests.support.reconciling import charge, compare, listed, money_back, named
from tests.support.refunding import at_provider, buy, dispute_at_provider, tell, tell_dispute
from tests.support.shop import Page, Row


@pytest.fixture
def page(db: Db, cast: Cast) -> Page:
    """Paid, known to both."""
    return buy(db, cast.alice)


def of(db: Db, kind: str) -> Row:
    """The one difference there is, which is of this kind."""
    [found] = listed(db)
    assert f"{found['object']} {found['kind']}" == kind
    return found


def test_a_payment_that_both_have_is_no_difference(db: Db, page: Page) -> None:
    result = compare(db, charge(page))
    assert (result["listed"], result["differing"]) == (1, 0)


def test_a_declined_card_before_the_one_that_paid_is_none(db: Db, page: Page) -> None:
    declined = charge(page, id="ch_0", status="failed")
    assert compare(db, declined, charge(page))["differing"] == 0


def test_a_declined_card_that_nobody_paid_after_is_none(db: Db, cast: Cast) -> None:
    page = shop.open_page(db, shop.order(db, cast.alice)["id"], cast.alice)
    assert compare(db, charge(page, status="failed"))["differing"] == 0


def test_a_card_declined_in_an_earlier_form_is_none(db: Db, page: Page) -> None:
    declined = charge(page, id="ch_0", payment_intent="pi_0", status="failed")
    assert compare(db, declined, charge(page))["differing"] == 0


def test_a_charge_we_know_nothing_of_is_missing_here(db: Db, page: Page) -> None:
    strange = charge(page, id="ch_s", payment_intent="pi_s", attempt_id=str(uuid4()), amount=5)
    compare(db, charge(page), strange)
    found = of(db, "payment missing_here")
    assert (found["provider_id"], found["provider_amount"], found["our_row"]) == ("ch_s", 5, None)


def test_a_charge_whose_metadata_is_no_id_is_missing_here(db: Db) -> None:
    page = Page({"amount": 1, "currency": "EUR", "attempt_id": "'; drop table"})
    compare(db, charge(page))
    of(db, "payment missing_here")


def test_a_payment_that_only_we_have_is_missing_there(db: Db, page: Page) -> None:
    compare(db)
    found = of(db, "payment missing_there")
    assert (found["provider_id"], found["our_amount"]) == (page.intent, page.attempt["amount"])


def test_a_payment_without_an_intent_is_missing_there(db: Db, page: Page) -> None:
    db.execute("update public.payments set stripe_payment_intent_id = null")
    db.execute("delete from public.payment_attempts")
    compare(db)
    of(db, "payment missing_there")


def test_another_amount_is_a_difference(db: Db, page: Page) -> None:
    compare(db, charge(page, amount=7))
    found = of(db, "payment amount")
    assert (found["provider_says"], found["we_say"]) == ("7", str(page.attempt["amount"]))


def test_another_currency_is_a_difference(db: Db, page: Page) -> None:
    compare(db, charge(page, currency="tnd"))
    found = of(db, "payment currency")
    assert (found["provider_says"], found["we_say"]) == ("TND", "EUR")


@pytest.mark.parametrize("status", ["pending", "failed", "cancelled"])
def test_paid_there_and_not_here_is_a_status(db: Db, page: Page, status: str) -> None:
    db.execute("update public.payments set status = %s, paid_at = null", [status])
    compare(db, charge(page))
    found = of(db, "payment status")
    assert (found["provider_says"], found["we_say"]) == ("succeeded", status)


@pytest.mark.parametrize("status", ["pending", "failed", "requires_payment_method"])
def test_paid_here_and_not_there_is_a_status(db: Db, page: Page, status: str) -> None:
    compare(db, charge(page, status=status))
    assert of(db, "payment status")["provider_says"] == status


def test_a_page_that_was_paid_and_never_settled_is_a_status(db: Db, cast: Cast) -> None:
    page = shop.open_page(db, shop.order(db, cast.alice)["id"], cast.alice)
    compare(db, charge(page))
    assert of(db, "payment status")["we_say"] == "pending"


def test_paid_a_second_time_unnoticed_is_a_duplicate(db: Db, page: Page) -> None:
    compare(db, charge(page), charge(page, id="ch_2", payment_intent="pi_2"))
    found = of(db, "payment duplicate")
    assert (found["provider_id"], found["provider_says"]) == ("ch_2", "pi_2")


def test_paid_a_second_time_and_on_its_way_back_is_none(db: Db, page: Page) -> None:
    shop.report(db, page.session(payment_intent="pi_2"))
    assert one(db, "select reason from public.refunds")["reason"] == "paid_twice"
    given = at_provider(
        page, payment_intent="pi_2", ours=value(db, "select id from public.refunds")
    )
    tell(db, given)
    second = charge(page, id="ch_2", payment_intent="pi_2")
    assert compare(db, charge(page), second, money_back("refund", given))["differing"] == 0


def test_a_payment_of_another_attempt_than_ours_is_a_wrong_payment(db: Db, cast: Cast) -> None:
    alices, bobs = buy(db, cast.alice), buy(db, cast.bob)
    compare(db, charge(alices, attempt_id=bobs.attempt["attempt_id"]), charge(bobs))
    assert of(db, "payment wrong_payment")["provider_id"] == f"ch_{alices.intent}"


def test_what_we_have_under_another_account_is_in_the_wrong_one(db: Db, page: Page) -> None:
    other = value(db, "select id from private.provider_accounts where slug = 'aurora50-stripe'")
    compare(db, charge(page), account=other)
    of(db, "payment wrong_account")


Change = dict[str, Any]
BACK = [
    ("missing_there", None),
    ("amount", {"amount": 1}),
    ("currency", {"currency": "tnd"}),
    ("wrong_payment", {"payment_intent": "pi_other"}),
]


@pytest.mark.parametrize(("kind", "changes"), [*BACK, ("status", {"status": "failed"})])
def test_a_refund_that_differs_is_found(
    db: Db, page: Page, kind: str, changes: Change | None
) -> None:
    given = at_provider(page, 1000)
    tell(db, given)
    theirs = [money_back("refund", given)]
    assert compare(db, charge(page), *theirs)["differing"] == 0
    changed = [] if changes is None else [theirs[0] | changes]
    compare(db, charge(page), *changed)
    of(db, f"refund {kind}")


@pytest.mark.parametrize(("kind", "changes"), [*BACK, ("status", {"status": "lost"})])
def test_a_dispute_that_differs_is_found(
    db: Db, page: Page, kind: str, changes: Change | None
) -> None:
    given = dispute_at_provider(page)
    tell_dispute(db, given)
    theirs = money_back("dispute", given)
    assert compare(db, charge(page), theirs)["differing"] == 0
    compare(db, charge(page), *([] if changes is None else [theirs | changes]))
    of(db, f"dispute {kind}")


@pytest.mark.parametrize("status", ["succeeded", "pending", "requires_action"])
def test_a_refund_nobody_told_us_of_is_missing_here(db: Db, page: Page, status: str) -> None:
    compare(db, charge(page), money_back("refund", at_provider(page, 1, status)))
    of(db, "refund missing_here")


@pytest.mark.parametrize("status", ["failed", "canceled"])
def test_a_refund_that_moved_nothing_is_none(db: Db, page: Page, status: str) -> None:
    shown = money_back("refund", at_provider(page, 1, status))
    assert compare(db, charge(page), shown)["differing"] == 0


def test_a_dispute_nobody_told_us_of_is_missing_here(db: Db, page: Page) -> None:
    compare(db, charge(page), money_back("dispute", dispute_at_provider(page)))
    of(db, "dispute missing_here")


def test_a_refund_of_a_payment_we_lack_is_one_difference(db: Db, page: Page) -> None:
    strange = {"payment_intent": "pi_s", "attempt_id": str(uuid4())}
    refund = money_back("refund", at_provider(page, 1), **strange)
    compare(db, charge(page), charge(page, id="ch_s", **strange), refund)
    of(db, "payment missing_here")


def test_a_refund_we_never_asked_for_there_is_missing_there(db: Db, page: Page) -> None:
    db.execute("select private.request_refund(id, 500, 'staff') from public.payments")
    compare(db, charge(page))
    assert of(db, "refund missing_there")["provider_id"] is None


def test_a_refund_whose_answer_was_lost_is_known_by_its_metadata(db: Db, page: Page) -> None:
    db.execute("select private.request_refund(id, 500, 'staff') from public.payments")
    ours = value(db, "select id from public.refunds")
    compare(db, charge(page), money_back("refund", at_provider(page, 500, ours=ours)))
    found = of(db, "refund status")
    assert (found["provider_says"], found["we_say"]) == ("succeeded", "pending")


def test_one_object_may_differ_in_several_ways(db: Db, page: Page) -> None:
    compare(db, charge(page, amount=1, currency="tnd"))
    assert named(db) == ["payment amount", "payment currency"]
