"""Refunds, disputes and payments at the same moment: nothing goes back twice, nobody hangs."""

from __future__ import annotations

import psycopg

from tests.support import shop
from tests.support.database import Db, column, value
from tests.support.people import gather
from tests.support.races import at_once, codes
from tests.support.refunding import (
    ask,
    at_provider,
    buy,
    dispute_at_provider,
    mails,
    order_of,
    receive,
    settle,
    state,
    tell,
    tell_dispute,
)


def test_twenty_events_of_one_refund_are_one_row_and_one_mail(url: str, fresh: Db) -> None:
    page = buy(fresh, gather(fresh).alice)
    shown = at_provider(page)
    assert codes(at_once(url, [lambda db: tell(db, shown)] * 20)) == []
    assert column(fresh, "select status from public.refunds") == ["succeeded"]
    assert mails(fresh) == ["refund_confirmed Alice"]
    assert state(fresh, page) == ("refunded", "cancelled", 0)


def test_one_event_handled_by_twenty_workers_is_settled_once(url: str, fresh: Db) -> None:
    page = buy(fresh, gather(fresh).alice)
    shown = at_provider(page)
    event = receive(fresh, "refund.created", shown["id"])
    results = at_once(url, [lambda db: settle(db, event, shown)] * 20)
    assert sum("repeated" in each for each in results if isinstance(each, dict)) == 19


def test_an_admin_a_hand_and_a_bank_take_turns(url: str, fresh: Db) -> None:
    """Who comes first decides what is refused; the order ends with what really went."""
    cast = gather(fresh)
    page = buy(fresh, cast.alice)
    by_hand, lost = at_provider(page, 1000), dispute_at_provider(page, "under_review")
    results = at_once(
        url,
        [
            *[lambda db: ask(db, cast.adele, page)] * 5,
            *[lambda db: tell(db, by_hand)] * 5,
            *[lambda db: tell_dispute(db, lost)] * 5,
        ],
    )
    assert set(codes(results)) <= {"order_is_disputed", "nothing_to_refund"}
    assert state(fresh, page) == ("disputed", "active", 1)
    asked = value(fresh, "select count(*) from public.refunds where status = 'pending'")
    assert asked <= 1


def test_a_seat_given_back_is_sold_once(url: str, fresh: Db) -> None:
    cast = gather(fresh)
    cohort = shop.make_cohort(fresh, 1)
    page = buy(fresh, cast.alice, cohort=cohort)
    shown = at_provider(page)
    buyers = [cast.bob, cast.garance, cast.colette, cast.armand] * 2
    results = at_once(
        url,
        [
            lambda db: tell(db, shown),
            *[lambda db, who=who: shop.order(db, who, cohort=cohort) for who in buyers],
        ],
    )
    assert not any(isinstance(r, psycopg.errors.DeadlockDetected) for r in results)
    assert value(fresh, "select private.seats_left(%s)", cohort) in (0, 1)
    assert shop.status_of(fresh, order_of(page)) == "refunded"
