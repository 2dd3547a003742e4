"""What the provider says of a refund, whoever made it, becomes what we know of it. Once."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from tests.support import invoices, shop
from tests.support.database import Db, acting_as, column, one, rows, value
from tests.support.people import AURORA, MECA, SERVICE, Cast
from tests.support.refunding import (
    ask,
    at_provider,
    buy,
    mails,
    order_of,
    receive,
    refund,
    settle,
    state,
    tell,
)
from tests.support.shop import Page, open_page, order

THEIRS = "aurora50-stripe"
GONE = ("refunded", "cancelled", 0)
STAYS = ("paid", "active", 1)


@pytest.fixture
def page(db: Db, cast: Cast) -> Page:
    return buy(db, cast.alice)


def test_a_whole_refund_ends_what_was_bought(db: Db, cast: Cast, page: Page) -> None:
    (asked,) = ask(db, cast.adele, page)
    assert state(db, page) == STAYS
    assert tell(db, at_provider(page, ours=asked["id"]))["outcome"] == "refund_succeeded"
    assert state(db, page) == GONE
    assert mails(db) == ["refund_confirmed Alice"]
    assert refund(db)["settled_at"] is not None


def test_a_refund_made_in_the_providers_own_pages_counts_as_any(db: Db, page: Page) -> None:
    assert tell(db, at_provider(page))["outcome"] == "refund_succeeded"
    found = refund(db)
    assert (found["reason"], found["status"], found["requested_by"]) == (
        "dashboard",
        "succeeded",
        None,
    )
    assert state(db, page) == GONE
    assert mails(db) == ["refund_confirmed Alice"]


def test_a_pending_one_changes_nothing_yet(db: Db, page: Page) -> None:
    found = at_provider(page, status="pending")
    assert tell(db, found)["outcome"] == "refund_pending"
    assert (state(db, page), mails(db)) == (STAYS, [])
    assert tell(db, found | {"status": "succeeded"})["outcome"] == "refund_succeeded"
    assert (state(db, page), mails(db)) == (GONE, ["refund_confirmed Alice"])


def test_one_that_needs_the_buyers_word_is_pending(db: Db, page: Page) -> None:
    assert tell(db, at_provider(page, status="requires_action"))["outcome"] == "refund_pending"


def test_a_refund_that_fails_later_gives_access_back(db: Db, page: Page) -> None:
    found = at_provider(page)
    tell(db, found)
    assert state(db, page) == GONE
    lost = found | {"status": "failed", "failure_reason": "expired_or_canceled_card"}
    assert tell(db, lost)["outcome"] == "refund_failed"
    assert state(db, page) == STAYS
    assert mails(db, "refund_failed") == ["refund_failed Adele"]
    assert refund(db)["failure_code"] == "expired_or_canceled_card"


def test_one_first_heard_of_as_failed_is_told_to_admins(db: Db, page: Page) -> None:
    assert tell(db, at_provider(page, status="failed"))["outcome"] == "refund_failed"
    assert (state(db, page), mails(db)) == (STAYS, ["refund_failed Adele"])


def test_a_cancelled_one_leaves_its_money_to_be_refunded(db: Db, cast: Cast, page: Page) -> None:
    (asked,) = ask(db, cast.adele, page)
    found = at_provider(page, ours=asked["id"], status="canceled")
    assert tell(db, found)["outcome"] == "refund_cancelled"
    assert state(db, page) == STAYS
    assert len(ask(db, cast.adele, page)) == 1


def test_a_failed_refund_does_not_take_a_seat_somebody_else_has(db: Db, cast: Cast) -> None:
    cohort = shop.make_cohort(db, 1)
    page = buy(db, cast.alice, cohort=cohort)
    found = at_provider(page)
    tell(db, found)
    buy(db, cast.bob, cohort=cohort)
    tell(db, found | {"status": "failed"})
    assert state(db, page) == ("paid", "cancelled", 1)
    assert "enrollment.not_given_back" in column(db, "select action from public.audit_log")
    assert value(db, "select private.seats_left(%s)", cohort) == 0


def test_an_event_told_twice_is_worked_off_once(db: Db, page: Page) -> None:
    found = at_provider(page)
    event = receive(db, "refund.created", found["id"])
    settle(db, event, found)
    assert settle(db, event, found)["repeated"] is True
    tell(db, found)
    assert mails(db) == ["refund_confirmed Alice"]
    assert len(column(db, "select id from public.refunds")) == 1


STEPS = ("pending", "succeeded", "failed")


@pytest.mark.parametrize("steps", list(permutations(STEPS)), ids=" → ".join)
def test_the_last_word_wins_in_any_order(db: Db, page: Page, steps: tuple[str, ...]) -> None:
    """A slower worker brings an older answer: what failed has failed, nothing waits again."""
    found = at_provider(page)
    for step in steps:
        tell(db, found | {"status": step})
    assert refund(db)["status"] == "failed"
    assert state(db, page) == STAYS
    assert mails(db, "refund_failed") == ["refund_failed Adele"]


def test_two_parts_that_make_the_whole_are_a_whole_refund(db: Db, page: Page) -> None:
    half = page.attempt["amount"] // 2
    tell(db, at_provider(page, half))
    assert state(db, page) == ("partly_refunded", "active", 1)
    tell(db, at_provider(page, page.attempt["amount"] - half))
    assert state(db, page) == GONE
    assert mails(db) == ["refund_confirmed Alice"] * 2


def test_one_event_may_tell_of_several_refunds(db: Db, page: Page) -> None:
    half = page.attempt["amount"] // 2
    parts = (at_provider(page, half), at_provider(page, page.attempt["amount"] - half))
    assert tell(db, *parts)["outcome"] == "refund_succeeded"
    assert state(db, page) == GONE


def test_a_refund_by_hand_beats_a_request_that_waits(db: Db, cast: Cast, page: Page) -> None:
    (asked,) = ask(db, cast.adele, page)
    assert tell(db, at_provider(page))["outcome"] == "refund_succeeded"
    with acting_as(db, SERVICE):
        value(
            db,
            "select worker.fail_refund(%s, 'charge_already_refunded', 'It was refunded.')",
            asked["id"],
        )
    assert state(db, page) == GONE
    assert column(db, "select status from public.refunds order by 1") == ["failed", "succeeded"]


def test_what_the_provider_has_made_wins_over_a_refusal(db: Db, cast: Cast, page: Page) -> None:
    """An answer got lost, a second one said no; then the refund itself turns up."""
    (asked,) = ask(db, cast.adele, page)
    with acting_as(db, SERVICE):
        value(db, "select worker.fail_refund(%s, 'refused', 'No.')", asked["id"])
    assert tell(db, at_provider(page, ours=asked["id"]))["outcome"] == "refund_succeeded"
    assert state(db, page) == GONE


def test_another_amount_than_was_asked_for_is_left_to_a_person(
    db: Db, cast: Cast, page: Page
) -> None:
    (asked,) = ask(db, cast.adele, page, 1000)
    assert tell(db, at_provider(page, 999, ours=asked["id"]))["outcome"] == "mismatch"
    assert state(db, page) == STAYS


def test_money_of_others_is_not_ours(db: Db, page: Page) -> None:
    found = at_provider(page, payment_intent="pi_other", attempt_id=None)
    assert tell(db, found)["outcome"] == "not_ours"


@pytest.mark.parametrize("attempt", ["nonsense", "3f1f4d0e-0000-4000-8000-000000000000"])
def test_money_of_an_attempt_that_is_none_is_not_ours(db: Db, page: Page, attempt: str) -> None:
    found = at_provider(page, payment_intent="pi_other", attempt_id=attempt)
    assert tell(db, found)["outcome"] == "not_ours"


@pytest.mark.parametrize("named", [{"attempt_id": None}, {"payment_intent": "pi_other"}], ids=str)
def test_another_academys_account_tells_nothing_of_our_payment(
    db: Db, page: Page, named: dict[str, Any]
) -> None:
    assert tell(db, at_provider(page, **named), account=THEIRS)["outcome"] == "not_ours"
    assert state(db, page) == STAYS


def test_another_academys_account_tells_nothing_of_money_that_came_twice(
    db: Db, page: Page
) -> None:
    payment = "select private.request_refund(id, null, 'paid_twice', 'pi_2') from public.payments"
    value(db, payment)
    second = at_provider(page, payment_intent="pi_2", attempt_id=None)
    assert tell(db, second, account=THEIRS)["outcome"] == "not_ours"
    assert refund(db)["status"] == "pending"
    assert tell(db, second)["outcome"] == "refund_succeeded"


def test_another_academys_refund_of_the_same_name_is_another(
    db: Db, cast: Cast, page: Page
) -> None:
    """By the provider's id of it, and by ours in its metadata."""
    (asked,) = ask(db, cast.adele, page, 700)
    bought = order(db, cast.dora, shop.ATELIER_OFFER)["id"]
    theirs = invoices.open_page(db, bought, cast.dora)
    assert shop.report(db, theirs.session(), THEIRS)["outcome"] == "fulfilled"
    shown = at_provider(theirs, 700, ours=asked["id"])
    assert tell(db, shown, account=THEIRS)["outcome"] == "refund_succeeded"
    assert tell(db, at_provider(page, 700, id=shown["id"]))["outcome"] == "refund_succeeded"
    found = "select r.status, r.reason from public.refunds as r where r.id = %s"
    assert one(db, found, asked["id"]) == {"status": "pending", "reason": asked["reason"]}
    by_academy = "select academy_id, amount from public.refunds where reason = 'dashboard'"
    assert sorted(str(row["academy_id"]) for row in rows(db, by_academy)) == sorted(
        [str(MECA), str(AURORA)]
    )


