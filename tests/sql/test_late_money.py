"""Pages that expire, money that comes late, pages paid twice."""

from __future__ import annotations

from itertools import permutations

import pytest

from tests.sql.test_leaving import end
from tests.support import shop
from tests.support.database import Db, column, one, rows, value
from tests.support.people import Cast
from tests.support.shop import Page, lapse, make_cohort, open_page, order, report, status_of


def test_an_expired_page_gives_the_seat_back(db: Db, cast: Cast) -> None:
    cohort = make_cohort(db, 1)
    made = order(db, cast.alice, cohort=cohort)
    page = open_page(db, made["id"], cast.alice)
    assert report(db, page.expired())["outcome"] == "expired"
    assert status_of(db, made["id"]) == "expired"
    assert value(db, "select private.seats_left(%s)", cohort) == 1
    assert column(db, "select status from public.payments") == ["cancelled"]
    assert column(db, "select status from public.payment_attempts") == ["expired"]


def test_an_expired_page_that_was_replaced_leaves_the_order_open(db: Db, cast: Cast) -> None:
    made = order(db, cast.alice)
    old = open_page(db, made["id"], cast.alice)
    new = open_page(db, made["id"], cast.alice, cancel_url="https://mecaformation.fr/panier")
    assert report(db, old.expired())["outcome"] == "expired"
    assert status_of(db, made["id"]) == "pending"
    assert report(db, new.session())["outcome"] == "fulfilled"


def test_a_page_whose_address_was_never_recorded_may_be_paid(db: Db, cast: Cast) -> None:
    """The function died between Stripe's answer and our record; the metadata knows the attempt."""
    made = order(db, cast.alice)
    page = open_page(db, made["id"], cast.alice)
    db.execute(
        "update public.payment_attempts"
        " set status = 'created', provider_session_id = null, url = null"
    )
    assert report(db, page.session())["outcome"] == "fulfilled"


def test_money_after_the_hold_lapsed_takes_a_seat_still_free(db: Db, cast: Cast) -> None:
    cohort = make_cohort(db, 1)
    made = order(db, cast.alice, cohort=cohort)
    page = open_page(db, made["id"], cast.alice)
    lapse(db, made["id"])
    assert report(db, page.session())["outcome"] == "fulfilled"
    assert value(db, "select private.seats_left(%s)", cohort) == 0


def test_money_after_the_order_expired_takes_a_seat_still_free(db: Db, cast: Cast) -> None:
    made = order(db, cast.alice, cohort=make_cohort(db, 1))
    page = open_page(db, made["id"], cast.alice)
    report(db, page.expired())
    assert report(db, page.session())["outcome"] == "fulfilled"
    assert status_of(db, made["id"]) == "paid"
    assert column(db, "select status from public.enrollments") == ["active"]
    assert len(rows(db, "select from public.entitlements")) == 1


@pytest.mark.parametrize("how", ["hold lapsed", "order expired"])
def test_money_after_the_seat_was_sold_oversells_nobody(db: Db, cast: Cast, how: str) -> None:
    cohort = make_cohort(db, 1)
    made = order(db, cast.alice, cohort=cohort)
    page = open_page(db, made["id"], cast.alice)
    if how == "order expired":
        report(db, page.expired())
    else:
        lapse(db, made["id"])
    order(db, cast.bob, cohort=cohort)
    assert report(db, page.session())["outcome"] == "no_seat"
    taken = column(
        db, "select student_id from public.enrollments where status in ('pending', 'active')"
    )
    assert taken == [cast.bob.id]


def test_money_without_a_seat_is_kept_in_sight(db: Db, cast: Cast) -> None:
    """It has come and goes back: paid, logged, a refund asked for, no access, no confirmation."""
    cohort = make_cohort(db, 1)
    made = order(db, cast.alice, cohort=cohort)
    page = open_page(db, made["id"], cast.alice)
    lapse(db, made["id"])
    order(db, cast.bob, cohort=cohort)
    report(db, page.session())
    assert one(db, "select status from public.payments where order_id = %s", made["id"]) == {
        "status": "succeeded"
    }
    assert "order.paid_without_seat" in column(db, "select action from public.audit_log")
    assert rows(db, "select from public.entitlements") == []
    assert column(db, "select reason from public.refunds") == ["no_seat"]
    assert column(db, "select template from public.email_messages") == ["place_lost_refunded"]


