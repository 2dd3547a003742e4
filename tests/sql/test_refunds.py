"""Refunds as rows: never more than was paid, asked for once, each with its key and its job."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import psycopg
import pytest

from tests.support.database import Db, acting_as, column, forbidden, one, refused, rows, value
from tests.support.people import Cast, gather
from tests.support.races import at_once
from tests.support.shop import Page, open_page, order, report


@pytest.fixture
def page(db: Db, cast: Cast) -> Page:
    """Alice's page for the CAP, paid."""
    return paid_page(db, cast)


def paid_page(db: Db, cast: Cast) -> Page:
    page = open_page(db, order(db, cast.alice)["id"], cast.alice)
    assert report(db, page.session())["outcome"] == "fulfilled"
    return page


def payment(db: Db) -> dict[str, Any]:
    return one(db, "select * from public.payments where status = 'succeeded'")


def request(db: Db, amount: int | None = None, reason: str = "staff", *intent: str) -> UUID:
    asked: UUID = value(
        db,
        "select private.request_refund((select id from public.payments), %s, %s, %s)",
        amount,
        reason,
        intent[0] if intent else None,
    )
    return asked


def test_without_an_amount_all_that_is_left_goes_back(db: Db, page: Page) -> None:
    request(db, 1000)
    asked = request(db, None, "duplicate")
    found = one(db, "select amount, status, reason from public.refunds where id = %s", asked)
    left = payment(db)["amount"] - 1000
    assert found == {"amount": left, "status": "pending", "reason": "duplicate"}


def test_the_key_is_there_before_the_job_runs(db: Db, page: Page) -> None:
    asked = request(db)
    key = value(db, "select idempotency_key from public.refunds where id = %s", asked)
    assert key.startswith("refund:")
    assert column(db, "select message ->> 'refund_id' from pgmq.q_refunds") == [str(asked)]
    assert "refund.requested" in column(db, "select action from public.audit_log")


def test_the_same_money_for_the_same_reason_is_one_refund(db: Db, page: Page) -> None:
    assert request(db, None, "no_seat") == request(db, None, "no_seat")
    assert len(rows(db, "select from public.refunds")) == 1
    assert len(rows(db, "select from pgmq.q_refunds")) == 1


def test_more_than_was_paid_is_refused(db: Db, page: Page) -> None:
    with refused("amount_too_large", 422), db.transaction():
        request(db, payment(db)["amount"] + 1)
    request(db, payment(db)["amount"] - 1)
    with refused("amount_too_large", 422), db.transaction():
        request(db, 2, "duplicate")
    request(db, 1, "duplicate")
    with refused("nothing_to_refund", 409), db.transaction():
        request(db, None, "fraudulent")


def test_a_refund_that_failed_leaves_its_money_to_be_refunded(db: Db, page: Page) -> None:
    request(db)
    db.execute("update public.refunds set status = 'failed', settled_at = now() where true")
    again = request(db, None, "duplicate")
    assert (
        value(db, "select amount from public.refunds where id = %s", again)
        == (payment(db)["amount"])
    )


def test_money_that_came_a_second_time_goes_back_whole(db: Db, page: Page) -> None:
    request(db, None, "staff")
    second = request(db, None, "paid_twice", "pi_second")
    found = one(db, "select payment_intent_id, amount from public.refunds where id = %s", second)
    assert found == {"payment_intent_id": "pi_second", "amount": payment(db)["amount"]}


def test_the_table_itself_holds_the_limit(db: Db, page: Page) -> None:
    request(db)
    with (
        pytest.raises(psycopg.errors.CheckViolation, match="is too much"),
        db.transaction(),
    ):
        insert(db, amount=1)


def insert(db: Db, **changes: object) -> None:
    paid = payment(db)
    row: dict[str, Any] = {"amount": 1, "currency": paid["currency"], "refund": None} | changes
    db.execute(
        "insert into public.refunds (academy_id, payment_id, provider_account_id,"
        " payment_intent_id, amount, currency, reason, provider_refund_id)"
        " select academy_id, id, provider_account_id, stripe_payment_intent_id, %s, %s, 'staff', %s"
        " from public.payments",
        [row["amount"], row["currency"], row["refund"]],
    )


def test_what_the_provider_made_is_recorded_beside_a_request_that_lost(db: Db, page: Page) -> None:
    """Somebody pressed the button in the provider's pages while our request waited."""
    request(db)
    insert(db, amount=payment(db)["amount"], refund="re_by_hand")
    with pytest.raises(psycopg.errors.CheckViolation, match="is too much"), db.transaction():
        insert(db, amount=1, refund="re_impossible")


def test_a_refund_has_the_currency_of_its_payment(db: Db, page: Page) -> None:
    with pytest.raises(psycopg.errors.CheckViolation, match="currency"), db.transaction():
        insert(db, currency="USD")


def test_the_buyer_sees_what_goes_back_and_nobody_elses(db: Db, cast: Cast, page: Page) -> None:
    request(db, 500)
    for who, seen in ((cast.alice, 1), (cast.bob, 0), (cast.adele, 1), (cast.auguste, 0)):
        with acting_as(db, who):
            assert len(rows(db, "select amount, status from public.refunds")) == seen


def test_the_keys_are_not_the_buyers_to_read(db: Db, cast: Cast, page: Page) -> None:
    request(db)
    with acting_as(db, cast.alice), forbidden(), db.transaction():
        rows(db, "select idempotency_key from public.refunds")


def test_nobody_writes_refunds(db: Db, cast: Cast, page: Page) -> None:
    request(db)
    with acting_as(db, cast.adele), forbidden(), db.transaction():
        db.execute("update public.refunds set status = 'failed' where true")


def test_twenty_requests_at_once_give_back_no_more_than_was_paid(url: str, fresh: Db) -> None:
    paid_page(fresh, gather(fresh))
    whole = payment(fresh)["amount"]

    def ask(db: Db) -> None:
        insert(db, amount=whole // 4)

    results = at_once(url, [ask] * 20)
    assert sum(not isinstance(r, psycopg.Error) for r in results) == 4
    assert value(fresh, "select sum(amount) from public.refunds") == whole // 4 * 4
