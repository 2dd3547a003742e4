"""What goes back is credited: once, in its own series, never more than was invoiced."""

from __future__ import annotations

from functools import partial
from uuid import UUID

import pytest

from tests.support import shop
from tests.support.database import Db, column, one, rows, value
from tests.support.invoices import (
    SELLER,
    commit,
    credit_notes,
    give_back,
    invoices,
    pay,
    rewrite,
    sequence,
    split,
    unsold,
)
from tests.support.people import AURORA, Cast, crowd
from tests.support.races import at_once, codes
from tests.support.settings import settings


@pytest.fixture
def taxed(db: Db, cast: Cast) -> UUID:
    """A paid order of 120,00 € with 20 % of tax in it."""
    return pay(db, cast.alice, shop.make_offer(db, amount=12000, tax_rate=20, grants=["forum"]))


def test_a_whole_refund_is_the_whole_invoice(db: Db, taxed: UUID) -> None:
    give_back(db, taxed, 12000)
    sold, credit = (
        one(db, "select * from public.invoices where kind = %s", kind)
        for kind in ("invoice", "credit_note")
    )
    assert credit["credited_invoice_id"] == sold["id"]
    assert credit["number"].startswith("A-")
    for same in ("seller", "buyer", "lines", "taxes", "total_amount", "tax_amount", "payer_id"):
        assert credit[same] == sold[same]
    assert credit["payment"]["refunded_at"]


def test_a_credit_note_may_have_nothing_to_mention(db: Db, cast: Cast) -> None:
    """A seller who owes tax on every line and has no declaration and no footer."""
    bare = {key: each for key, each in SELLER.items() if key != "footer"}
    settings(db, {"invoicing": bare})
    made = pay(db, cast.alice, shop.make_offer(db, amount=12000, tax_rate=20, grants=["forum"]))
    give_back(db, made, 12000)
    (note,) = credit_notes(db, made)
    assert note["mentions"] == []


def test_parts_take_their_tax_and_the_last_takes_the_rest(db: Db, taxed: UUID) -> None:
    for amount in (1000, 1000, 10000):
        give_back(db, taxed, amount)
    found = credit_notes(db, taxed)
    assert [each["total_amount"] for each in found] == [1000, 1000, 10000]
    assert [each["tax_amount"] for each in found] == [167, 167, 1666]
    assert sum(each["tax_amount"] for each in found) == 2000


def test_a_pending_refund_is_not_credited_and_a_failed_one_never(db: Db, taxed: UUID) -> None:
    refund = give_back(db, taxed, 5000, status="pending")
    assert credit_notes(db, taxed) == []
    db.execute(
        "update public.refunds set status = 'failed', settled_at = now() where id = %s", [refund]
    )
    commit(db)
    assert credit_notes(db, taxed) == []


def test_a_pending_refund_is_credited_when_it_succeeds(db: Db, taxed: UUID) -> None:
    refund = give_back(db, taxed, 5000, status="pending")
    for _ in range(2):  # told twice
        db.execute(
            "update public.refunds set status = 'succeeded', settled_at = now() where id = %s",
            [refund],
        )
        commit(db)
    assert [each["total_amount"] for each in credit_notes(db, taxed)] == [5000]


def test_a_refund_that_bounced_and_was_made_again_is_credited_once(db: Db, taxed: UUID) -> None:
    bounced = give_back(db, taxed, 12000)
    db.execute("update public.refunds set status = 'failed' where id = %s", [bounced])
    give_back(db, taxed, 12000)
    assert [each["total_amount"] for each in credit_notes(db, taxed)] == [12000]


def test_money_that_came_twice_credits_nothing(db: Db, taxed: UUID) -> None:
    db.execute(
        "insert into public.refunds (academy_id, payment_id, provider_account_id,"
        " payment_intent_id, amount, currency, reason, status, settled_at)"
        " select academy_id, id, provider_account_id, 'pi_second', 12000, currency, 'paid_twice',"
        " 'succeeded', now() from public.payments where order_id = %s",
        [taxed],
    )
    commit(db)
    assert credit_notes(db, taxed) == []