def test_money_without_a_seat_for_one_of_two_formations_holds_nothing(db: Db, cast: Cast) -> None:
    both = shop.make_offer(db, grants=[shop.CAP, shop.FREE])
    made = order(db, cast.alice, both)
    page = open_page(db, made["id"], cast.alice)
    report(db, page.expired())
    order(db, cast.alice)
    assert report(db, page.session())["outcome"] == "no_seat"
    left = column(db, "select status from public.enrollments where order_id = %s", made["id"])
    assert left == ["cancelled", "cancelled"]


def test_a_page_of_a_replaced_order_pays_for_no_second_seat(db: Db, cast: Cast) -> None:
    spring, autumn = make_cohort(db, 5), make_cohort(db, 5)
    old = order(db, cast.alice, cohort=spring)
    page = open_page(db, old["id"], cast.alice)
    order(db, cast.alice, cohort=autumn)
    assert report(db, page.session())["outcome"] == "no_seat"
    live = column(db, "select cohort_id from public.enrollments where status <> 'cancelled'")
    assert live == [autumn]


def test_a_seat_given_up_is_not_activated(db: Db, cast: Cast) -> None:
    made = order(db, cast.alice)
    report(db, open_page(db, made["id"], cast.alice).expired())
    db.execute("select private.activate_enrollment(id) from public.enrollments")
    assert column(db, "select status from public.enrollments") == ["cancelled"]
    assert rows(db, "select from public.email_messages") == []


def test_two_pages_paid_for_one_order_are_noticed(db: Db, cast: Cast) -> None:
    made = order(db, cast.alice)
    first = open_page(db, made["id"], cast.alice)
    second = open_page(db, made["id"], cast.alice, cancel_url="https://mecaformation.fr/panier")
    assert report(db, first.session())["outcome"] == "fulfilled"
    assert report(db, second.session())["outcome"] == "paid_twice"
    intents = column(db, "select stripe_payment_intent_id from public.payments")
    assert intents == [first.intent]
    assert len(rows(db, "select from public.entitlements")) == 1


def test_an_expiry_after_the_payment_takes_nothing_back(db: Db, cast: Cast) -> None:
    made = order(db, cast.alice)
    page = open_page(db, made["id"], cast.alice)
    report(db, page.session())
    report(db, page.expired())
    assert status_of(db, made["id"]) == "paid"
    assert column(db, "select status from public.enrollments") == ["active"]


def sequences() -> list[tuple[str, ...]]:
    return [*permutations(("unpaid", "paid", "paid again")), *permutations(("expired", "paid"))]


@pytest.mark.parametrize("events", sequences(), ids=" → ".join)
def test_the_order_of_events_does_not_matter(db: Db, cast: Cast, events: tuple[str, ...]) -> None:
    """Each event brings the session as it was then; a worker that re-fetches sees it paid."""
    made = order(db, cast.alice, cohort=make_cohort(db, 1))
    page = open_page(db, made["id"], cast.alice)
    for event in events:
        report(db, as_of(page, event))
    assert status_of(db, made["id"]) == "paid"
    assert column(db, "select status from public.enrollments") == ["active"]
    assert column(db, "select template from public.email_messages order by 1") == [
        "enrollment_confirmed",
        "payment_confirmed",
    ]
    assert len(rows(db, "select from public.entitlements")) == 1


def as_of(page: Page, event: str) -> shop.Row:
    if event == "expired":
        return page.expired()
    return page.session(payment_status="unpaid" if event == "unpaid" else "paid")


@pytest.mark.parametrize("how", ["leave_academy", "remove_member", "suspend_member"])
def test_money_for_somebody_who_is_gone_goes_back(db: Db, cast: Cast, how: str) -> None:
    page = open_page(db, order(db, cast.alice, cohort=make_cohort(db, 5))["id"], cast.alice)
    end(db, cast, how)
    assert report(db, page.session())["outcome"] == "no_seat"
    assert column(db, "select reason from public.refunds") == ["no_seat"]
    assert rows(db, "select from public.entitlements") == []
    assert rows(db, "select from public.enrollments where status <> 'cancelled'") == []
    assert column(db, "select template from public.email_messages") == ["place_lost_refunded"]
