"""Refunds that name a line each and arrive in one transaction are each taken off their own line."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.support import shop
from tests.support.database import Db, value
from tests.support.invoices import (
    SELLER,
    commit,
    credit_notes,
    give_back,
    issue_missing,
    open_page,
    rewrite,
    unsold,
)
from tests.support.people import Cast
from tests.support.refunding import ask, at_provider, order_of, tell
from tests.support.settings import settings
from tests.support.shop import Page, Row

Credited = list[dict[str, int]]
LINES = ["Ligne de 9000", "Ligne de 60000"]


@pytest.fixture
def page(db: Db, cast: Cast) -> Page:
    """The page of an order of two lines, 600,00 € and 90,00 €, with different tax."""
    made = shop.order(db, cast.alice)
    rewrite(db, made["id"], [(60000, 2000), (9000, 550)], [])
    return open_page(db, made["id"], cast.alice)


@pytest.mark.parametrize("amounts", [(900, 6000), (9000, 60000)], ids=["parts", "all"])
def test_two_refunds_settled_at_once_are_taken_off_a_line_each(
    db: Db, cast: Cast, page: Page, amounts: tuple[int, int]
) -> None:
    shop.report(db, page.session())
    commit(db)
    tell(db, *asked(db, cast, page, amounts))
    commit(db)
    assert credited(db, page) == [{line: part} for line, part in zip(LINES, amounts, strict=True)]


def test_so_are_two_that_went_back_before_there_was_an_invoice(
    db: Db, cast: Cast, page: Page
) -> None:
    unsold(db)
    shop.report(db, page.session())
    tell(db, *asked(db, cast, page, (900, 6000)))
    commit(db)
    assert credited(db, page) == []
    settings(db, {"invoicing": SELLER | {"since": "2026-01-01"}})
    assert issue_missing(db) == 1
    assert sorted(credited(db, page), key=str) == [{LINES[1]: 6000}, {LINES[0]: 900}]


def test_money_that_came_twice_takes_no_lines_note(db: Db, cast: Cast, page: Page) -> None:
    """Its refund, in the same transaction and before the other, has nothing to credit."""
    shop.report(db, page.session())
    commit(db)
    db.execute(
        "insert into public.refunds (academy_id, payment_id, provider_account_id,"
        " payment_intent_id, amount, currency, reason, status, settled_at)"
        " select academy_id, id, provider_account_id, 'pi_second', amount, currency, 'paid_twice',"
        " 'succeeded', now() from public.payments where order_id = %s",
        [order_of(page)],
    )
    give_back(db, order_of(page), 900, line=line(db, page, LINES[0]))
    assert credited(db, page) == [{LINES[0]: 900}]


def asked(db: Db, cast: Cast, page: Page, amounts: tuple[int, int]) -> list[Row]:
    """A refund of each line as the provider shows it once the money is gone."""
    found = []
    for title, amount in zip(LINES, amounts, strict=True):
        (ours,) = ask(db, cast.adele, page, amount, line=line(db, page, title))
        found.append(at_provider(page, amount, ours=ours["id"]))
    return found


def line(db: Db, page: Page, title: str) -> UUID:
    """The id of a line."""
    found: UUID = value(
        db,
        "select id from public.order_lines where order_id = %s and title = %s",
        *(order_of(page), title),
    )
    return found


def credited(db: Db, page: Page) -> Credited:
    """What each credit note takes off which lines."""
    return [
        {each["title"]: each["amount"] for each in note["lines"]}
        for note in credit_notes(db, order_of(page))
    ]
