from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.support import shop
from tests.support.database import Db, acting_as, column, forbidden, one, refused, rows, value
from tests.support.people import ANON, MECA, Cast, admit
from tests.support.shop import enroll, order


def test_a_free_offer_enrols_at_once(db: Db, cast: Cast) -> None:
    made = enroll(db, cast.alice)
    assert (made["status"], made["student_id"], made["formation_id"]) == (
        "active",
        cast.alice.id,
        shop.FREE,
    )
    assert (made["order_id"], made["held_until"]) == (None, None)
    assert made["start_date"] == value(db, "select current_date")


def test_enrolling_gives_the_offers_grants(db: Db, cast: Cast) -> None:
    made = enroll(db, cast.alice)
    given = one(db, "select * from public.entitlements where user_id = %s", cast.alice.id)
    assert (given["source_kind"], given["source_id"]) == ("free_offer", made["id"])
    assert (given["formation_id"], given["valid_until"]) == (shop.FREE, None)


def test_access_for_some_days_ends(db: Db, cast: Cast) -> None:
    db.execute(
        "update public.offer_grants set duration_days = 30 where offer_id = %s", [shop.FREE_OFFER]
    )
    enroll(db, cast.alice)
    days = value(
        db, "select extract(day from valid_until - valid_from)::int from public.entitlements"
    )
    assert days == 30


def test_enrolling_queues_one_mail(db: Db, cast: Cast) -> None:
    made = enroll(db, cast.alice)
    mail = one(db, "select * from public.email_messages")
    assert (mail["template"], mail["refs"]) == (
        "enrollment_confirmed",
        {"enrollment_id": str(made["id"])},
    )
    assert column(db, "select message from pgmq.q_emails") == [{"email_id": str(mail["id"])}]


def test_enrolling_twice_gives_the_same_enrolment(db: Db, cast: Cast) -> None:
    first = enroll(db, cast.alice)
    assert enroll(db, cast.alice) == first
    assert value(db, "select count(*) from public.entitlements") == 1
    assert value(db, "select count(*) from public.email_messages") == 1


def test_a_formation_that_costs_is_not_free(db: Db, cast: Cast) -> None:
    with refused("no_free_offer", 403):
        enroll(db, cast.alice, shop.CAP)
    assert rows(db, "select from public.enrollments") == []


def test_an_expired_free_offer_lets_nobody_in(db: Db, cast: Cast) -> None:
    db.execute(
        "update public.offers set valid_until = now() - interval '1 second' where id = %s",
        [shop.FREE_OFFER],
    )
    with refused("no_free_offer", 403):
        enroll(db, cast.alice)


def test_a_price_put_on_the_offer_counts_at_once(db: Db, cast: Cast) -> None:
    db.execute("update public.offers set amount = 100 where id = %s", [shop.FREE_OFFER])
    with refused("no_free_offer", 403):
        enroll(db, cast.alice)


def test_a_free_offer_of_another_academy_lets_nobody_in(db: Db, cast: Cast) -> None:
    with refused("no_free_offer", 403):
        enroll(db, cast.dora)


@pytest.mark.parametrize("status", ["invited", "pending", "suspended", "left"])
def test_only_active_members_enrol(db: Db, cast: Cast, status: str) -> None:
    admit(db, cast.sarah, MECA, "student", status=status)
    with refused("no_free_offer", 403):
        enroll(db, cast.sarah)


def test_anon_cannot_enrol(db: Db) -> None:
    with forbidden(), acting_as(db, ANON):
        rows(db, "select * from public.enroll(%s)", shop.FREE)


def test_nobody_writes_an_enrolment_directly(db: Db, cast: Cast) -> None:
    with forbidden(), acting_as(db, cast.alice):
        db.execute(
            "insert into public.enrollments (academy_id, student_id, formation_id, status,"
            " start_date) values (%s, %s, %s, 'active', current_date)",
            [MECA, cast.alice.id, shop.CAP],
        )


def test_an_enrolment_in_a_cohort_has_its_dates(db: Db, cast: Cast) -> None:
    cohort = shop.make_cohort(db, 5, shop.FREE)
    db.execute("update public.cohorts set ends_on = starts_on + 60 where id = %s", [cohort])
    made = enroll(db, cast.alice, cohort=cohort)
    today: date = value(db, "select current_date")
    assert (made["start_date"], made["end_date"]) == (
        today + timedelta(days=30),
        today + timedelta(days=90),
    )


def test_a_full_free_cohort_takes_nobody(db: Db, cast: Cast) -> None:
    cohort = shop.make_cohort(db, 1, shop.FREE)
    enroll(db, cast.alice, cohort=cohort)
    with refused("cohort_full", 409):
        enroll(db, cast.bob, cohort=cohort)


def test_enrolling_free_takes_the_place_of_a_pending_order(db: Db, cast: Cast) -> None:
    pending = order(db, cast.alice)
    shop.make_offer(db, amount=0)
    made = enroll(db, cast.alice, shop.CAP)
    assert made["status"] == "active"
    assert shop.status_of(db, pending["id"]) == "cancelled"
