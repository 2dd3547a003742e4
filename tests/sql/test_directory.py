"""The directory: fellow members see whom the academy's rule shows, and nobody who hides."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from tests.support.database import Db, acting_as, column, refused
from tests.support.people import AURORA, MECA, Cast, Person, admit
from tests.support.settings import settings

OPEN = {"directory": dict.fromkeys(["student", "coach"], "members")}


def fellows(db: Db, person: Person, academy: UUID = MECA) -> set[str]:
    """The first names a person reads, of an academy's members."""
    with acting_as(db, person):
        return set(column(
            db, "select p.first_name from public.members as m"
            " join public.profiles as p on p.id = m.user_id where m.academy_id = %s", academy,
        ))  # fmt: skip


@pytest.mark.parametrize(
    ("given", "seen"),
    [
        ({}, {"Alice"}),
        ({"directory": {"coach": "members"}}, {"Alice", "Colette"}),
        ({"directory": {"student": "members"}}, {"Alice", "Bob"}),
        (OPEN, {"Alice", "Bob", "Colette"}),
        ({"directory": {"student": "staff", "admin": "members"}}, {"Alice", "Adele"}),
    ],
)
def test_a_member_sees_whom_the_rule_shows(
    db: Db, cast: Cast, given: dict[str, Any], seen: set[str]
) -> None:
    settings(db, given)
    assert fellows(db, cast.alice) == seen


@pytest.mark.parametrize("name", ["dora", "auguste", "nadia", "sarah"])
def test_nobody_else_sees_the_directory(db: Db, cast: Cast, name: str) -> None:
    settings(db, OPEN)
    assert fellows(db, getattr(cast, name)) == set()


@pytest.mark.parametrize("status", ["suspended", "left"])
def test_who_is_not_active_neither_sees_nor_is_seen(db: Db, cast: Cast, status: str) -> None:
    settings(db, OPEN)
    db.execute("update public.members set status = %s where user_id = %s", [status, cast.bob.id])
    assert fellows(db, cast.alice) == {"Alice", "Colette"}
    assert fellows(db, cast.bob) == {"Bob"}
    assert "Bob" in fellows(db, cast.adele)


def test_the_strictest_of_ones_roles_decides(db: Db, cast: Cast) -> None:
    settings(db, {"directory": {"coach": "members"}})
    with acting_as(db, cast.adele):
        db.execute("select public.grant_role(%s, %s, 'student')", [MECA, cast.colette.id])
    assert fellows(db, cast.alice) == {"Alice"}
    with acting_as(db, cast.adele):
        db.execute("select public.revoke_role(%s, %s, 'student')", [MECA, cast.colette.id])
    assert fellows(db, cast.alice) == {"Alice", "Colette"}
    with acting_as(db, cast.adele):
        db.execute("select public.revoke_role(%s, %s, 'coach')", [MECA, cast.colette.id])
    assert fellows(db, cast.alice) == {"Alice"}


def test_one_who_hides_is_erased_from_it_until_they_show_themselves(db: Db, cast: Cast) -> None:
    settings(db, OPEN)
    with acting_as(db, cast.bob):
        db.execute("select public.hide_from_directory(%s)", [MECA])
    assert fellows(db, cast.alice) == {"Alice", "Colette"}
    assert "Bob" in fellows(db, cast.adele)
    settings(db, {})
    settings(db, OPEN)
    assert fellows(db, cast.alice) == {"Alice", "Colette"}
    with acting_as(db, cast.bob):
        db.execute("select public.hide_from_directory(%s, false)", [MECA])
    assert fellows(db, cast.alice) == {"Alice", "Bob", "Colette"}


def test_showing_oneself_does_not_beat_the_rule(db: Db, cast: Cast) -> None:
    settings(db, {})
    with acting_as(db, cast.bob):
        db.execute("select public.hide_from_directory(%s, false)", [MECA])
    assert fellows(db, cast.alice) == {"Alice"}


def test_only_members_hide_and_only_themselves(db: Db, cast: Cast) -> None:
    with refused("member_not_found", 404), acting_as(db, cast.dora):
        db.execute("select public.hide_from_directory(%s)", [MECA])


def test_one_academys_rule_does_not_show_a_person_in_another(db: Db, cast: Cast) -> None:
    settings(db, {})
    admit(db, cast.alice, AURORA, "student")
    settings(db, OPEN, AURORA)
    assert fellows(db, cast.dora, AURORA) == {"Dora", "Alice"}
    assert fellows(db, cast.bob) == {"Bob"}


def test_the_directory_shows_city_and_interests_and_no_answers(db: Db, cast: Cast) -> None:
    settings(db, OPEN)
    with acting_as(db, cast.bob):
        db.execute(
            "insert into public.member_profiles (academy_id, user_id, city)"
            " values (%s, %s, 'Lyon')",
            [MECA, cast.bob.id],
        )
        db.execute(
            "insert into public.member_onboarding (academy_id, user_id) values (%s, %s)",
            [MECA, cast.bob.id],
        )
    with acting_as(db, cast.alice):
        assert column(db, "select city from public.member_profiles") == ["Lyon"]
        assert column(db, "select user_id from public.member_onboarding") == []
        assert column(db, "select user_id from public.profile_details") == [cast.alice.id]


def test_joining_lists_at_once(db: Db, cast: Cast) -> None:
    settings(db, OPEN)
    with acting_as(db, cast.sarah):
        db.execute("select public.join_academy('mecaformation')")
    assert "Sarah" in fellows(db, cast.alice)
