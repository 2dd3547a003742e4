"""Guardians: who says so, what they then see, and when it ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from tests.support.database import Db, acting_as, column, forbidden, one, refused, rows, value
from tests.support.people import MECA, NEXUS, Cast, Person, admit, sign_up


@dataclass(frozen=True)
class Family:
    parent: Person
    pupil: Person
    other: Person


@pytest.fixture
def family(db: Db, cast: Cast) -> Family:
    """Of Nexus: a parent, a pupil, and another pupil."""
    people = [sign_up(db, name) for name in ("Paule", "Noe", "Nina")]
    for person, role in zip(people, ("parent", "student", "student"), strict=True):
        admit(db, person, NEXUS, role)
    return Family(*people)


def bind(
    db: Db, actor: Person, parent: Person, pupil: Person, *scopes: str, academy: UUID = NEXUS
) -> dict[str, Any]:
    with acting_as(db, actor):
        return one(
            db, "select * from public.set_guardianship(%s, %s, %s, %s)",
            academy, parent.id, pupil.id, list(scopes),
        )  # fmt: skip


def born(db: Db, person: Person, age: str) -> None:
    db.execute(
        "update public.profile_details set birth_date = (now() at time zone 'Africa/Tunis')::date"
        " - %s::interval where user_id = %s",
        [age, person.id],
    )


def wards(db: Db, person: Person, scope: str = "see") -> list[UUID]:
    with acting_as(db, person):
        return column(db, "select user_id from private.my_wards(%s)", scope)


def test_a_guardian_has_the_scopes_given_and_no_other(db: Db, cast: Cast, family: Family) -> None:
    assert bind(db, cast.nadia, family.parent, family.pupil, "pay", "see")["scopes"] == [
        "pay",
        "see",
    ]
    assert wards(db, family.parent) == [family.pupil.id]
    assert wards(db, family.parent, "book") == wards(db, family.pupil) == []
    bind(db, cast.nadia, family.parent, family.pupil, "book")
    assert wards(db, family.parent) == []


def test_with_see_they_read_the_pupils_rows_there(db: Db, cast: Cast, family: Family) -> None:
    with acting_as(db, family.pupil):
        db.execute(
            "insert into public.student_profiles (academy_id, user_id, grade)"
            " values (%s, %s, '3e')",
            [NEXUS, family.pupil.id],
        )
    admit(db, family.pupil, MECA, "student")
    queries = {
        "members": "select user_id from public.members where academy_id = any(%s)",
        "roles": "select user_id from public.member_roles where academy_id = any(%s)",
        "student": "select user_id from public.student_profiles where academy_id = any(%s)",
    }
    for scopes, due in ((["see"], True), (["pay"], False)):
        bind(db, cast.nadia, family.parent, family.pupil, *scopes)
        with acting_as(db, family.parent):
            for query in queries.values():
                found = set(column(db, query.encode(), [NEXUS, MECA]))  # type: ignore[arg-type]
                assert (family.pupil.id in found) is due
                assert family.other.id not in found
            elsewhere = column(db, "select user_id from public.members where academy_id = %s", MECA)
            assert elsewhere == []
            names = column(db, "select first_name from public.profiles order by first_name")
            assert names == (["Noe", "Paule"] if due else ["Paule"])
            assert column(db, "select user_id from public.profile_details") == [family.parent.id]


def test_both_sides_and_staff_see_the_bond(db: Db, cast: Cast, family: Family) -> None:
    bind(db, cast.nadia, family.parent, family.pupil, "see")
    for person, due in (
        (family.parent, 1), (family.pupil, 1), (cast.nadia, 1),
        (family.other, 0), (cast.adele, 0), (cast.sarah, 0),
    ):  # fmt: skip
        with acting_as(db, person):
            assert len(rows(db, "select from public.guardianships")) == due
    with forbidden(), acting_as(db, family.parent):
        db.execute("update public.guardianships set scopes = '{see,pay}'")


def test_only_the_academys_staff_bind_and_end(db: Db, cast: Cast, family: Family) -> None:
    for person in (family.parent, family.pupil, cast.adele, cast.sarah):
        with refused("staff_required", 403):
            bind(db, person, family.parent, family.pupil, "see")
        with refused("staff_required", 403), acting_as(db, person):
            db.execute(
                "select public.end_guardianship(%s, %s, %s)",
                [NEXUS, family.parent.id, family.pupil.id],
            )


@pytest.mark.parametrize("scopes", [[], ["own"], ["see", "own"]])
def test_unknown_scopes_are_refused(db: Db, cast: Cast, family: Family, scopes: list[str]) -> None:
    with refused("scopes_invalid", 422):
        bind(db, cast.nadia, family.parent, family.pupil, *scopes)


def test_it_takes_an_active_parent_and_an_active_student(
    db: Db, cast: Cast, family: Family
) -> None:
    pairs = [
        (family.other, family.pupil), (family.parent, family.parent),
        (family.parent, cast.alice), (cast.nadia, family.pupil),
    ]  # fmt: skip
    for parent, pupil in pairs:
        with refused("not_parent_and_student", 422):
            bind(db, cast.nadia, parent, pupil, "see")
    db.execute("update public.members set status = 'left' where user_id = %s", [family.pupil.id])
    with refused("not_parent_and_student", 422):
        bind(db, cast.nadia, family.parent, family.pupil, "see")


def test_nobody_is_the_guardian_of_their_guardian(db: Db, cast: Cast, family: Family) -> None:
    for person in (family.pupil, family.other):
        db.execute(
            "insert into public.member_roles (academy_id, user_id, role) values (%s, %s, 'parent')",
            [NEXUS, person.id],
        )
    bind(db, cast.nadia, family.pupil, family.other, "see")
    with refused("guardianship_cycle", 409):
        bind(db, cast.nadia, family.other, family.pupil, "see")


@pytest.mark.parametrize(("age", "counts"), [("17 years 364 days", True), ("18 years", False)])
def test_it_ends_at_majority(db: Db, cast: Cast, family: Family, age: str, counts: bool) -> None:
    bind(db, cast.nadia, family.parent, family.pupil, "see")
    born(db, family.pupil, age)
    assert wards(db, family.parent) == ([family.pupil.id] if counts else [])


@pytest.mark.parametrize("who", ["parent", "pupil"])
@pytest.mark.parametrize("status", ["suspended", "left"])
def test_it_counts_only_while_both_are_active(
    db: Db, cast: Cast, family: Family, who: str, status: str
) -> None:
    bind(db, cast.nadia, family.parent, family.pupil, "see")
    db.execute(
        "update public.members set status = %s where user_id = %s",
        [status, getattr(family, who).id],
    )
    assert wards(db, family.parent) == []


def test_once_ended_they_see_nothing(db: Db, cast: Cast, family: Family) -> None:
    bind(db, cast.nadia, family.parent, family.pupil, "see")
    with acting_as(db, cast.nadia):
        db.execute(
            "select public.end_guardianship(%s, %s, %s)", [NEXUS, family.parent.id, family.pupil.id]
        )
    assert wards(db, family.parent) == []
    bind(db, cast.nadia, family.parent, family.pupil, "see")
    assert wards(db, family.parent) == [family.pupil.id]


def test_a_guarded_pupil_does_not_age_themselves(db: Db, cast: Cast, family: Family) -> None:
    change = "update public.profile_details set birth_date = '2000-01-01'"
    with acting_as(db, family.pupil):
        db.execute("update public.profile_details set birth_date = '2012-01-01'")
    bind(db, cast.nadia, family.parent, family.pupil, "see")
    with refused("birth_date_is_fixed", 403), acting_as(db, family.pupil):
        db.execute(change)
    with acting_as(db, family.other):
        db.execute(change)
    correct = "select public.set_birth_date(%s, %s, '2012-02-01')"
    for person in (family.parent, family.pupil, cast.adele):
        with refused("staff_required", 403), acting_as(db, person):
            db.execute(correct, [NEXUS, family.pupil.id])
    with acting_as(db, cast.nadia):
        db.execute(correct, [NEXUS, family.pupil.id])
    with refused("guardianship_not_found", 404), acting_as(db, cast.nadia):
        db.execute(correct, [NEXUS, family.other.id])
    kept = value(
        db,
        "select birth_date::text from public.profile_details where user_id = %s",
        family.pupil.id,
    )
    assert kept == "2012-02-01"
