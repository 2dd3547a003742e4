"""Read-only fields under the names the academies' existing front ends select."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from psycopg import sql

from tests.support import shop
from tests.support.database import Actor, Db, acting_as, column, one, value
from tests.support.people import ANON, Cast


def price(db: Db, actor: Actor, formation: UUID = shop.CAP) -> Any:
    with acting_as(db, actor):
        return value(
            db, "select f.price_euros from public.formations as f where f.id = %s", formation
        )


def test_a_formation_costs_its_lowest_offer(db: Db, cast: Cast) -> None:
    assert price(db, ANON) == 690
    shop.make_offer(db, amount=59000)
    assert price(db, ANON) == price(db, cast.alice) == 590


def test_an_offer_no_longer_on_sale_sets_no_price(db: Db) -> None:
    shop.make_offer(db, amount=100, is_active=False)
    assert price(db, ANON) == 690


def test_a_formation_in_dinars_has_no_price_in_euros(db: Db) -> None:
    assert price(db, ANON, shop.seeded("nexus-reussite/formation/grand-oral")) is None


def test_anybody_sees_how_many_seats_are_left_and_nothing_more(db: Db, cast: Cast) -> None:
    cohort = shop.make_cohort(db, 3)
    shop.order(db, cast.alice, cohort=cohort)
    with acting_as(db, ANON):
        left = value(db, "select c.seats_left from public.cohorts as c where c.id = %s", cohort)
    assert left == 2


def test_an_enrolment_says_whether_it_is_paid(db: Db, cast: Cast) -> None:
    query = "select e.payment_status from public.enrollments as e"
    made = shop.order(db, cast.alice)
    with acting_as(db, cast.alice):
        assert value(db, query) == "pending"
    shop.report(db, shop.open_page(db, made["id"], cast.alice).session())
    with acting_as(db, cast.alice):
        assert value(db, query) == "paid"


def test_an_order_out_of_sight_is_not_taken_for_paid(db: Db, cast: Cast) -> None:
    """Somebody may come to see an enrolment without its order; that says nothing about money."""
    shop.order(db, cast.alice)
    (policy,) = column(db, "select policyname from pg_policies where tablename = 'orders'")
    hide = sql.SQL("alter policy {} on public.orders using (false)")
    db.execute(hide.format(sql.Identifier(policy)))
    with acting_as(db, cast.alice):
        seen = value(db, "select e.payment_status from public.enrollments as e")
    assert seen == "pending"


def test_a_free_enrolment_counts_as_paid(db: Db, cast: Cast) -> None:
    shop.enroll(db, cast.alice)
    with acting_as(db, cast.alice):
        assert value(db, "select e.payment_status from public.enrollments as e") == "paid"


def test_enrolments_and_payments_answer_to_their_old_names(db: Db, cast: Cast) -> None:
    made = shop.order(db, cast.alice)
    with acting_as(db, cast.alice):
        enrolled = one(
            db,
            "select e.id, e.user_id, e.enrolled_at = e.created_at as same"
            " from public.enrollments as e",
        )
        paid = one(
            db,
            "select p.amount_euros, p.enrollment_id from public.payments as p"
            " where p.order_id = %s",
            made["id"],
        )
    assert (enrolled["user_id"], enrolled["same"]) == (cast.alice.id, True)
    assert paid == {"amount_euros": 690, "enrollment_id": enrolled["id"]}


@pytest.mark.parametrize(
    ("who", "said"), [("alice", "student"), ("garance", "garage"), ("adele", "admin")]
)
def test_a_profile_says_what_one_is(db: Db, cast: Cast, who: str, said: str) -> None:
    person = getattr(cast, who)
    with acting_as(db, person):
        assert (
            value(db, "select p.profile_type from public.profiles as p where p.id = %s", person.id)
            == said
        )
