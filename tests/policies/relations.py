"""What people are to one another in the proof's world, and what they say of themselves."""

from __future__ import annotations

from typing import LiteralString

from tests.support.database import Db, value
from tests.support.people import MECA, NEXUS, Cast, Person

EVERYBODYS: tuple[LiteralString, ...] = (
    (
        "insert into public.member_profiles (academy_id, user_id, city)"
        " select academy_id, user_id, 'Lyon' from public.members"
    ),
    (
        "insert into public.member_onboarding (academy_id, user_id)"
        " select academy_id, user_id from public.members"
    ),
    (
        "insert into public.bank_details (academy_id, user_id, holder, iban)"
        " select academy_id, user_id, 'x', 'BE68539007547034' from public.members"
    ),
    (
        "insert into public.student_profiles (academy_id, user_id)"
        " select academy_id, user_id from public.member_roles where role = 'student'"
    ),
    (
        "insert into public.coach_profiles (academy_id, user_id)"
        " select academy_id, user_id from public.member_roles where role = 'coach'"
    ),
    # Former coaches: their own profile stays theirs to read.
    (
        "insert into public.coach_profiles (academy_id, user_id)"
        " select academy_id, user_id from public.members where status in ('left', 'suspended')"
    ),
    (
        "insert into public.parent_profiles (academy_id, user_id)"
        " select academy_id, user_id from public.member_roles where role = 'parent'"
    ),
    (
        "insert into public.garage_profiles (academy_id, user_id, company_name)"
        " select academy_id, user_id, 'x' from public.member_roles where role = 'garage'"
    ),
)


def tie(db: Db, cast: Cast, nour: Person, paul: Person, gilles: Person) -> str:
    """Nour's guardians are Paul, who sees, and Gilles, who pays; Bob has Garance's seat (returned).

    MécaFormation asks its staff for a second factor from here on.
    """
    for parent, scope in ((paul, "see"), (gilles, "pay")):
        db.execute(
            "insert into public.guardianships (academy_id, parent_id, student_id, scopes)"
            " values (%s, %s, %s, array[%s])",
            [NEXUS, parent.id, nour.id, scope],
        )
    db.execute(
        "insert into public.entitlements"
        " (academy_id, user_id, source_kind, source_id, grant_id, seats)"
        " select academy_id, %s, 'staff', gen_random_uuid(), id, 3 from public.offer_grants"
        " where academy_id = %s order by id limit 1",
        [cast.garance.id, MECA],
    )
    for query in EVERYBODYS:
        db.execute(query)
    db.execute(
        "update public.academies set settings = settings || '{\"staff_needs_aal2\": true}'"
        " where id = %s",
        [MECA],
    )
    return str(value(
        db,
        "insert into public.garage_seats (academy_id, garage_id, student_id) values (%s, %s, %s)"
        " returning id",
        MECA, cast.garance.id, cast.bob.id,
    ))  # fmt: skip
