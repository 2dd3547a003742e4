"""A garage's seats: never more people than seats bought, and nothing of what they learn."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.support.database import Db, acting_as, column, forbidden, one, refused, rows, value
from tests.support.invitations import accept, confirmed, mail_of, token_of
from tests.support.people import MECA, Cast, Person, gather
from tests.support.races import at_once, codes


def buy(db: Db, garage: Person, seats: int) -> UUID:
    found: UUID = value(
        db,
        "insert into public.entitlements"
        " (academy_id, user_id, source_kind, source_id, grant_id, seats)"
        " select academy_id, %s, 'staff', gen_random_uuid(), id, %s from public.offer_grants"
        " where academy_id = %s order by id limit 1 returning id",
        garage.id, seats, MECA,
    )  # fmt: skip
    return found


def offer(db: Db, garage: Person, email: str = "ines@example.org") -> dict[str, Any]:
    with acting_as(db, garage):
        return one(db, "select * from public.invite_to_seat(%s, %s)", MECA, email)


def release(db: Db, garage: Person, seat: UUID) -> dict[str, Any]:
    with acting_as(db, garage):
        return one(db, "select * from public.release_seat(%s)", seat)


def token(db: Db, seat: dict[str, Any]) -> str:
    made = value(db, "select id from private.invitations where seat_id = %s", seat["id"])
    return token_of(db, made)


def team(db: Db, person: Person) -> list[UUID]:
    with acting_as(db, person):
        return column(db, "select user_id from private.my_team()")


def test_a_seat_is_offered_by_mail_and_filled_by_accepting(db: Db, cast: Cast) -> None:
    buy(db, cast.garance, 1)
    seat = offer(db, cast.garance, " Ines@Example.org ")
    assert (seat["garage_id"], seat["email"]) == (cast.garance.id, "ines@example.org")
    assert team(db, cast.garance) == []
    ines = confirmed(db, "Ines")
    accept(db, ines, token(db, seat))
    kept = one(db, "select * from public.garage_seats")
    assert (kept["student_id"], kept["email"]) == (ines.id, None)
    roles = "select role::text from public.member_roles where user_id = %s"
    assert column(db, roles, ines.id) == ["student"]
    assert team(db, cast.garance) == [ines.id]


def test_offered_twice_is_one_seat_and_one_mail(db: Db, cast: Cast) -> None:
    buy(db, cast.garance, 2)
    assert offer(db, cast.garance)["id"] == offer(db, cast.garance)["id"]
    assert value(db, "select count(*) from public.email_messages") == 1


def test_no_more_than_the_seats_bought(db: Db, cast: Cast) -> None:
    with refused("no_seat_left", 409):
        offer(db, cast.garance)
    buy(db, cast.garance, 1)
    offer(db, cast.garance)
    with refused("no_seat_left", 409):
        offer(db, cast.garance, "b@example.org")
    buy(db, cast.garance, 1)
    offer(db, cast.garance, "b@example.org")


@pytest.mark.parametrize(
    "change",
    ["revoked_at = now()", "valid_until = now()", "valid_from = now() + interval '1 day'"],
)
def test_seats_that_do_not_count_now_are_none(db: Db, cast: Cast, change: str) -> None:
    bought = buy(db, cast.garance, 1)
    db.execute(f"update public.entitlements set {change} where id = %s".encode(), [bought])  # noqa: S608 - from the list above
    with refused("no_seat_left", 409):
        offer(db, cast.garance)


def test_a_seat_released_or_lapsed_may_be_offered_again(db: Db, cast: Cast) -> None:
    buy(db, cast.garance, 1)
    seat = offer(db, cast.garance)
    mail = value(db, "select id from private.invitations")
    assert release(db, cast.garance, seat["id"])["released_at"] is not None
    assert mail_of(db, mail) is None
    release(db, cast.garance, seat["id"])
    offer(db, cast.garance, "b@example.org")
    db.execute("update private.invitations set expires_at = now() where revoked_at is null")
    offer(db, cast.garance, "c@example.org")


def test_releasing_a_filled_seat_ends_the_garages_sight_not_the_membership(
    db: Db, cast: Cast
) -> None:
    buy(db, cast.garance, 1)
    seat = offer(db, cast.garance)
    ines = confirmed(db, "Ines")
    accept(db, ines, token(db, seat))
    release(db, cast.garance, seat["id"])
    assert team(db, cast.garance) == []
    assert value(db, "select status from public.members where user_id = %s", ines.id) == "active"


def test_who_leaves_gives_the_seat_back(db: Db, cast: Cast) -> None:
    buy(db, cast.garance, 1)
    ines = confirmed(db, "Ines")
    accept(db, ines, token(db, offer(db, cast.garance)))
    with acting_as(db, ines):
        db.execute("select public.leave_academy(%s)", [MECA])
    offer(db, cast.garance, "b@example.org")


def test_an_offer_falls_with_the_seats_it_rests_on(db: Db, cast: Cast) -> None:
    bought = buy(db, cast.garance, 1)
    link = token(db, offer(db, cast.garance))
    ines = confirmed(db, "Ines")
    db.execute("update public.entitlements set revoked_at = now() where id = %s", [bought])
    with refused("invitation_revoked", 410):
        accept(db, ines, link)


@pytest.mark.parametrize("name", ["alice", "colette", "armand", "adele", "dora", "sarah"])
def test_nobody_but_a_garage_offers_seats(db: Db, cast: Cast, name: str) -> None:
    buy(db, cast.alice, 3)
    with refused("garage_required", 403):
        offer(db, getattr(cast, name))


def test_a_garage_invites_in_no_other_way(db: Db, cast: Cast) -> None:
    buy(db, cast.garance, 1)
    with refused("may_not_invite", 403), acting_as(db, cast.garance):
        db.execute("select public.invite(%s, 'x@example.org', 'student')", [MECA])


def test_nobody_releases_anothers_seat(db: Db, cast: Cast) -> None:
    buy(db, cast.garance, 1)
    seat = offer(db, cast.garance)
    for person in (cast.alice, cast.adele, cast.auguste):
        with refused("seat_not_found", 404):
            release(db, person, seat["id"])
    with refused("seat_not_found", 404):
        release(db, cast.garance, uuid4())


def test_the_garage_sees_its_people_and_never_what_they_learn(db: Db, cast: Cast) -> None:
    buy(db, cast.garance, 1)
    ines = confirmed(db, "Ines")
    accept(db, ines, token(db, offer(db, cast.garance)))
    db.execute(
        "insert into public.enrollments (academy_id, student_id, formation_id, status, start_date)"
        " select %s, %s, id, 'active', now() from public.formations where academy_id = %s limit 1",
        [MECA, ines.id, MECA],
    )
    with acting_as(db, cast.garance):
        assert ines.id in column(db, "select user_id from public.members")
        assert "Ines" in column(db, "select first_name from public.profiles")
        for table in ("enrollments", "student_profiles", "profile_details", "member_roles"):
            people = "student_id" if table == "enrollments" else "user_id"
            found = column(db, f"select {people} from public.{table}".encode())  # type: ignore[arg-type] # noqa: S608
            assert ines.id not in found
    with acting_as(db, ines):
        assert len(rows(db, "select from public.garage_seats")) == 1
    with acting_as(db, cast.bob):
        assert rows(db, "select from public.garage_seats") == []
    with forbidden(), acting_as(db, cast.garance):
        db.execute("update public.garage_seats set student_id = garage_id")


def test_what_the_academy_offers_and_what_a_garage_offers_are_two(db: Db, cast: Cast) -> None:
    buy(db, cast.garance, 1)
    with acting_as(db, cast.adele):
        db.execute("select public.invite(%s, 'ines@example.org', 'student')", [MECA])
    offer(db, cast.garance)
    assert value(db, "select count(*) from private.invitations") == 2


def test_mailboxes_are_not_filled_by_offering_and_releasing(db: Db, cast: Cast) -> None:
    buy(db, cast.garance, 1)
    for n in range(12):
        release(db, cast.garance, offer(db, cast.garance, f"p{n}@example.org")["id"])
    with refused("too_many_invitations", 429):
        offer(db, cast.garance, "last@example.org")


def test_twenty_offers_at_once_fill_three_seats(url: str, fresh: Db) -> None:
    garance = gather(fresh).garance
    buy(fresh, garance, 3)
    acts = [partial(offer, garage=garance, email=f"p{n}@example.org") for n in range(20)]
    results = at_once(url, acts)
    assert codes(results) == ["no_seat_left"] * 17
    assert value(fresh, "select count(*) from public.garage_seats") == 3


def test_accepting_and_releasing_at_once_end_one_way(url: str, fresh: Db) -> None:
    garance = gather(fresh).garance
    buy(fresh, garance, 1)
    for n in range(5):
        seat = offer(fresh, garance, f"p{n}@example.org")
        person = confirmed(fresh, f"P{n}", f"p{n}@example.org")
        link = token(fresh, seat)
        results = at_once(
            url,
            [
                partial(accept, person=person, token=link),
                partial(release, garage=garance, seat=seat["id"]),
            ],
        )
        assert codes(results) in ([], ["invitation_revoked"])
        assert value(fresh, "select private.seats_in_use(%s, %s)", MECA, garance.id) == 0
        assert team(fresh, garance) == []
