from __future__ import annotations

from uuid import UUID

import psycopg
import pytest

from tests.support import shop
from tests.support.database import Db, column, one, refused, rows, value
from tests.support.people import Cast
from tests.support.shop import lapse, make_cohort, order


def seats_left(db: Db, cohort: UUID) -> int:
    left: int = value(db, "select private.seats_left(%s)", cohort)
    return left


def test_an_order_holds_a_seat_until_it_expires(db: Db, cast: Cast) -> None:
    cohort = make_cohort(db, 3)
    made = order(db, cast.alice, cohort=cohort)
    held = one(db, "select * from public.enrollments where order_id = %s", made["id"])
    assert (held["status"], held["cohort_id"]) == ("pending", cohort)
    assert held["held_until"] == made["expires_at"]
    assert seats_left(db, cohort) == 2


def test_a_full_cohort_is_refused_and_leaves_no_order(db: Db, cast: Cast) -> None:
    cohort = make_cohort(db, 1)
    order(db, cast.alice, cohort=cohort)
    with refused("cohort_full", 409):
        order(db, cast.bob, cohort=cohort)
    buyers = column(db, "select buyer_id from public.orders")
    assert buyers == [cast.alice.id]


def test_a_lapsed_hold_frees_the_seat_at_once(db: Db, cast: Cast) -> None:
    cohort = make_cohort(db, 1)
    first = order(db, cast.alice, cohort=cohort)
    lapse(db, first["id"], minutes=0)
    assert order(db, cast.bob, cohort=cohort)["status"] == "pending"


def test_a_cohort_of_another_formation_is_not_found(db: Db, cast: Cast) -> None:
    with refused("cohort_not_found", 404):
        order(db, cast.alice, cohort=shop.HYBRID_COHORT)


def test_an_unknown_cohort_is_not_found(db: Db, cast: Cast) -> None:
    with refused("cohort_not_found", 404):
        order(db, cast.alice, cohort=shop.CAP)


def test_changing_the_cohort_moves_the_seat_and_cancels_the_old_order(db: Db, cast: Cast) -> None:
    spring, autumn = make_cohort(db, 1), make_cohort(db, 1)
    old = order(db, cast.alice, cohort=spring)
    new = order(db, cast.alice, cohort=autumn)
    assert new["id"] != old["id"]
    assert shop.status_of(db, old["id"]) == "cancelled"
    assert (seats_left(db, spring), seats_left(db, autumn)) == (1, 0)
    live = one(db, "select * from public.enrollments where status = 'pending'")
    assert (live["cohort_id"], live["order_id"]) == (autumn, new["id"])


def test_a_replaced_order_leaves_no_payment_waiting(db: Db, cast: Cast) -> None:
    old = order(db, cast.alice, cohort=make_cohort(db, 1))
    order(db, cast.alice, cohort=make_cohort(db, 1))
    found = column(db, "select status from public.payments where order_id = %s", old["id"])
    assert found == ["cancelled"]


def test_a_replaced_order_of_two_formations_gives_both_seats_back(db: Db, cast: Cast) -> None:
    both = shop.make_offer(db, grants=[shop.CAP, shop.FREE])
    old = order(db, cast.alice, both)
    order(db, cast.alice, cohort=make_cohort(db, 1))
    found = column(db, "select status from public.enrollments where order_id = %s", old["id"])
    assert found == ["cancelled", "cancelled"]


def test_changing_to_a_full_cohort_keeps_the_old_seat(db: Db, cast: Cast) -> None:
    spring, autumn = make_cohort(db, 1), make_cohort(db, 1)
    old = order(db, cast.alice, cohort=spring)
    order(db, cast.bob, cohort=autumn)
    with refused("cohort_full", 409):
        order(db, cast.alice, cohort=autumn)
    assert shop.status_of(db, old["id"]) == "pending"
    assert seats_left(db, spring) == 0


def test_coming_back_to_the_only_seat_one_holds_works(db: Db, cast: Cast) -> None:
    spring = make_cohort(db, 1)
    first = order(db, cast.alice, cohort=spring)
    lapse(db, first["id"], minutes=1)
    assert order(db, cast.alice, cohort=spring)["id"] != first["id"]
    assert shop.status_of(db, first["id"]) == "cancelled"


def test_somebody_enrolled_does_not_buy_again(db: Db, cast: Cast) -> None:
    shop.make_offer(db, amount=0)
    shop.enroll(db, cast.alice, shop.CAP)
    with refused("already_enrolled", 409):
        order(db, cast.alice)


@pytest.mark.parametrize("status", ["cancelled", "completed"])
def test_a_finished_or_cancelled_formation_may_be_taken_again(
    db: Db, cast: Cast, status: str
) -> None:
    shop.make_offer(db, amount=0)
    shop.enroll(db, cast.alice, shop.CAP)
    db.execute("update public.enrollments set status = %s", [status])
    assert order(db, cast.alice)["status"] == "pending"


def test_one_live_enrolment_per_person_and_formation_is_a_constraint(db: Db, cast: Cast) -> None:
    order(db, cast.alice)
    with pytest.raises(psycopg.errors.UniqueViolation, match="one_live_enrollment_per_formation"):
        db.execute(
            "insert into public.enrollments (academy_id, student_id, formation_id, held_until)"
            " select academy_id, student_id, formation_id, held_until from public.enrollments"
        )


def test_completed_learners_keep_their_seat(db: Db, cast: Cast) -> None:
    cohort = make_cohort(db, 2)
    shop.make_offer(db, amount=0)
    shop.enroll(db, cast.alice, shop.CAP, cohort)
    db.execute("update public.enrollments set status = 'completed'")
    assert seats_left(db, cohort) == 1


def test_two_orders_of_one_buyer_for_two_formations_live_together(db: Db, cast: Cast) -> None:
    first = order(db, cast.alice)
    second = order(db, cast.alice, shop.HYBRID_OFFER, shop.HYBRID_COHORT)
    assert [shop.status_of(db, made["id"]) for made in (first, second)] == ["pending", "pending"]
    assert len(rows(db, "select from public.enrollments where status = 'pending'")) == 2