def test_a_refund_waits_for_the_news_of_its_payment(db: Db, cast: Cast) -> None:
    made = order(db, cast.alice)
    page = open_page(db, made["id"], cast.alice)
    found = at_provider(page)
    event = receive(db, "refund.created", found["id"])
    assert settle(db, event, found)["outcome"] == "not_settled_yet"
    assert column(db, "select id from public.refunds") == []
    shop.report(db, page.session())
    assert settle(db, event, found)["outcome"] == "refund_succeeded"
    assert state(db, page) == GONE


@pytest.mark.parametrize("named", ["nonsense", "3f1f4d0e-0000-4000-8000-000000000000"])
def test_a_name_of_nothing_in_the_metadata_is_nobodys(db: Db, page: Page, named: str) -> None:
    assert tell(db, at_provider(page, ours=named))["outcome"] == "refund_succeeded"
    assert refund(db)["reason"] == "dashboard"


def test_what_to_ask_for_carries_its_key_until_it_is_known(db: Db, cast: Cast, page: Page) -> None:
    (asked,) = ask(db, cast.adele, page, 700)
    first, again = to_make(db, asked["id"]), to_make(db, asked["id"])
    assert first["idempotency_key"] == again["idempotency_key"]
    assert (first["payment_intent"], first["amount"]) == (page.intent, 700)
    assert (first["asked_before"], again["asked_before"]) == (False, True)
    waiting = at_provider(page, 700, ours=asked["id"], status="pending")
    tell(db, waiting)
    assert to_make(db, asked["id"])["provider_refund_id"] == waiting["id"]
    tell(db, waiting | {"status": "succeeded"})
    assert to_make(db, asked["id"]) is None


def to_make(db: Db, asked: object) -> Any:
    with acting_as(db, SERVICE):
        return value(db, "select worker.refund_to_make(%s)", asked)


def test_a_refunded_order_says_so_in_the_log(db: Db, page: Page) -> None:
    tell(db, at_provider(page))
    told = column(db, "select action from public.audit_log where subject_id = %s", order_of(page))
    assert "order.refunded" in told


@pytest.mark.parametrize("where", ["waiting", "at the provider", "failed"])
def test_a_key_is_renewed_only_while_nothing_came_of_it(
    db: Db, cast: Cast, page: Page, where: str
) -> None:
    (asked,) = ask(db, cast.adele, page)
    if where == "at the provider":
        tell(db, at_provider(page, status="pending", ours=asked["id"]))
    with acting_as(db, SERVICE):
        if where == "failed":
            value(db, "select worker.fail_refund(%s, 'refused', 'No.')", asked["id"])
        value(db, "select worker.renew_refund_key(%s)", asked["id"])
    is_renewed = refund(db)["idempotency_key"] != asked["idempotency_key"]
    assert is_renewed is (where == "waiting")
