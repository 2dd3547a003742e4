"""Access follows money: a whole refund ends it, a part does not, a line's ends what it gave."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from tests.support import shop
from tests.support.courses import make_course, readable
from tests.support.database import Db, acting_as, column, one, rows, value
from tests.support.people import MECA, Cast
from tests.support.refunding import ask, at_provider, buy, mails, order_of, state, tell
from tests.support.shop import Page


@pytest.fixture
def course(db: Db) -> UUID:
    """A course in a module of the CAP."""
    made = make_course(db)
    db.execute(
        "update public.modules set course_id = %s where formation_id = %s and order_index = 1",
        [made, shop.CAP],
    )
    return made


@pytest.fixture
def page(db: Db, cast: Cast, course: UUID) -> Page:
    return buy(db, cast.alice)


def give_back(db: Db, cast: Cast, page: Page, amount: int | None = None, **given: object) -> Any:
    (asked,) = ask(db, cast.adele, page, amount, **given)
    facts = at_provider(page, asked["amount"], ours=asked["id"])
    tell(db, facts)
    return facts


def test_whoever_got_all_back_reads_no_lesson_any_more(
    db: Db, cast: Cast, page: Page, course: UUID
) -> None:
    assert readable(db, cast.alice, course) == [1]
    facts = give_back(db, cast, page)
    assert readable(db, cast.alice, course) == []
    with acting_as(db, cast.alice):
        assert value(db, "select private.my_formations()") == []
        assert value(db, "select private.my_modules()") == []
    tell(db, facts | {"status": "failed"})
    assert readable(db, cast.alice, course) == [1]


def test_whoever_got_a_part_back_reads_on(db: Db, cast: Cast, page: Page, course: UUID) -> None:
    give_back(db, cast, page, 1000)
    assert state(db, page) == ("partly_refunded", "active", 1)
    assert readable(db, cast.alice, course) == [1]


def test_staff_may_end_access_with_a_part(db: Db, cast: Cast, page: Page, course: UUID) -> None:
    give_back(db, cast, page, 1000, revoke_access=True)
    assert state(db, page) == ("partly_refunded", "cancelled", 0)
    assert readable(db, cast.alice, course) == []


def test_progress_stays_and_the_seat_goes(db: Db, cast: Cast) -> None:
    cohort = shop.make_cohort(db, 1)
    page = buy(db, cast.alice, cohort=cohort)
    db.execute("update public.enrollments set progress_percentage = 40")
    give_back(db, cast, page)
    assert value(db, "select progress_percentage from public.enrollments") == 40
    assert value(db, "select private.seats_left(%s)", cohort) == 1
    assert state(db, buy(db, cast.bob, cohort=cohort)) == ("paid", "active", 1)


def test_what_was_finished_stays_finished(db: Db, cast: Cast, page: Page) -> None:
    db.execute("update public.enrollments set status = 'completed'")
    give_back(db, cast, page)
    assert state(db, page) == ("refunded", "completed", 0)


def test_the_enrolment_says_refunded(db: Db, cast: Cast, page: Page) -> None:
    said = "select e.payment_status from public.enrollments as e"
    give_back(db, cast, page, 1000)
    assert value(db, said) == "paid"
    give_back(db, cast, page)
    assert value(db, said) == "refunded"


def test_it_may_be_bought_again(db: Db, cast: Cast, page: Page, course: UUID) -> None:
    facts = give_back(db, cast, page)
    again = buy(db, cast.alice)
    assert state(db, again) == ("paid", "active", 1)
    tell(db, facts | {"status": "failed"})
    assert state(db, page) == ("paid", "cancelled", 1)
    assert state(db, again) == ("paid", "active", 1)
    assert readable(db, cast.alice, course) == [1]


def test_what_staff_took_away_does_not_come_back_with_the_money(
    db: Db, cast: Cast, page: Page
) -> None:
    db.execute("update public.entitlements set revoked_at = now()")
    facts = give_back(db, cast, page)
    tell(db, facts | {"status": "failed"})
    assert state(db, page)[2] == 0


def two_lines(db: Db, page: Page) -> tuple[UUID, UUID]:
    """Split the order's line: half of the price for the CAP, half for the discovery course."""
    order = order_of(page)
    first = one(db, "select * from public.order_lines where order_id = %s", order)
    half = first["unit_amount"] // 2
    offer = shop.make_offer(db, amount=half, grants=["atelier"])
    db.execute("set constraints all deferred")
    db.execute(
        "update public.order_lines set unit_amount = %s, tax_amount = 0 where id = %s",
        [half, first["id"]],
    )
    second: UUID = value(
        db,
        "insert into public.order_lines (academy_id, order_id, offer_id, title, unit_amount,"
        " tax_rate, tax_amount) values (%s, %s, %s, 'Atelier', %s, 0, 0) returning id",
        *(first["academy_id"], order, offer, first["unit_amount"] - half),
    )
    db.execute("update public.orders set tax_amount = 0 where id = %s", [order])
    value(
        db,
        "select private.give_entitlements(academy_id, beneficiary_id, %s, 'order_line', %s)"
        " from public.orders where id = %s",
        *(offer, second, order),
    )
    return first["id"], second


