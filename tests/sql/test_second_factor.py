"""Where an academy asks its staff for a second factor, their role counts at aal2 alone."""

from __future__ import annotations

import pytest

from tests.support.database import Db, acting_as, column, refused, value
from tests.support.invitations import accept, confirmed, invite, token_of
from tests.support.people import AURORA, MECA, Cast
from tests.support.settings import at_aal2, settings

STAFF = ["armand", "adele"]


@pytest.fixture(autouse=True)
def asked(db: Db) -> None:
    settings(db, {"staff_needs_aal2": True})


@pytest.mark.parametrize("name", STAFF)
def test_at_aal1_staff_are_ordinary_members(db: Db, cast: Cast, name: str) -> None:
    with acting_as(db, getattr(cast, name)):
        assert value(db, "select private.my_staff_academies()") == []
        assert column(db, "select user_id from public.members") == [getattr(cast, name).id]
        assert value(db, "select private.my_academies()") == [MECA]


@pytest.mark.parametrize("name", STAFF)
def test_at_aal2_they_are_staff(db: Db, cast: Cast, name: str) -> None:
    with acting_as(db, at_aal2(getattr(cast, name))):
        assert value(db, "select private.my_staff_academies()") == [MECA]
        assert value(db, "select count(*) from public.members") == 6


def test_other_academies_and_other_roles_are_not_asked(db: Db, cast: Cast) -> None:
    with acting_as(db, cast.auguste):
        assert value(db, "select private.my_admin_academies()") == [AURORA]
    with acting_as(db, cast.colette):
        assert value(db, "select private.my_academies_as('{coach}')") == [MECA]


@pytest.mark.parametrize(
    "call",
    [
        "select public.grant_role(%s, gen_random_uuid(), 'coach')",
        "select public.revoke_role(%s, gen_random_uuid(), 'coach')",
        "select public.remove_member(%s, gen_random_uuid())",
        "select public.suspend_member(%s, gen_random_uuid())",
        "select public.reinstate_member(%s, gen_random_uuid())",
        "select public.invite(%s, 'ines@example.org', 'student')",
        "select public.list_invitations(%s)",
        "select public.verify_coach(%s, gen_random_uuid())",
        "select public.set_birth_date(%s, gen_random_uuid(), '2010-01-01')",
    ],
)
def test_an_admin_at_aal1_is_told_what_is_missing(db: Db, cast: Cast, call: str) -> None:
    with refused("second_factor_required", 403), acting_as(db, cast.adele):
        db.execute(call.encode(), [MECA])


def test_revoking_an_invitation_asks_too(db: Db, cast: Cast) -> None:
    with acting_as(db, at_aal2(cast.adele)):
        made = value(db, "select public.invite(%s, 'ines@example.org', 'student')", MECA)
    with refused("second_factor_required", 403), acting_as(db, cast.adele):
        db.execute("select public.revoke_invitation(%s)", [made])


@pytest.mark.parametrize(
    ("name", "code"), [("armand", "admin_required"), ("alice", "admin_required")]
)
def test_who_would_be_no_admin_at_aal2_either_is_told_that(
    db: Db, cast: Cast, name: str, code: str
) -> None:
    with refused(code, 403), acting_as(db, getattr(cast, name)):
        db.execute("select public.grant_role(%s, %s, 'coach')", [MECA, cast.alice.id])


def test_what_an_admin_promised_holds_whatever_their_token(db: Db, cast: Cast) -> None:
    settings(db, {})
    made = invite(db, cast.adele)
    settings(db, {"staff_needs_aal2": True})
    ines = confirmed(db, "Ines")
    assert accept(db, ines, token_of(db, made))["status"] == "active"
