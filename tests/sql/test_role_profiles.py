"""What people are in an academy: they write their own, with the role, and only listed columns."""

from __future__ import annotations

import psycopg
import pytest

from tests.support.database import Db, acting_as, column, forbidden, one, refused, rows, value
from tests.support.people import ANON, AURORA, MECA, Cast, Person

OWNERS = {
    "member_profiles": ("alice", "city", "'Lyon'"),
    "member_onboarding": ("alice", "onboarding_answers", '\'{"goal": "CAP"}\''),
    "student_profiles": ("alice", "grade", "'Terminale'"),
    "garage_profiles": ("garance", "company_name", "'Garage Garance'"),
    "coach_profiles": ("colette", "pseudonym", "'Hélios'"),
    "bank_details": ("colette", "holder", "'Colette Martin'"),
}
# Who reads the owner's row, besides the owner. Of MécaFormation, where only coaches are listed.
READERS = {
    "member_profiles": {"armand", "adele"},
    "member_onboarding": {"armand", "adele"},
    "student_profiles": {"armand", "adele"},
    "garage_profiles": {"armand", "adele"},
    "coach_profiles": {"alice", "bob", "garance", "armand", "adele"},
    "bank_details": {"adele"},
}
EVERYBODY = ["alice", "bob", "garance", "colette", "armand", "adele", "dora", "auguste", "sarah"]
ROLE_OF = {
    "student_profiles": "student",
    "garage_profiles": "garage",
    "coach_profiles": "coach",
    "parent_profiles": "parent",
}


def fill(db: Db, table: str, owner: Person) -> None:
    _, name, text = OWNERS[table]
    more = (", iban", ", 'BE68 5390 0754 7034'") if table == "bank_details" else ("", "")
    query = f"insert into public.{table} (academy_id, user_id, {name}{more[0]}) values (%s, %s, {text}{more[1]})"  # noqa: E501, S608 - from the list above
    with acting_as(db, owner):
        db.execute(query.encode(), [MECA, owner.id])


@pytest.mark.parametrize("table", OWNERS)
def test_owners_write_and_edit_their_own(db: Db, cast: Cast, table: str) -> None:
    owner = getattr(cast, OWNERS[table][0])
    fill(db, table, owner)
    with acting_as(db, owner):
        change = f"update public.{table} set {OWNERS[table][1]} = {OWNERS[table][2]}"  # noqa: S608 - from the list above
        assert db.execute(change.encode()).rowcount == 1


@pytest.mark.parametrize("table", OWNERS)
def test_who_reads_it_and_who_does_not(db: Db, cast: Cast, table: str) -> None:
    owner = OWNERS[table][0]
    fill(db, table, getattr(cast, owner))
    reading = set()
    for name in EVERYBODY:
        with acting_as(db, getattr(cast, name)):
            if rows(db, f"select from public.{table}".encode()):  # type: ignore[arg-type]
                reading.add(name)
    assert reading == READERS[table] | {owner}
    with forbidden(), acting_as(db, ANON):
        db.execute(f"select from public.{table}".encode())


@pytest.mark.parametrize("table", OWNERS)
def test_nobody_edits_anothers(db: Db, cast: Cast, table: str) -> None:
    owner = OWNERS[table][0]
    fill(db, table, getattr(cast, owner))
    for name in set(EVERYBODY) - {owner}:
        with acting_as(db, getattr(cast, name)):
            change = f"update public.{table} set {OWNERS[table][1]} = {OWNERS[table][2]}"  # noqa: S608 - from the list above
            assert db.execute(change.encode()).rowcount == 0


@pytest.mark.parametrize("table", ROLE_OF)
@pytest.mark.parametrize("name", ["alice", "garance", "colette", "adele", "sarah"])
def test_only_the_role_has_the_profile(db: Db, cast: Cast, table: str, name: str) -> None:
    person = getattr(cast, name)
    held = column(db, "select role::text from public.member_roles where user_id = %s", person.id)
    if ROLE_OF[table] in held:
        return
    extra = (", company_name", ", 'x'") if table == "garage_profiles" else ("", "")
    query = f"insert into public.{table} (academy_id, user_id{extra[0]}) values (%s, %s{extra[1]})"  # noqa: S608 - from the list above
    with forbidden(), acting_as(db, person):
        db.execute(query.encode(), [MECA, person.id])


