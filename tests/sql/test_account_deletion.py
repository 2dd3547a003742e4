"""Deleting an account takes the person out of everything they wrote about themselves."""

from __future__ import annotations

from tests.policies.cells import MANIFEST
from tests.support.database import Db, acting_as, one, rows, value
from tests.support.people import MECA, NEXUS, Cast, Person, admit, cast, sign_up

__all__ = ["cast"]

OWN = [*(name for name, table in MANIFEST.tables.items() if table.row), "profile_details"]
"""What people write about themselves: the tables they insert into, and their details."""


def fill(db: Db, person: Person) -> None:
    """A row of each kind of profile, as the person themselves writes it."""
    for role in ("garage", "coach", "parent"):
        db.execute(
            "insert into public.member_roles (academy_id, user_id, role) values (%s, %s, %s)"
            " on conflict do nothing",
            [MECA, person.id, role],
        )
    iban = "FR7630006000011234567890189"
    with acting_as(db, person):
        for table, names, values in (
            ("member_profiles", "city", ["Lyon"]),
            ("member_onboarding", "onboarding_completed", [True]),
            ("student_profiles", "grade", ["CAP 1"]),
            ("garage_profiles", "company_name, siret", ["Garage", "73282932000074"]),
            ("coach_profiles", "pseudonym", ["Hélios"]),
            ("parent_profiles", "city", ["Lyon"]),
            ("bank_details", "holder, iban", ["Alice Martin", iban]),
        ):
            marks = ", ".join(["%s"] * len(values))
            db.execute(
                f"insert into public.{table} (academy_id, user_id, {names})"  # noqa: S608 - names from the list above
                f" values (%s, %s, {marks})".encode(),
                [MECA, person.id, *values],
            )


def test_nothing_a_person_wrote_about_themselves_outlives_the_account(db: Db, cast: Cast) -> None:
    fill(db, cast.alice)
    assert len(OWN) >= 8
    count = "select count(*) from public.{} where user_id = %s"
    for table in OWN:
        assert value(db, count.format(table).encode(), cast.alice.id) == 1, table  # type: ignore[arg-type] # names from the catalogue
    db.execute("delete from auth.users where id = %s", [cast.alice.id])
    for table in OWN:
        assert value(db, count.format(table).encode(), cast.alice.id) == 0, table  # type: ignore[arg-type] # as above


def test_the_membership_stays_without_a_name(db: Db, cast: Cast) -> None:
    db.execute("delete from auth.users where id = %s", [cast.alice.id])
    assert (
        value(db, "select status from public.members where user_id = %s", cast.alice.id) == "left"
    )
    face = one(db, "select full_name, bio from public.profiles where id = %s", cast.alice.id)
    assert face == {"full_name": None, "bio": None}


def test_a_guardianship_ends_with_either_account(db: Db, cast: Cast) -> None:
    pupil, parent = sign_up(db, "Nour"), sign_up(db, "Paul")
    admit(db, pupil, NEXUS, "student")
    admit(db, parent, NEXUS, "parent")
    with acting_as(db, cast.nadia):
        db.execute(
            "select public.set_guardianship(%s, %s, %s, '{see}')", [NEXUS, parent.id, pupil.id]
        )
    db.execute("delete from auth.users where id = %s", [parent.id])
    assert rows(db, "select from public.guardianships where student_id = %s", pupil.id) == []


def test_a_garages_seats_are_free_of_it(db: Db, cast: Cast) -> None:
    db.execute(
        "insert into public.garage_seats (academy_id, garage_id, email) values (%s, %s, %s)",
        [MECA, cast.garance.id, "mechanic@example.org"],
    )
    db.execute("delete from auth.users where id = %s", [cast.garance.id])
    seat = one(db, "select email, released_at from public.garage_seats")
    assert seat["email"] is None
    assert seat["released_at"] is not None
