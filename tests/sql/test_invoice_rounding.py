"""Whatever the prices, rates, payers and refunds: the parts are the whole, to the last cent."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support import shop
from tests.support.database import Db, connect, value
from tests.support.invoices import Row, credit_notes, give_back, invoices, pay, rewrite
from tests.support.people import Person, crowd

SPLIT = "select private.split_amount(%s, %s::bigint[])"
PARTS = st.lists(st.integers(0, 10**9), min_size=1, max_size=12)
PRICES = st.tuples(st.integers(1, 300000), st.sampled_from([0, 210, 550, 1000, 1900, 2000]))
TRIES = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture(scope="module")
def scratch(shared_url: str) -> Iterator[Db]:
    """A connection whose every example is undone."""
    with connect(shared_url) as db:
        yield db


@TRIES
@given(data=st.data())
def test_split_parts_are_the_amount_and_none_is_more_than_it_was(
    scratch: Db, data: st.DataObject
) -> None:
    parts = data.draw(PARTS)
    amount = data.draw(st.integers(0, sum(parts)))
    given_ = value(scratch, SPLIT, amount, parts)
    assert sum(given_) == amount
    assert all(0 <= part <= most for part, most in zip(given_, parts, strict=True))
    exact = [amount * part / (sum(parts) or 1) for part in parts]
    assert all(abs(part - fair) < 2 for part, fair in zip(given_, exact, strict=True))


def adds_up(made: Row) -> None:
    """One document in itself: lines, rates and totals say the same."""
    lines, taxes = made["lines"], made["taxes"]
    assert sum(line["amount"] for line in lines) == made["total_amount"]
    assert sum(line["tax_amount"] for line in lines) == made["tax_amount"]
    assert sum(tax["tax_amount"] for tax in taxes) == made["tax_amount"]
    assert sum(tax["net_amount"] for tax in taxes) == made["net_amount"]
    assert all(line["net_amount"] + line["tax_amount"] == line["amount"] for line in lines)
    assert all(0 <= line["tax_amount"] <= line["amount"] for line in lines)


@TRIES
@given(data=st.data())
def test_payers_invoices_are_the_order_and_credit_notes_the_invoices(
    scratch: Db, data: st.DataObject
) -> None:
    lines = data.draw(st.lists(PRICES, min_size=1, max_size=5))
    total = sum(price for price, _ in lines)
    cuts = sorted(data.draw(st.lists(st.integers(0, total), max_size=3)))
    shares = [b - a for a, b in zip([0, *cuts], cuts, strict=False)]
    with scratch.transaction(force_rollback=True):
        [buyer] = crowd(scratch, 1)
        sold = _sell(scratch, buyer, lines, shares)
        order = sold[0]["order_id"]
        left = total
        while left:
            part = (
                data.draw(st.integers(1, left)) if len(credit_notes(scratch, order)) < 9 else left
            )
            give_back(scratch, order, part)
            left -= part
        given_back = credit_notes(scratch, order)
    for made in (*sold, *given_back):
        adds_up(made)
    assert sum(each["total_amount"] for each in sold) == total
    taxes = {each["id"]: (each["total_amount"], each["tax_amount"]) for each in sold}
    for each in given_back:
        whole, tax = taxes[each["credited_invoice_id"]]
        taxes[each["credited_invoice_id"]] = (
            whole - each["total_amount"],
            tax - each["tax_amount"],
        )
    assert set(taxes.values()) == {(0, 0)}


def _sell(db: Db, buyer: Person, lines: list[tuple[int, int]], shares: list[int]) -> list[Row]:
    bought = shop.order(db, buyer)
    rewrite(db, bought["id"], lines, shares)
    tax = value(db, "select tax_amount from public.orders where id = %s", bought["id"])
    sold = invoices(db, pay(db, buyer, order=bought))
    assert sum(each["tax_amount"] for each in sold) == tax
    return sold