def test_nobody_writes_one_for_somebody_else_or_elsewhere(db: Db, cast: Cast) -> None:
    for academy, person in ((MECA, cast.bob), (AURORA, cast.alice)):
        with forbidden(), acting_as(db, cast.alice):
            db.execute(
                "insert into public.student_profiles (academy_id, user_id) values (%s, %s)",
                [academy, person.id],
            )


def test_a_suspended_member_writes_nothing(db: Db, cast: Cast) -> None:
    fill(db, "student_profiles", cast.alice)
    db.execute("update public.members set status = 'suspended' where user_id = %s", [cast.alice.id])
    with acting_as(db, cast.alice):
        assert db.execute("update public.student_profiles set grade = 'x'").rowcount == 0


@pytest.mark.parametrize("table", ["garage_profiles", "coach_profiles"])
def test_nobody_verifies_themselves(db: Db, cast: Cast, table: str) -> None:
    owner = getattr(cast, OWNERS[table][0])
    fill(db, table, owner)
    with forbidden(), acting_as(db, owner):
        db.execute(f"update public.{table} set verified = true".encode())  # noqa: S608 - from the list above
    kind = table.removesuffix("_profiles")
    call = f"select (public.verify_{kind}(%s, %s)).verified as done"
    for name in ("alice", "garance", "colette", "auguste"):
        with refused("staff_required", 403), acting_as(db, getattr(cast, name)):
            db.execute(call.encode(), [MECA, owner.id])
    with acting_as(db, cast.armand):
        assert db.execute(call.encode(), [MECA, owner.id]).fetchall() == [{"done": True}]


def test_what_was_verified_is_so_no_more_once_changed(db: Db, cast: Cast) -> None:
    fill(db, "garage_profiles", cast.garance)
    fill(db, "coach_profiles", cast.colette)
    with acting_as(db, cast.armand):
        db.execute("select public.verify_garage(%s, %s)", [MECA, cast.garance.id])
        db.execute("select public.verify_coach(%s, %s)", [MECA, cast.colette.id])
    with acting_as(db, cast.garance):
        db.execute("update public.garage_profiles set team_size = 4")
        assert value(db, "select verified from public.garage_profiles")
        db.execute("update public.garage_profiles set siret = '732 829 320 00074'")
        kept = one(db, "select siret, verified from public.garage_profiles")
    assert kept == {"siret": "73282932000074", "verified": False}
    with acting_as(db, cast.colette):
        db.execute("update public.coach_profiles set subjects = '{NSI}'")
        assert not value(db, "select verified from public.coach_profiles")


def test_a_wrong_siret_and_a_wrong_iban_are_refused(db: Db, cast: Cast) -> None:
    fill(db, "garage_profiles", cast.garance)
    fill(db, "bank_details", cast.colette)
    with refused("siret_invalid", 422), acting_as(db, cast.garance):
        db.execute("update public.garage_profiles set siret = '73282932000075'")
    with refused("iban_invalid", 422), acting_as(db, cast.colette):
        db.execute("update public.bank_details set iban = 'BE68539007547035'")
    with acting_as(db, cast.colette):
        assert value(db, "select iban from public.bank_details") == "BE68539007547034"


@pytest.mark.parametrize(
    "change",
    [
        "update public.student_profiles set financing_type = 'lottery'",
        "update public.student_profiles set motivation_letter = repeat('x', 8001)",
        "update public.member_profiles set interests = array_fill('x'::text, array[21])",
        "update public.member_profiles set interests = array[repeat('x', 61)]",
        "update public.member_onboarding set onboarding_answers = '[]'",
        "update public.coach_profiles set subjects = '{maths}'",
    ],
)
def test_what_is_too_long_or_unknown_is_refused(db: Db, cast: Cast, change: str) -> None:
    for table in ("student_profiles", "member_profiles", "member_onboarding", "coach_profiles"):
        fill(db, table, getattr(cast, OWNERS[table][0]))
    person = cast.colette if "coach" in change else cast.alice
    with pytest.raises(psycopg.errors.CheckViolation), acting_as(db, person):
        db.execute(change.encode())
