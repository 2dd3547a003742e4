"""Accepting: the right person, once, in time, and with nothing more than was offered."""

from __future__ import annotations

from typing import LiteralString

import pytest

from tests.support.database import Db, acting_as, column, refused, rows, value
from tests.support.invitations import accept, confirm, confirmed, invite, token_of
from tests.support.people import AURORA, MECA, NEXUS, Cast, Person, admit, sign_up


@pytest.fixture
def ines(db: Db, cast: Cast) -> Person:
    """Signed up and confirmed, a member of nothing."""
    return confirmed(db, "Ines")


def roles(db: Db, person: Person) -> list[str]:
    return column(
        db,
        "select role::text from public.member_roles where academy_id = %s and user_id = %s"
        " order by role::text",
        MECA,
        person.id,
    )


@pytest.mark.parametrize("role", ["student", "coach", "assistant", "admin"])
def test_the_invitee_becomes_what_was_offered(db: Db, cast: Cast, ines: Person, role: str) -> None:
    made = accept(db, ines, token_of(db, invite(db, cast.adele, role=role)))
    assert (made["academy_id"], made["user_id"], made["status"]) == (MECA, ines.id, "active")
    assert roles(db, ines) == [role]


def test_a_closed_academy_admits_invitees(db: Db, cast: Cast, ines: Person) -> None:
    db.execute("update public.academies set open_to_sign_up = false where id = %s", [NEXUS])
    token = token_of(db, invite(db, cast.nadia, academy=NEXUS))
    assert accept(db, ines, token)["academy_id"] == NEXUS


def test_a_new_member_is_welcomed_once(db: Db, cast: Cast, ines: Person) -> None:
    for role in ("student", "coach"):
        accept(db, ines, token_of(db, invite(db, cast.adele, role=role)))
    assert value(
        db, "select count(*) from public.email_messages where template = 'welcome'"
    ) == 1  # fmt: skip
    assert roles(db, ines) == ["coach", "student"]


def test_a_member_keeps_their_roles(db: Db, cast: Cast) -> None:
    confirm(db, cast.alice)
    accept(db, cast.alice, token_of(db, invite(db, cast.adele, cast.alice.email, "coach")))
    assert roles(db, cast.alice) == ["coach", "student"]


def test_somebody_who_left_comes_back_with_the_role_offered_alone(
    db: Db, cast: Cast, ines: Person
) -> None:
    admit(db, ines, MECA, "admin", status="left")
    accept(db, ines, token_of(db, invite(db, cast.adele)))
    assert roles(db, ines) == ["student"]


def test_an_invitation_works_once(db: Db, cast: Cast, ines: Person) -> None:
    token = token_of(db, invite(db, cast.adele, role="coach"))
    accept(db, ines, token)
    db.execute("delete from public.member_roles where user_id = %s", [ines.id])
    with refused("invitation_used", 409):
        accept(db, ines, token)
    assert roles(db, ines) == []


def test_an_expired_one_is_gone(db: Db, cast: Cast, ines: Person) -> None:
    token = token_of(db, invite(db, cast.adele))
    db.execute("update private.invitations set expires_at = now()")
    with refused("invitation_expired", 410):
        accept(db, ines, token)
    assert rows(db, "select from public.members where user_id = %s", ines.id) == []


def test_a_revoked_one_is_gone(db: Db, cast: Cast, ines: Person) -> None:
    made = invite(db, cast.adele)
    token = token_of(db, made)
    with acting_as(db, cast.adele):
        db.execute("select public.revoke_invitation(%s)", [made])
    with refused("invitation_revoked", 410):
        accept(db, ines, token)


def test_the_wrong_person_learns_nothing_but_that(db: Db, cast: Cast, ines: Person) -> None:
    token = token_of(db, invite(db, cast.adele, "other@example.org"))
    for change in ("revoked_at = now()", "expires_at = now()"):
        with refused("invitation_for_another", 403):
            accept(db, ines, token)
        db.execute(f"update private.invitations set {change}".encode())  # noqa: S608 - from the tuple above


def test_an_address_not_confirmed_is_not_proven(db: Db, cast: Cast) -> None:
    mallory = sign_up(db, "Mallory", email="ines@example.org")
    with refused("email_not_confirmed", 403):
        accept(db, mallory, token_of(db, invite(db, cast.adele)))


def test_the_address_in_a_token_or_profile_proves_nothing(db: Db, cast: Cast) -> None:
    mallory = confirmed(db, "Mallory")
    db.execute(
        "update public.profile_details set email = 'ines@example.org' where user_id = %s",
        [mallory.id],
    )
    with refused("invitation_for_another", 403):
        accept(db, mallory, token_of(db, invite(db, cast.adele)))


@pytest.mark.parametrize("token", ["", "x", "0" * 64, None, "' or true --"])
def test_a_guess_finds_nothing(db: Db, cast: Cast, ines: Person, token: str) -> None:
    invite(db, cast.adele)
    with refused("invitation_not_found", 404):
        accept(db, ines, token)


def test_the_hash_is_no_token(db: Db, cast: Cast, ines: Person) -> None:
    invite(db, cast.adele)
    with refused("invitation_not_found", 404):
        accept(db, ines, value(db, "select encode(token_hash, 'hex') from private.invitations"))


@pytest.mark.parametrize("status", ["suspended", "pending"])
def test_an_invitation_ends_no_suspension(db: Db, cast: Cast, ines: Person, status: str) -> None:
    admit(db, ines, MECA, "student", status=status)
    with refused(f"member_{status}", 403):
        accept(db, ines, token_of(db, invite(db, cast.adele, role="coach")))
    assert roles(db, ines) == ["student"]


@pytest.mark.parametrize(
    "end",
    [
        "update public.members set status = 'left' where user_id = %s",
        "update public.members set status = 'suspended' where user_id = %s",
        "delete from public.member_roles where user_id = %s",
    ],
)
def test_what_a_dismissed_admin_promised_no_longer_holds(
    db: Db, cast: Cast, ines: Person, end: LiteralString
) -> None:
    """Or they would invite a second address of theirs, and come back as an admin."""
    token = token_of(db, invite(db, cast.adele, role="admin"))
    db.execute(end, [cast.adele.id])
    with refused("invitation_revoked", 410):
        accept(db, ines, token)


def test_an_invitation_to_one_academy_opens_no_other(db: Db, cast: Cast, ines: Person) -> None:
    accept(db, ines, token_of(db, invite(db, cast.adele, role="admin")))
    with acting_as(db, ines):
        assert value(db, "select private.my_admin_academies()") == [MECA]
    with refused("admin_required", 403), acting_as(db, ines):
        db.execute("select public.grant_role(%s, %s, 'admin')", [AURORA, cast.dora.id])


def test_accepting_is_logged_with_the_role(db: Db, cast: Cast, ines: Person) -> None:
    made = invite(db, cast.adele, role="coach")
    accept(db, ines, token_of(db, made))
    log = rows(
        db,
        "select action, actor_id, details from public.audit_log where subject_id = %s order by id",
        made,
    )
    assert log == [
        {"action": "invitation.made", "actor_id": cast.adele.id, "details": {"role": "coach"}},
        {"action": "invitation.accepted", "actor_id": ines.id, "details": {"role": "coach"}},
    ]
