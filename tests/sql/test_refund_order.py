"""refund_order: an admin gives money back, once, never more than came."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import psycopg
import pytest

from tests.support.database import Db, acting_as, column, forbidden, one, refused, rows, value
from tests.support.invoices import pay
from tests.support.people import ANON, AURORA, Cast, gather
from tests.support.races import at_once, codes
from tests.support.refunding import (
    ask,
    at_provider,
    buy,
    dispute_at_provider,
    order_of,
    state,
    tell,
    tell_dispute,
)
from tests.support.settings import at_aal2, settings
from tests.support.shop import ATELIER_OFFER, GRAND_ORAL_OFFER, Page, open_page, order


@pytest.fixture
def page(db: Db, cast: Cast) -> Page:
    return buy(db, cast.alice)


def test_all_that_is_left_goes_back(db: Db, cast: Cast, page: Page) -> None:
    ask(db, cast.adele, page, 1000)
    (made,) = ask(db, cast.adele, page, note="Désolés.")
    assert (made["amount"], made["status"]) == (page.attempt["amount"] - 1000, "pending")
    assert (made["note"], made["requested_by"]) == ("Désolés.", cast.adele.id)
    assert len(column(db, "select message from pgmq.q_refunds")) == 2


def test_the_same_key_is_the_same_refund(db: Db, cast: Cast, page: Page) -> None:
    first = ask(db, cast.adele, page, 1000, key="click-0001")
    assert ask(db, cast.adele, page, 1000, key="click-0001") == first
    assert len(column(db, "select message from pgmq.q_refunds")) == 1


@pytest.mark.parametrize(
    "other", [{"amount": 999}, {"reason": "staff"}, {"note": "Non"}, {"revoke_access": True}]
)
def test_a_key_belongs_to_one_request(
    db: Db, cast: Cast, page: Page, other: dict[str, Any]
) -> None:
    ask(db, cast.adele, page, 1000, key="click-0001")
    with refused("request_key_reused", 409), db.transaction():
        asked: dict[str, Any] = {"amount": 1000, "key": "click-0001"} | other
        ask(db, cast.adele, page, **asked)


def test_a_key_of_another_order_is_taken(db: Db, cast: Cast, page: Page) -> None:
    ask(db, cast.adele, page, key="click-0001")
    other = buy(db, cast.bob)
    with refused("request_key_reused", 409), db.transaction():
        ask(db, cast.adele, other, key="click-0001")


def test_another_academys_key_of_the_same_words_is_in_nobodys_way(
    db: Db, cast: Cast, page: Page
) -> None:
    ask(db, cast.adele, page, 1000, key="click-0001")
    bought = pay(db, cast.dora, ATELIER_OFFER, account="aurora50-stripe")
    theirs = Page({"order_id": str(bought)})
    (made,) = ask(db, cast.auguste, theirs, 1000, key="click-0001")
    assert (made["academy_id"], made["status"]) == (AURORA, "pending")
    assert ask(db, cast.auguste, theirs, 1000, key="click-0001") == [made]


@pytest.mark.parametrize("name", ["alice", "bob", "armand", "garance", "colette", "auguste"])
def test_nobody_but_an_admin_of_the_academy(db: Db, cast: Cast, page: Page, name: str) -> None:
    with refused("order_not_found", 404), db.transaction():
        ask(db, getattr(cast, name), page)


def test_who_has_not_signed_in_may_not_even_ask(db: Db, page: Page) -> None:
    with forbidden(), db.transaction():
        ask(db, ANON, page)


def test_a_dinars_third_decimal_does_not_go_back(db: Db, cast: Cast) -> None:
    made = order(db, cast.nadia, GRAND_ORAL_OFFER)
    with refused("amount_not_payable", 422), db.transaction():
        ask(db, cast.nadia, Page({"order_id": str(made["id"])}), 1001)


def test_an_order_that_is_none(db: Db, cast: Cast, page: Page) -> None:
    with refused("order_not_found", 404), db.transaction():
        ask(db, cast.adele, page, order=uuid4())


def test_a_second_factor_is_asked_for_where_the_academy_wants_one(
    db: Db, cast: Cast, page: Page
) -> None:
    settings(db, {"staff_needs_aal2": True})
    with refused("second_factor_required", 403), db.transaction():
        ask(db, cast.adele, page)
    assert len(ask(db, at_aal2(cast.adele), page)) == 1


def test_what_was_not_paid_does_not_go_back(db: Db, cast: Cast) -> None:
    page = open_page(db, order(db, cast.alice)["id"], cast.alice)
    with refused("order_not_paid", 409), db.transaction():
        ask(db, cast.adele, page)


def test_more_than_is_left_is_too_much(db: Db, cast: Cast, page: Page) -> None:
    with refused("amount_too_large", 422), db.transaction():
        ask(db, cast.adele, page, page.attempt["amount"] + 1)
    ask(db, cast.adele, page, 1000)
    with refused("amount_too_large", 422), db.transaction():
        ask(db, cast.adele, page, page.attempt["amount"] - 999)
    assert len(ask(db, cast.adele, page, page.attempt["amount"] - 1000)) == 1


def test_nothing_is_left_after_all_went(db: Db, cast: Cast, page: Page) -> None:
    (made,) = ask(db, cast.adele, page)
    with refused("nothing_to_refund", 409), db.transaction():
        ask(db, cast.adele, page)
    tell(db, at_provider(page, ours=made["id"]))
    with refused("nothing_to_refund", 409), db.transaction():
        ask(db, cast.adele, page, 1)


@pytest.mark.parametrize("status", ["needs_response", "under_review", "lost"])
def test_what_the_bank_holds_or_took_is_not_given_twice(
    db: Db, cast: Cast, page: Page, status: str
) -> None:
    tell_dispute(db, dispute_at_provider(page, status))
    with refused("order_is_disputed", 409), db.transaction():
        ask(db, cast.adele, page)


@pytest.mark.parametrize("status", ["warning_needs_response", "won"])
def test_an_inquiry_and_a_dispute_that_was_won_may_be_refunded(
    db: Db, cast: Cast, page: Page, status: str
) -> None:
    tell_dispute(db, dispute_at_provider(page, status))
    assert len(ask(db, cast.adele, page)) == 1


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"key": None}, "request_key_invalid"),
        ({"key": "short"}, "request_key_invalid"),
        ({"key": "k" * 101}, "request_key_invalid"),
        ({"amount": 0}, "amount_too_small"),
        ({"amount": -1}, "amount_too_small"),
        ({"reason": "no_seat"}, "reason_unknown"),
        ({"reason": None}, "reason_unknown"),
        ({"note": ""}, "note_invalid"),
        ({"note": "n" * 501}, "note_invalid"),
        ({"note": "a\x07b"}, "note_invalid"),
    ],
    ids=str,
)
def test_each_fault_has_its_name(
    db: Db, cast: Cast, page: Page, given: dict[str, Any], code: str
) -> None:
    with refused(code, 422), db.transaction():
        ask(db, cast.adele, page, **given)


def test_a_line_of_another_order_is_refused(db: Db, cast: Cast, page: Page) -> None:
    other = value(
        db, "select id from public.order_lines where order_id = %s", order_of(buy(db, cast.bob))
    )
    with refused("line_not_found", 404), db.transaction():
        ask(db, cast.adele, page, line=other)


def test_no_more_of_a_line_than_it_cost(db: Db, cast: Cast, page: Page) -> None:
    line = value(db, "select id from public.order_lines where order_id = %s", order_of(page))
    ask(db, cast.adele, page, 1000, line=line)
    with refused("amount_too_large", 422), db.transaction():
        ask(db, cast.adele, page, page.attempt["amount"] - 999, line=line)
    (rest,) = ask(db, cast.adele, page, line=line)
    assert rest["amount"] == page.attempt["amount"] - 1000
    with refused("nothing_to_refund", 409), db.transaction():
        ask(db, cast.adele, page, line=line)


def test_twenty_admins_at_once_give_the_money_back_once(url: str, fresh: Db) -> None:
    cast = gather(fresh)
    page = buy(fresh, cast.alice)
    results = at_once(url, [lambda db: ask(db, cast.adele, page)] * 20)
    assert sum(not isinstance(each, psycopg.Error) for each in results) == 1
    assert codes(results) == ["nothing_to_refund"] * 19
    assert len(column(fresh, "select message from pgmq.q_refunds")) == 1


def test_twenty_clicks_of_one_key_are_one_refund(url: str, fresh: Db) -> None:
    cast = gather(fresh)
    page = buy(fresh, cast.alice)
    results = at_once(url, [lambda db: ask(db, cast.adele, page, 1000, key="click-0001")] * 20)
    assert codes(results) == []
    assert len(rows(fresh, "select from public.refunds")) == 1


def test_twenty_parts_at_once_stay_within_the_whole(url: str, fresh: Db) -> None:
    cast = gather(fresh)
    page = buy(fresh, cast.alice)
    part = page.attempt["amount"] // 3
    results = at_once(url, [lambda db: ask(db, cast.adele, page, part)] * 20)
    assert sum(not isinstance(each, psycopg.Error) for each in results) == 3
    assert value(fresh, "select sum(amount) from public.refunds") == part * 3


def test_what_a_refund_changes_waits_for_the_provider(db: Db, cast: Cast, page: Page) -> None:
    ask(db, cast.adele, page, revoke_access=True)
    assert state(db, page) == ("paid", "active", 1)


def test_the_buyer_reads_what_the_academy_tells_them(db: Db, cast: Cast, page: Page) -> None:
    ask(db, cast.adele, page, 500, note="Nous avons changé la date.")
    with acting_as(db, cast.alice):
        assert one(db, "select note, status from public.refunds") == {
            "note": "Nous avons changé la date.",
            "status": "pending",
        }
