"""Whose invoices are missing and whose are not, and that nobody waits while they are issued."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from time import monotonic, sleep
from uuid import UUID

import pytest
from psycopg import sql

from tests.support import shop
from tests.support.database import Db, column, connect, value
from tests.support.invoices import (
    SELLER,
    commit,
    invoice,
    invoices,
    issue_missing,
    pay,
    sequence,
    unsold,
)
from tests.support.people import AURORA, MECA, Cast, Person, admit, crowd
from tests.support.refunding import (
    at_provider,
    buy,
    dispute_at_provider,
    order_of,
    tell,
    tell_dispute,
)
from tests.support.settings import settings
from tests.support.shop import Page

OURS_SINCE = {"invoicing": SELLER | {"since": "2026-01-01"}}
LAST = "select order_id from public.invoices order by created_at desc limit 1"
HELD = 5_151  # the advisory lock that holds an invoice up


@pytest.fixture
def sold_before(db: Db, cast: Cast) -> Page:
    """Paid before invoices were ours to issue; now they are."""
    unsold(db)
    page = buy(db, cast.alice)
    commit(db)
    db.execute("update public.orders set paid_at = '2025-12-31' where id = %s", [order_of(page)])
    settings(db, OURS_SINCE)
    return page


def test_a_dispute_won_brings_no_invoice_for_what_was_sold_before(
    db: Db, sold_before: Page
) -> None:
    dispute = dispute_at_provider(sold_before)
    for status, became in (("needs_response", "disputed"), ("won", "paid")):
        tell_dispute(db, dispute | {"status": status})
        assert shop.status_of(db, order_of(sold_before)) == became
    commit(db)
    assert issue_missing(db) == 0
    assert invoices(db, order_of(sold_before)) == []


@pytest.mark.parametrize("part", [1000, None], ids=["partial", "whole"])
def test_a_refund_that_bounced_brings_no_invoice_for_what_was_sold_before(
    db: Db, sold_before: Page, part: int | None
) -> None:
    refund = at_provider(sold_before, part)
    tell(db, refund)
    assert shop.status_of(db, order_of(sold_before)) != "paid"
    tell(db, refund | {"status": "failed", "failure_reason": "expired_or_canceled_card"})
    assert shop.status_of(db, order_of(sold_before)) == "paid"
    commit(db)
    assert invoices(db, order_of(sold_before)) == []


def test_what_nobody_sold_yet_is_issued_after_a_dispute_as_before_it(db: Db, cast: Cast) -> None:
    """Paid since the day, but before anybody said who sells: the clock's, however often paid."""
    unsold(db)
    page = buy(db, cast.alice)
    commit(db)
    settings(db, OURS_SINCE)
    dispute = dispute_at_provider(page)
    for status in ("needs_response", "won"):
        tell_dispute(db, dispute | {"status": status})
    commit(db)
    assert issue_missing(db) == 1
    assert invoice(db, order_of(page))["total_amount"] == 69000


def test_a_payment_waits_for_no_backlog(fresh: Db, url: str) -> None:
    """Neither for another order of its academy's nor for one of another academy."""
    late, *buyers = crowd(fresh, 4)
    mine, *others = backlog(fresh, buyers)
    with ThreadPoolExecutor(1) as threads, held_up(fresh, others):
        clock = threads.submit(_play, url)
        _wait(fresh, clock)
        with connect(url) as buying:
            buying.execute("set lock_timeout = '3s'")
            order = pay(buying, late)
    assert clock.result(timeout=30) == 1
    assert [len(invoices(fresh, each)) for each in (mine, order, *others)] == [1, 1, 0, 0]
    assert issue_missing(fresh) == 2
    assert (sequence(fresh), sequence(fresh, academy=AURORA)) == ([1, 2, 3], [1])


def test_academies_take_turns(fresh: Db) -> None:
    first, second, theirs = backlog(fresh, crowd(fresh, 3))
    issued: list[UUID] = []
    while value(fresh, "select private.issue_missing_invoices()"):
        issued += column(
            fresh, "select order_id from public.invoices order by created_at desc limit 1"
        )
    assert issued == [first, theirs, second]


def backlog(db: Db, buyers: list[Person]) -> list[UUID]:
    """Two orders of one academy, the oldest first, and a later one of another: none invoiced."""
    *ours, theirs = buyers
    admit(db, theirs, AURORA, "student")
    for academy in (MECA, AURORA):
        unsold(db, academy)
    made = [pay(db, each) for each in ours]
    made.append(pay(db, theirs, shop.ATELIER_OFFER, account="aurora50-stripe"))
    for academy in (MECA, AURORA):
        settings(db, OURS_SINCE, academy)
    return made


@contextmanager
def held_up(db: Db, orders: list[UUID]) -> Iterator[None]:
    """Whoever writes an invoice of these orders waits until the block is left."""
    db.execute(
        sql.SQL(
            "create function public.hold() returns trigger language plpgsql as $$ begin"
            " perform pg_advisory_xact_lock_shared({}) where new.order_id = any({});"
            " return new; end $$"
        ).format(HELD, orders)
    )
    db.execute(
        "create trigger hold before insert on public.invoices"
        " for each row execute function public.hold()"
    )
    db.execute("select pg_advisory_lock(%s)", [HELD])
    try:
        yield
    finally:
        db.execute("select pg_advisory_unlock(%s)", [HELD])


def _play(url: str) -> int:
    with connect(url) as db:
        issued: int = value(db, "select private.issue_missing_invoices()")
        return issued


def _wait(db: Db, clock: Future[int]) -> None:
    """Until the clock is done, or held up."""
    waits = "select exists (select from pg_locks where objid = %s and not granted)"
    deadline = monotonic() + 30
    while not clock.done() and not value(db, waits, HELD):
        assert monotonic() < deadline, "the clock neither ended nor waited"
        sleep(0.005)