def given(db: Db, line: UUID) -> int:
    found: int = value(
        db,
        "select count(*) from public.entitlements where source_id = %s and revoked_at is null",
        line,
    )
    return found


def test_a_line_that_goes_back_takes_what_it_gave_alone(db: Db, cast: Cast, page: Page) -> None:
    cap, atelier = two_lines(db, page)
    give_back(db, cast, page, line=atelier)
    assert (given(db, cap), given(db, atelier)) == (1, 0)
    assert state(db, page)[:2] == ("partly_refunded", "active")


def test_half_of_a_line_takes_nothing(db: Db, cast: Cast, page: Page) -> None:
    _, atelier = two_lines(db, page)
    give_back(db, cast, page, 1000, line=atelier)
    assert given(db, atelier) == 1
    give_back(db, cast, page, line=atelier)
    assert given(db, atelier) == 0


def test_access_to_one_line_may_be_ended_with_a_part(db: Db, cast: Cast, page: Page) -> None:
    cap, atelier = two_lines(db, page)
    give_back(db, cast, page, 1000, line=cap, revoke_access=True)
    assert (given(db, cap), given(db, atelier)) == (0, 1)
    assert state(db, page)[1] == "cancelled"


def garage_order(db: Db, cast: Cast, seats: int) -> Page:
    offer = shop.make_offer(db, grants=[])
    db.execute(
        "insert into public.offer_grants (academy_id, offer_id, seats)"
        " select academy_id, id, %s from public.offers where id = %s",
        [seats, offer],
    )
    return buy(db, cast.garance, offer)


def test_a_garages_seats_go_with_the_money_offers_first(db: Db, cast: Cast) -> None:
    kept, lost = garage_order(db, cast, 1), garage_order(db, cast, 2)
    db.execute(
        "insert into public.garage_seats (academy_id, garage_id, student_id, created_at)"
        " select %s, %s, u.id, now() - u.days * interval '1 day'"
        " from (values (%s::uuid, 2), (%s::uuid, 1)) as u (id, days)",
        [MECA, cast.garance.id, cast.alice.id, cast.bob.id],
    )
    with acting_as(db, cast.garance):
        rows(db, "select from public.invite_to_seat(%s, 'ines@example.org')", MECA)
    give_back(db, cast, lost)
    left = column(db, "select student_id from public.garage_seats where released_at is null")
    assert left == [cast.alice.id]
    assert value(db, "select private.seats_in_use(%s, %s)", MECA, cast.garance.id) == 1
    assert shop.status_of(db, order_of(kept)) == "paid"


def test_an_offer_that_lapsed_is_not_released_in_place_of_one_that_counts(
    db: Db, cast: Cast
) -> None:
    lost = garage_order(db, cast, 2)
    with acting_as(db, cast.garance):
        rows(db, "select from public.invite_to_seat(%s, 'ines@example.org')", MECA)
    db.execute(
        "update private.invitations set created_at = now() - interval '30 days',"
        " expires_at = now() - interval '1 day' where seat_id is not null"
    )
    db.execute(
        "insert into public.garage_seats (academy_id, garage_id, student_id) values (%s, %s, %s)",
        [MECA, cast.garance.id, cast.alice.id],
    )
    give_back(db, cast, lost)
    assert value(db, "select private.seats_in_use(%s, %s)", MECA, cast.garance.id) == 0


def test_the_buyer_gets_one_mail_for_each_refund(db: Db, cast: Cast, page: Page) -> None:
    for _ in range(2):
        tell(db, give_back(db, cast, page, 1000))
    assert mails(db) == ["refund_confirmed Alice"] * 2
