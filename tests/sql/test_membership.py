from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from tests.support.database import Db, acting_as, column, forbidden, one, refused, rows, value
from tests.support.people import ANON, AURORA, MECA, Cast, Person, admit, sign_up


def join(db: Db, person: Person, slug: str = "mecaformation") -> dict[str, Any]:
    with acting_as(db, person):
        return one(db, "select * from public.join_academy(%s)", slug)


def roles(db: Db, person: Person, academy: UUID = MECA) -> list[str]:
    return column(
        db,
        "select role::text from public.member_roles"
        " where academy_id = %s and user_id = %s order by role",
        academy,
        person.id,
    )


def close(db: Db, academy: UUID = MECA) -> None:
    db.execute("update public.academies set open_to_sign_up = false where id = %s", [academy])


def test_joining_an_open_academy_makes_an_active_student(db: Db) -> None:
    alice = sign_up(db, "Alice")
    made = join(db, alice)
    assert (made["academy_id"], made["user_id"], made["status"]) == (MECA, alice.id, "active")
    assert made["joined_at"] is not None
    assert roles(db, alice) == ["student"]


def test_joining_queues_one_welcome_mail(db: Db) -> None:
    alice = sign_up(db, "Alice")
    join(db, alice)
    mail = one(db, "select * from public.email_messages where user_id = %s", alice.id)
    assert (mail["template"], mail["status"], mail["academy_id"]) == ("welcome", "queued", MECA)
    jobs = column(db, "select message from pgmq.q_emails")
    assert jobs == [{"email_id": str(mail["id"])}]


def test_joining_twice_changes_nothing(db: Db) -> None:
    alice = sign_up(db, "Alice")
    first = join(db, alice)
    assert join(db, alice) == first
    assert value(db, "select count(*) from public.email_messages") == 1
    assert value(db, "select count(*) from public.audit_log") == 1


def test_joining_is_logged_with_its_actor(db: Db) -> None:
    alice = sign_up(db, "Alice")
    join(db, alice)
    entry = one(db, "select actor_id, action, subject_id from public.audit_log")
    assert entry == {"actor_id": alice.id, "action": "member.joined", "subject_id": alice.id}


def test_a_member_of_one_academy_may_join_another(db: Db, cast: Cast) -> None:
    join(db, cast.alice, "aurora50")
    assert roles(db, cast.alice, AURORA) == ["student"]
    assert roles(db, cast.alice, MECA) == ["student"]


def test_an_admin_of_one_academy_is_a_student_in_the_next(db: Db, cast: Cast) -> None:
    join(db, cast.adele, "aurora50")
    assert roles(db, cast.adele, AURORA) == ["student"]


def test_joining_again_leaves_the_roles_of_an_active_member_alone(db: Db, cast: Cast) -> None:
    join(db, cast.colette)
    assert roles(db, cast.colette) == ["coach"]


def test_a_closed_academy_asks_for_an_invitation(db: Db) -> None:
    alice = sign_up(db, "Alice")
    close(db)
    with refused("invitation_required", 403):
        join(db, alice)
    assert rows(db, "select from public.members") == []


def test_a_closed_academy_still_answers_its_members(db: Db, cast: Cast) -> None:
    close(db)
    assert join(db, cast.alice)["status"] == "active"


def test_an_unknown_academy_is_not_found(db: Db, cast: Cast) -> None:
    with refused("academy_not_found", 404):
        join(db, cast.sarah, "no-such-academy")


def test_somebody_suspended_cannot_come_back_alone(db: Db) -> None:
    alice = sign_up(db, "Alice")
    admit(db, alice, MECA, "student", status="suspended")
    with refused("member_suspended", 403):
        join(db, alice)


def test_somebody_pending_cannot_activate_themselves(db: Db) -> None:
    alice = sign_up(db, "Alice")
    admit(db, alice, MECA, "parent", status="pending")
    with refused("member_pending", 403):
        join(db, alice)
    assert roles(db, alice) == ["parent"]


def test_somebody_who_left_may_come_back(db: Db) -> None:
    alice = sign_up(db, "Alice")
    admit(db, alice, MECA, "student", status="left")
    assert join(db, alice)["status"] == "active"


def test_a_former_admin_comes_back_as_a_student(db: Db) -> None:
    mallory = sign_up(db, "Mallory")
    admit(db, mallory, MECA, "admin", "coach", status="left")
    join(db, mallory)
    assert roles(db, mallory) == ["student"]


def test_coming_back_sends_no_second_welcome(db: Db) -> None:
    alice = sign_up(db, "Alice")
    join(db, alice)
    db.execute("update public.members set status = 'left' where user_id = %s", [alice.id])
    join(db, alice)
    assert value(db, "select count(*) from public.email_messages") == 1


def test_joining_makes_the_profile_an_old_account_lacks(db: Db) -> None:
    alice = sign_up(db, "Alice")
    db.execute("delete from public.profile_details where user_id = %s", [alice.id])
    db.execute("delete from public.profiles where id = %s", [alice.id])
    assert join(db, alice)["user_id"] == alice.id


def test_anon_cannot_join(db: Db) -> None:
    with forbidden(), acting_as(db, ANON):
        rows(db, "select * from public.join_academy('mecaformation')")


@pytest.mark.parametrize("role", ["admin", "assistant", "student"])
def test_nobody_gives_themselves_a_role(db: Db, cast: Cast, role: str) -> None:
    with forbidden(), acting_as(db, cast.bob):
        db.execute(
            "insert into public.member_roles (academy_id, user_id, role) values (%s, %s, %s)",
            [MECA, cast.bob.id, role],
        )
    assert roles(db, cast.bob) == ["student"]


def test_nobody_makes_themselves_a_member(db: Db, cast: Cast) -> None:
    with forbidden(), acting_as(db, cast.sarah):
        db.execute(
            "insert into public.members (academy_id, user_id) values (%s, %s)",
            [MECA, cast.sarah.id],
        )


@dataclass(frozen=True)
class Token:
    claims: dict[str, Any]
    role: str = "authenticated"


def test_a_token_says_nothing_about_roles(db: Db, cast: Cast) -> None:
    """Claims a client could hope to be read: app_metadata, user_metadata, a role of its own."""

    boasts = {
        "user_role": "admin",
        "app_metadata": {"role": "admin", "roles": ["admin"]},
        "user_metadata": {"role": "admin"},
    }
    with acting_as(db, Token(cast.bob.claims | boasts)):
        assert column(db, "select private.my_admin_academies()") == [[]]
        assert rows(db, "select from public.audit_log") == []


def test_a_removed_member_sees_nothing_at_the_next_query(db: Db, cast: Cast) -> None:
    db.execute("select private.audit(%s, 'member.joined', 'members', %s)", [MECA, cast.adele.id])
    seen = []
    with acting_as(db, cast.adele):
        seen.append(len(rows(db, "select from public.audit_log")))
    db.execute("update public.members set status = 'left' where user_id = %s", [cast.adele.id])
    with acting_as(db, cast.adele):
        seen.append(len(rows(db, "select from public.audit_log")))
        assert column(db, "select private.my_academies()") == [[]]
    assert seen == [1, 0]


def test_a_role_taken_away_counts_at_the_next_query(db: Db, cast: Cast) -> None:
    db.execute("delete from public.member_roles where user_id = %s", [cast.adele.id])
    with acting_as(db, cast.adele):
        assert column(db, "select private.my_staff_academies()") == [[]]
