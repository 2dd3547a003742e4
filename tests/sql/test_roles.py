"""Roles by RPC: who may give and take them, and that an academy keeps an admin."""

from __future__ import annotations

from functools import partial
from uuid import UUID, uuid4

import pytest

from tests.support.database import Db, acting_as, column, forbidden, one, refused, value
from tests.support.people import ANON, AURORA, MECA, Cast, Person, admit, gather, sign_up
from tests.support.races import at_once, codes


def grant(db: Db, actor: Person, target: UUID, role: str, academy: UUID = MECA) -> None:
    with acting_as(db, actor):
        db.execute("select public.grant_role(%s, %s, %s)", [academy, target, role])


def revoke(db: Db, actor: Person, target: UUID, role: str, academy: UUID = MECA) -> None:
    with acting_as(db, actor):
        db.execute("select public.revoke_role(%s, %s, %s)", [academy, target, role])


def roles(db: Db, person: Person, academy: UUID = MECA) -> list[str]:
    return column(
        db,
        "select role::text from public.member_roles"
        " where academy_id = %s and user_id = %s order by role::text",
        academy,
        person.id,
    )


@pytest.mark.parametrize("role", ["student", "parent", "coach", "assistant", "garage", "admin"])
def test_an_admin_gives_and_takes_every_role(db: Db, cast: Cast, role: str) -> None:
    grant(db, cast.adele, cast.garance.id, role)
    assert set(roles(db, cast.garance)) == {"garage", role}
    revoke(db, cast.adele, cast.garance.id, role)
    assert roles(db, cast.garance) == ([] if role == "garage" else ["garage"])


def test_a_role_counts_at_the_next_query(db: Db, cast: Cast) -> None:
    grant(db, cast.adele, cast.bob.id, "assistant")
    with acting_as(db, cast.bob):
        assert value(db, "select private.my_staff_academies()") == [MECA]
    revoke(db, cast.adele, cast.bob.id, "assistant")
    with acting_as(db, cast.bob):
        assert value(db, "select private.my_staff_academies()") == []


@pytest.mark.parametrize(
    "name", ["alice", "garance", "colette", "armand", "dora", "auguste", "nadia", "sarah"]
)
@pytest.mark.parametrize("act", [grant, revoke])
def test_nobody_but_an_admin_of_the_academy_changes_roles(
    db: Db, cast: Cast, name: str, act: partial[None]
) -> None:
    with refused("admin_required", 403):
        act(db, getattr(cast, name), cast.alice.id, "student")
    assert roles(db, cast.alice) == ["student"]


def test_anon_changes_no_roles(db: Db, cast: Cast) -> None:
    for call in ("grant_role", "revoke_role"):
        with forbidden(), acting_as(db, ANON):
            db.execute(
                f"select public.{call}(%s, %s, 'admin')".encode(),
                [MECA, cast.alice.id],
            )


def test_a_suspended_admin_changes_nothing(db: Db, cast: Cast) -> None:
    other = sign_up(db, "Other")
    admit(db, other, MECA, "admin", status="suspended")
    with refused("admin_required", 403):
        grant(db, other, other.id, "coach")


def test_an_unknown_academy_is_refused_as_a_foreign_one(db: Db, cast: Cast) -> None:
    with refused("admin_required", 403):
        grant(db, cast.adele, cast.alice.id, "coach", uuid4())


def test_somebody_of_another_academy_is_no_member(db: Db, cast: Cast) -> None:
    for target in (cast.dora.id, cast.sarah.id, uuid4()):
        with refused("member_not_found", 404):
            grant(db, cast.adele, target, "student")
    assert roles(db, cast.dora, AURORA) == ["student"]


@pytest.mark.parametrize("status", ["invited", "pending", "suspended", "left"])
def test_only_an_active_member_is_given_a_role(db: Db, cast: Cast, status: str) -> None:
    other = sign_up(db, "Other")
    admit(db, other, MECA, status=status)
    with refused("member_not_active", 409):
        grant(db, cast.adele, other.id, "student")


def test_the_last_admin_stays_one(db: Db, cast: Cast) -> None:
    other = sign_up(db, "Other")
    admit(db, other, MECA, "admin", status="suspended")
    with refused("last_admin", 409):
        revoke(db, cast.adele, cast.adele.id, "admin")
    assert roles(db, cast.adele) == ["admin"]


def test_an_admin_may_step_down_when_there_is_another(db: Db, cast: Cast) -> None:
    grant(db, cast.adele, cast.armand.id, "admin")
    revoke(db, cast.adele, cast.adele.id, "admin")
    assert roles(db, cast.adele) == []
    assert roles(db, cast.armand) == ["admin", "assistant"]


def test_taking_admin_from_somebody_who_is_none_is_no_trouble(db: Db, cast: Cast) -> None:
    revoke(db, cast.adele, cast.bob.id, "admin")
    assert roles(db, cast.adele) == ["admin"]


def test_role_changes_are_logged_once(db: Db, cast: Cast) -> None:
    for _ in range(2):
        grant(db, cast.adele, cast.bob.id, "coach")
    for _ in range(2):
        revoke(db, cast.adele, cast.bob.id, "coach")
    log = db.execute(
        "select actor_id, action, subject_id, details from public.audit_log order by id"
    ).fetchall()
    assert [entry["action"] for entry in log] == ["member.role_granted", "member.role_revoked"]
    assert {entry["actor_id"] for entry in log} == {cast.adele.id}
    assert {entry["subject_id"] for entry in log} == {cast.bob.id}
    assert log[0]["details"] == {"role": "coach"}


@pytest.mark.parametrize("run", range(5))
def test_two_admins_who_dismiss_each_other_at_once_leave_one(fresh: Db, url: str, run: int) -> None:
    cast = gather(fresh)
    admit(fresh, cast.sarah, MECA, "admin")

    def act(by: Person, of: Person, conn: Db) -> None:
        revoke(conn, by, of.id, "admin")

    pair = [partial(act, cast.adele, cast.sarah), partial(act, cast.sarah, cast.adele)]
    assert codes(at_once(url, pair)) == ["admin_required"]
    left = one(
        fresh,
        "select count(*) as n from public.member_roles where academy_id = %s and role = 'admin'",
        MECA,
    )
    assert left == {"n": 1}
