from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import shop
from tests.support.database import Db, acting_as, connect, forbidden, one, rows
from tests.support.people import AURORA, MECA, SERVICE, Cast, Person, admit, crowd, sign_up
from tests.support.shop import order


@pytest.mark.parametrize(
    "tampering",
    [
        "update public.orders set total_amount = 1",
        "update public.orders set tax_amount = 1",
        "update public.order_lines set unit_amount = 1",
        "update public.order_lines set quantity = 2",
        "update public.order_lines set discount_amount = 100",
        "update public.order_lines set tax_amount = 5",
        "update public.order_payers set share_amount = 1",
        "delete from public.order_lines",
        "delete from public.order_payers",
        (
            "insert into public.order_payers (academy_id, order_id, kind, label, share_amount)"
            " select academy_id, id, 'opco', 'OPCO', 500 from public.orders"
        ),
    ],
)
def test_an_order_that_does_not_add_up_is_refused_at_commit(
    db: Db, cast: Cast, tampering: str
) -> None:
    order(db, cast.alice)
    db.execute(tampering.encode())
    with pytest.raises(psycopg.errors.CheckViolation, match="does not add up"):
        db.execute("set constraints all immediate")


def test_a_commit_checks_it_too(fresh: Db) -> None:
    (buyer,) = crowd(fresh, 1)
    order(fresh, buyer)
    with pytest.raises(psycopg.errors.CheckViolation, match="does not add up"):
        fresh.execute("update public.orders set total_amount = 1")


def test_shares_may_be_split_within_one_transaction(db: Db, cast: Cast) -> None:
    made = order(db, cast.alice)
    db.execute("update public.order_payers set share_amount = 9000")
    db.execute(
        "insert into public.order_payers (academy_id, order_id, kind, label, share_amount)"
        " values (%s, %s, 'opco', 'OPCO Mobilités', 60000)",
        [MECA, made["id"]],
    )
    db.execute("set constraints all immediate")
    assert len(rows(db, "select from public.order_payers")) == 2


@pytest.mark.parametrize("statement", ["update", "delete", "truncate"])
def test_nobody_rewrites_the_audit_log(db: Db, cast: Cast, statement: str) -> None:
    """Not even its owner."""
    order(db, cast.alice)
    change = {
        "update": "update public.audit_log set action = 'order.deleted'",
        "delete": "delete from public.audit_log",
        "truncate": "truncate public.audit_log",
    }[statement]
    with pytest.raises(psycopg.Error) as caught:
        db.execute(change.encode())
    assert caught.value.diag.message_detail == "append_only"


def test_the_api_has_no_way_to_write_the_log(db: Db, cast: Cast) -> None:
    for actor in (cast.adele, SERVICE):
        with forbidden(), acting_as(db, actor):
            db.execute(
                "insert into public.audit_log (academy_id, action, subject_table)"
                " values (%s, 'order.paid', 'orders')",
                [MECA],
            )


@pytest.mark.parametrize(
    "change",
    [
        "update public.order_lines set academy_id = %(aurora)s",
        "update public.order_payers set academy_id = %(aurora)s",
        "update public.order_payers set payer_id = %(dora)s",
        "update public.orders set buyer_id = %(dora)s",
        "update public.orders set beneficiary_id = %(dora)s",
        "update public.orders set academy_id = %(aurora)s",
        "update public.payments set academy_id = %(aurora)s",
        "update public.payments set provider_account_id = %(account)s",
        "update public.enrollments set student_id = %(dora)s",
        "update public.enrollments set formation_id = %(formation)s",
        "update public.enrollments set cohort_id = %(cohort)s",
        "update public.order_lines set offer_id = %(offer)s",
    ],
)
def test_no_row_refers_to_another_academy(db: Db, cast: Cast, change: str) -> None:
    order(db, cast.alice, cohort=shop.CAP_COHORT)
    foreign = {
        "aurora": AURORA,
        "dora": cast.dora.id,
        "account": "ac000000-0000-4000-8000-000000000002",
        "formation": shop.seeded("aurora50/formation/bien-demarrer"),
        "cohort": shop.HYBRID_COHORT,
        "offer": shop.ATELIER_OFFER,
    }
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        db.execute(change.encode(), foreign)


@pytest.fixture(scope="module")
def till(shared_url: str) -> Iterator[tuple[Db, Person]]:
    """A member at the till, in a transaction that is db at the end."""
    with connect(shared_url) as db, db.transaction(force_rollback=True):
        buyer = sign_up(db, "Tilda")
        admit(db, buyer, MECA, "student")
        yield db, buyer


RATES = st.sampled_from(["0", "2.1", "5.5", "10", "19", "20", "33.33", "100"]).map(Decimal)


@settings(max_examples=60, deadline=None)
@given(amount=st.integers(1, 10**9), rate=RATES)
def test_tax_is_contained_rounded_half_up_and_the_order_adds_up(
    till: tuple[Db, Person], amount: int, rate: Decimal
) -> None:
    db, buyer = till
    with db.transaction(force_rollback=True):
        offer = shop.make_offer(db, amount=amount, tax_rate=rate, grants=["forum"])
        made = order(db, buyer, offer)
        db.execute("set constraints all immediate")
        line = one(db, "select * from public.order_lines where order_id = %s", made["id"])
    tax = (amount * rate / (100 + rate)).quantize(Decimal(1), ROUND_HALF_UP)
    assert made["tax_amount"] == line["tax_amount"] == tax
    assert made["total_amount"] == line["total_amount"] == amount
    net = amount - tax
    assert abs(net * rate / 100 - tax) <= 1, "net plus its tax is the price, to a cent"
