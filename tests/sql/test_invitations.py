"""Inviting: who may, whom, how often, and that nobody but the mail's reader learns the token."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from tests.support.database import Db, acting_as, column, forbidden, one, refused, rows, value
from tests.support.invitations import accept, confirm, confirmed, invite, token_of
from tests.support.people import ANON, AURORA, MECA, Cast, gather
from tests.support.races import at_once, codes

ROLES = ["student", "parent", "coach", "assistant", "garage", "admin"]


def listed(db: Db, cast: Cast, name: str = "adele", academy: UUID = MECA) -> list[dict[str, Any]]:
    with acting_as(db, getattr(cast, name)):
        return rows(db, "select * from public.list_invitations(%s)", academy)


def revoke(db: Db, cast: Cast, name: str, invitation: UUID) -> None:
    with acting_as(db, getattr(cast, name)):
        db.execute("select public.revoke_invitation(%s)", [invitation])


@pytest.mark.parametrize("role", ROLES)
def test_an_admin_invites_anybody(db: Db, cast: Cast, role: str) -> None:
    made = invite(db, cast.adele, role=role)
    kept = one(db, "select * from private.invitations where id = %s", made)
    assert (kept["email"], kept["role"], kept["invited_by"]) == (
        "ines@example.org",
        role,
        cast.adele.id,
    )


@pytest.mark.parametrize("role", ROLES)
def test_an_assistant_invites_students_and_parents(db: Db, cast: Cast, role: str) -> None:
    if role in ("student", "parent"):
        invite(db, cast.armand, role=role)
        return
    with refused("may_not_invite", 403):
        invite(db, cast.armand, role=role)


@pytest.mark.parametrize(
    "name", ["alice", "garance", "colette", "dora", "auguste", "nadia", "sarah"]
)
def test_nobody_else_invites(db: Db, cast: Cast, name: str) -> None:
    with refused("may_not_invite", 403):
        invite(db, getattr(cast, name))
    assert rows(db, "select from private.invitations") == []


def test_anon_does_nothing_with_invitations(db: Db) -> None:
    for query, given in (
        ("select public.invite(%s, 'x@example.org', 'student')", MECA),
        ("select public.accept_invitation(%s::text)", "x"),
        ("select public.revoke_invitation(%s)", MECA),
        ("select public.list_invitations(%s)", MECA),
    ):
        with forbidden(), acting_as(db, ANON):
            db.execute(query.encode(), [given])


@pytest.mark.parametrize(
    "address", [None, "", "ines", "ines@local", "a b@example.org", "<i@example.org>",
                "i@nexus.local", "i@example.org\nBcc: x@example.org", "x" * 250 + "@example.org"],
)  # fmt: skip
def test_what_is_no_address_is_refused(db: Db, cast: Cast, address: str | None) -> None:
    with refused("email_invalid", 422):
        invite(db, cast.adele, address)  # type: ignore[arg-type] # what a client may send


def test_an_address_is_kept_in_lower_case(db: Db, cast: Cast) -> None:
    assert invite(db, cast.adele, " Ines@Example.ORG ") == invite(db, cast.adele)


def test_inviting_twice_is_one_invitation_and_one_mail(db: Db, cast: Cast) -> None:
    assert invite(db, cast.adele) == invite(db, cast.armand)
    assert value(db, "select count(*) from public.email_messages") == 1
    assert value(db, "select count(*) from pgmq.q_emails") == 1


def test_the_same_address_may_be_offered_another_role_or_academy(db: Db, cast: Cast) -> None:
    made = {
        invite(db, cast.adele),
        invite(db, cast.adele, role="coach"),
        invite(db, cast.auguste, academy=AURORA),
    }
    assert len(made) == 3


def test_an_expired_invitation_makes_room_for_a_new_one(db: Db, cast: Cast) -> None:
    old = invite(db, cast.adele)
    db.execute("update private.invitations set expires_at = now() where id = %s", [old])
    assert invite(db, cast.adele) != old


def test_somebody_who_has_the_role_is_not_invited(db: Db, cast: Cast) -> None:
    with refused("already_member", 409):
        invite(db, cast.adele, cast.alice.email)
    invite(db, cast.adele, cast.alice.email, "coach")
    invite(db, cast.adele, cast.dora.email)


def test_a_mailbox_is_not_filled_by_revoking_and_inviting_again(db: Db, cast: Cast) -> None:
    for _ in range(5):
        revoke(db, cast, "adele", invite(db, cast.adele))
    with refused("too_many_invitations", 429):
        invite(db, cast.adele)
    invite(db, cast.adele, "other@example.org")


@pytest.mark.parametrize(
    ("setting", "days"), [({}, 7), ({"invitation_days": 3}, 3), ({"invitation_days": 60}, 60)]
)
def test_an_academy_sets_how_long_an_invitation_holds(
    db: Db, cast: Cast, setting: dict[str, Any], days: int
) -> None:
    db.execute(
        "update public.academies set settings = %s where id = %s",
        [psycopg.types.json.Jsonb(setting), MECA],
    )
    made = invite(db, cast.adele)
    assert value(
        db,
        "select extract(day from expires_at - now()) from private.invitations where id = %s",
        made,
    ) == days  # fmt: skip


def test_staff_list_invitations_without_anything_secret(db: Db, cast: Cast) -> None:
    made = invite(db, cast.adele)
    invite(db, cast.auguste, academy=AURORA)
    for name in ("adele", "armand"):
        (found,) = listed(db, cast, name)
        assert (found["id"], found["email"], found["status"]) == (made, "ines@example.org", "open")
        assert not {"token_hash", "seed"} & set(found)


@pytest.mark.parametrize("name", ["alice", "colette", "garance", "auguste", "dora", "sarah"])
def test_nobody_else_lists_them(db: Db, cast: Cast, name: str) -> None:
    invite(db, cast.adele)
    with refused("staff_required", 403):
        listed(db, cast, name)


def test_the_list_says_how_each_stands(db: Db, cast: Cast) -> None:
    for name in ("accepted", "revoked", "expired", "open"):
        invite(db, cast.adele, f"{name}@example.org")
    db.execute(
        "update private.invitations set accepted_at = now(), accepted_by = %s"
        " where email like 'accepted%%'",
        [cast.alice.id],
    )
    db.execute("update private.invitations set revoked_at = now() where email like 'revoked%'")
    db.execute("update private.invitations set expires_at = now() where email like 'expired%'")
    found = listed(db, cast)
    assert all(row["email"].partition("@")[0] == row["status"] for row in found)
    assert len(found) == 4


def test_staff_take_an_invitation_back_within_their_role(db: Db, cast: Cast) -> None:
    pupil, coach = invite(db, cast.adele), invite(db, cast.adele, role="coach")
    revoke(db, cast, "armand", pupil)
    revoke(db, cast, "armand", pupil)
    for name in ("armand", "alice", "auguste", "sarah"):
        with refused("invitation_not_found", 404):
            revoke(db, cast, name, coach)
    with refused("invitation_not_found", 404):
        revoke(db, cast, "adele", uuid4())
    assert column(db, "select id from private.invitations where revoked_at is null") == [coach]
    assert column(
        db, "select action from public.audit_log where action = 'invitation.revoked'"
    ) == ["invitation.revoked"]


def test_a_client_reaches_no_hash_and_no_seed(db: Db, cast: Cast) -> None:
    for query in (
        "select from private.invitations",
        "select from private.invitation_seeds",
        "select private.invitation_url(gen_random_uuid())",
        "select private.make_invitation(gen_random_uuid(), 'x@example.org', 'admin', null)",
    ):
        with forbidden(), acting_as(db, cast.adele):
            db.execute(query.encode())


def test_an_account_takes_its_invitations_with_it(db: Db, cast: Cast) -> None:
    ines = confirmed(db, "Ines")
    accept(db, ines, token_of(db, invite(db, cast.adele)))
    invite(db, cast.adele, role="coach")
    invite(db, cast.adele, "other@example.org")
    db.execute("delete from auth.users where id = %s", [ines.id])
    assert column(db, "select email from private.invitations") == ["other@example.org"]


def test_old_invitations_go_and_live_ones_stay(db: Db, cast: Cast) -> None:
    old, ended, live = (
        invite(db, cast.adele, f"{n}@example.org") for n in ("old", "ended", "live")
    )
    for days, which in ((91, old), (1, ended)):
        db.execute(
            "update private.invitations set expires_at = now() - make_interval(days => %s)"
            " where id = %s",
            [days, which],
        )
    db.execute("select private.purge_invitations()")
    assert set(column(db, "select id from private.invitations")) == {ended, live}
    assert column(db, "select invitation_id from private.invitation_seeds") == [live]
    assert len(column(db, "select id from public.email_messages")) == 2


@pytest.mark.parametrize("run", range(3))
def test_inviting_twenty_times_at_once_is_one_invitation(fresh: Db, url: str, run: int) -> None:
    cast = gather(fresh)
    results = at_once(url, [lambda conn: invite(conn, cast.adele)] * 20)
    assert codes(results) == []
    assert len(set(results)) == 1
    assert value(fresh, "select count(*) from public.email_messages") == 1


@pytest.mark.parametrize("run", range(3))
def test_accepting_twenty_times_at_once_accepts_once(fresh: Db, url: str, run: int) -> None:
    cast = gather(fresh)
    token = token_of(fresh, invite(fresh, cast.adele, cast.sarah.email))
    confirm(fresh, cast.sarah)
    results = at_once(url, [partial(_accept_as, cast, token)] * 20)
    assert codes(results) == ["invitation_used"] * 19
    assert value(fresh, "select count(*) from public.member_roles where user_id = %s",
                 cast.sarah.id) == 1  # fmt: skip


def _accept_as(cast: Cast, token: str, conn: Db) -> None:
    accept(conn, cast.sarah, token)
