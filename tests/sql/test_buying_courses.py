"""An offer may grant a course: bought or free, it enrols in it; a subject only entitles."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import psycopg
import pytest

from tests.support import shop
from tests.support.courses import MATHS, make_course, readable
from tests.support.database import Db, acting_as, column, one, refused, rows, value
from tests.support.people import MECA, NEXUS, Cast, Person, admit


def sell(db: Db, course: UUID, amount: int = 5000, academy: UUID = MECA, **columns: object) -> UUID:
    """An offer of the course alone."""
    offer = shop.make_offer(db, academy, kind="course", amount=amount, grants=[], **columns)
    db.execute(
        "insert into public.offer_grants (academy_id, offer_id, course_id) values (%s, %s, %s)",
        [academy, offer, course],
    )
    return offer


def enter(db: Db, person: Person, course: UUID) -> dict[str, object]:
    with acting_as(db, person):
        return one(db, "select * from public.enroll_in_course(%s)", course)


def test_a_paid_course_enrols_its_buyer(db: Db, cast: Cast) -> None:
    course = make_course(db)
    made = shop.order(db, cast.alice, sell(db, course))
    held = one(db, "select course_id, formation_id, status from public.enrollments")
    assert held == {"course_id": course, "formation_id": None, "status": "pending"}
    assert readable(db, cast.alice, course) == []
    page = shop.open_page(db, made["id"], cast.alice)
    assert shop.report(db, page.session())["outcome"] == "fulfilled"
    assert value(db, "select status from public.enrollments") == "active"
    assert readable(db, cast.alice, course) == [1]


def test_the_mail_names_the_course(db: Db, cast: Cast) -> None:
    course = make_course(db)
    sell(db, course, 0)
    enter(db, cast.alice, course)
    data = value(
        db,
        "select private.mail_data(m) from public.email_messages as m"
        " where m.template = 'enrollment_confirmed'",
    )
    assert data["formation_title"] == "Cours de test"
    assert data["formation_url"].startswith("https://mecaformation.fr/courses/cours-")


def test_a_free_course_is_entered_once(db: Db, cast: Cast) -> None:
    course = make_course(db)
    with refused("no_free_offer", 403):
        enter(db, cast.alice, course)
    sell(db, course, 0)
    first = enter(db, cast.alice, course)
    assert (first["status"], enter(db, cast.alice, course)) == ("active", first)
    assert value(db, "select count(*) from public.entitlements") == 1
    with refused("no_free_offer", 403):
        enter(db, cast.dora, course)


def test_one_live_enrolment_per_person_and_course(db: Db, cast: Cast) -> None:
    course = make_course(db)
    sell(db, course, 0)
    enter(db, cast.alice, course)
    with refused("already_enrolled", 409):
        shop.order(db, cast.alice, sell(db, course))
    with pytest.raises(psycopg.errors.UniqueViolation, match="one_live_enrollment_per_course"):
        db.execute(
            "insert into public.enrollments (academy_id, student_id, course_id, held_until)"
            " values (%s, %s, %s, now())",
            [MECA, cast.alice.id, course],
        )


def test_ordering_a_course_anew_gives_the_older_order_up(db: Db, cast: Cast) -> None:
    course = make_course(db)
    old = shop.order(db, cast.alice, sell(db, course))
    shop.order(db, cast.alice, sell(db, course, 4000))
    assert shop.status_of(db, old["id"]) == "cancelled"
    assert column(db, "select status from public.enrollments order by status") == [
        "cancelled",
        "pending",
    ]


@pytest.mark.parametrize(
    "columns", [{"is_published": False}, {"archived_at": "2026-01-01"}], ids=["draft", "archived"]
)
def test_what_is_not_on_the_catalogue_is_not_sold(
    db: Db, cast: Cast, columns: dict[str, Any]
) -> None:
    course = make_course(db, **columns)
    with refused("course_not_found", 404):
        shop.order(db, cast.alice, sell(db, course))
    sell(db, course, 0)
    with refused("course_not_found", 404):
        enter(db, cast.alice, course)


def test_a_subject_entitles_and_enrols_in_nothing(db: Db, cast: Cast) -> None:
    admit(db, cast.sarah, NEXUS, "student")
    course = make_course(db, NEXUS, subject_id=MATHS)
    offer = shop.make_offer(db, NEXUS, kind="special_pack", currency="TND", grants=[])
    db.execute(
        "insert into public.offer_grants (academy_id, offer_id, subject_id) values (%s, %s, %s)",
        [NEXUS, offer, MATHS],
    )
    made = shop.order(db, cast.sarah, offer)
    site = "https://nexusreussite.academy/x"
    page = shop.open_page(db, made["id"], cast.sarah, success_url=site, cancel_url=site)
    shop.report(db, page.session(), "nexus-reussite-stripe")
    assert rows(db, "select from public.enrollments") == []
    assert readable(db, cast.sarah, course) == [1]


def test_a_free_formation_brings_its_offers_course_along(db: Db, cast: Cast) -> None:
    course = make_course(db)
    db.execute(
        "insert into public.offer_grants (academy_id, offer_id, course_id) values (%s, %s, %s)",
        [MECA, shop.FREE_OFFER, course],
    )
    shop.enroll(db, cast.alice)
    found = rows(db, "select formation_id, course_id, status from public.enrollments")
    assert {(r["formation_id"], r["course_id"], r["status"]) for r in found} == {
        (shop.FREE, None, "active"),
        (None, course, "active"),
    }


def test_money_that_comes_late_finds_the_course_again(db: Db, cast: Cast) -> None:
    course = make_course(db)
    made = shop.order(db, cast.alice, sell(db, course))
    page = shop.open_page(db, made["id"], cast.alice)
    assert shop.report(db, page.expired())["outcome"] == "expired"
    assert shop.report(db, page.session())["outcome"] == "fulfilled"
    assert value(db, "select status from public.enrollments") == "active"


def test_late_money_for_a_course_bought_again_finds_no_place(db: Db, cast: Cast) -> None:
    course = make_course(db)
    first = shop.open_page(db, shop.order(db, cast.alice, sell(db, course))["id"], cast.alice)
    shop.order(db, cast.alice, sell(db, course, 4000))
    assert shop.report(db, first.session())["outcome"] == "no_seat"


def test_a_cohort_of_one_formation_leaves_the_others_of_the_offer_without(
    db: Db, cast: Cast
) -> None:
    offer = shop.make_offer(db, grants=[shop.CAP, shop.FREE])
    shop.order(db, cast.alice, offer, shop.CAP_COHORT)
    found = rows(db, "select formation_id, cohort_id from public.enrollments")
    assert {(r["formation_id"], r["cohort_id"]) for r in found} == {
        (shop.CAP, shop.CAP_COHORT),
        (shop.FREE, None),
    }