def test_each_payers_invoice_is_credited_in_proportion(db: Db, cast: Cast) -> None:
    bought = shop.order(db, cast.alice)
    split(db, bought["id"], opco=46000)
    order = pay(db, cast.alice, order=bought)
    give_back(db, order, 6900)
    give_back(db, order, 62100)
    totals = {
        each["id"]: each["total_amount"]
        for each in invoices(db, order)
        if each["kind"] == "invoice"
    }
    given: dict[UUID, list[int]] = {}
    for each in credit_notes(db, order):
        given.setdefault(each["credited_invoice_id"], []).append(each["total_amount"])
    assert {sum(parts) for parts in given.values()} == {23000, 46000}
    assert {one_: sum(parts) for one_, parts in given.items()} == totals
    assert sorted(parts[0] for parts in given.values()) == [2300, 4600]


def test_what_is_given_back_for_one_line_is_taken_off_that_line(db: Db, cast: Cast) -> None:
    order = pay(db, cast.alice, order=two_lines(db, cast))
    lines = rows(db, "select * from public.order_lines where order_id = %s order by title", order)
    chosen = lines[1]
    give_back(db, order, 1000, line=chosen["id"])
    [credit] = credit_notes(db, order)
    [line] = credit["lines"]
    assert (line["title"], line["amount"]) == (chosen["title"], 1000)


def test_more_than_the_line_is_taken_off_the_others(db: Db, cast: Cast) -> None:
    order = pay(db, cast.alice, order=two_lines(db, cast))
    lines = rows(db, "select * from public.order_lines where order_id = %s order by title", order)
    give_back(db, order, lines[1]["total_amount"] + 500, line=lines[1]["id"])
    [credit] = credit_notes(db, order)
    amounts = {line["title"]: line["amount"] for line in credit["lines"]}
    assert amounts == {lines[1]["title"]: lines[1]["total_amount"], lines[0]["title"]: 500}


def two_lines(db: Db, cast: Cast) -> shop.Row:
    """An order of two lines with different tax."""
    bought = shop.order(db, cast.alice)
    rewrite(db, bought["id"], [(60000, 2000), (9000, 550)], [])
    return bought


def test_what_was_refunded_before_it_was_invoiced_is_credited_then(db: Db, cast: Cast) -> None:
    unsold(db)
    order = pay(db, cast.alice)
    give_back(db, order, 9000)
    assert invoices(db, order) == []
    settings(db, {"invoicing": SELLER | {"since": "2026-01-01"}})
    value(db, "select private.issue_missing_invoices()")
    found = [(each["kind"], each["total_amount"]) for each in invoices(db, order)]
    assert sorted(found) == [("credit_note", 9000), ("invoice", 69000)]


def test_a_credit_note_asks_for_no_payment(db: Db, taxed: UUID) -> None:
    give_back(db, taxed, 100)
    [credit] = credit_notes(db, taxed)
    assert not any("Paiement" in sentence for sentence in credit["mentions"])


def test_its_pdf_is_queued_with_it(db: Db, taxed: UUID) -> None:
    give_back(db, taxed, 100)
    [credit] = credit_notes(db, taxed)
    assert {"invoice_id": str(credit["id"])} in column(db, "select message from pgmq.q_invoices")


def test_refunds_of_many_orders_at_once_leave_no_gap(fresh: Db, url: str) -> None:
    offer = shop.make_offer(fresh, grants=["forum"])
    orders = [pay(fresh, buyer, offer) for buyer in crowd(fresh, 20)]
    acts = [partial(_returned, order, 4000) for order in orders]
    assert codes(at_once(url, acts)) == []
    assert sequence(fresh, "credit_note") == list(range(1, 21))
    assert sequence(fresh) == list(range(1, 21))


def test_refunds_of_one_order_at_once_stay_within_it(fresh: Db, url: str) -> None:
    offer = shop.make_offer(fresh, grants=["forum"])
    order = pay(fresh, crowd(fresh, 1)[0], offer)
    results = at_once(url, [partial(_returned, order, 1500) for _ in range(10)])
    assert codes(results) != []
    assert sum(each["total_amount"] for each in credit_notes(fresh, order)) == 9000
    assert sequence(fresh, "credit_note") == list(range(1, 7))
    assert sequence(fresh, academy=AURORA) == []


def _returned(order: UUID, amount: int, db: Db) -> None:
    db.execute("select from public.orders where id = %s for update", [order])
    give_back(db, order, amount)
