"""An academy's own admins edit it, within what a setting may be."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.support.database import Db, acting_as, forbidden, one, refused, value
from tests.support.people import AURORA, MECA, Cast
from tests.support.settings import settings

GOOD: dict[str, Any] = {
    "staff_needs_aal2": True,
    "directory": {"student": "members", "coach": "staff"},
    "required_consents": {"terms": "2026-11"},
    "invitation_days": 60,
    "cancellation_hours": 0,
    "credit_life_months": 12,
    "auto_offline_seconds": 30,
    "freemium": {"questions_a_day": 3},
}
BAD = [
    ({"colour": 1}, "colour"),
    ({"staff_needs_aal2": "yes"}, "staff_needs_aal2"),
    ({"invitation_days": 0}, "invitation_days"),
    ({"invitation_days": 61}, "invitation_days"),
    ({"invitation_days": "7"}, "invitation_days"),
    ({"invitation_days": 1.5}, "invitation_days"),
    ({"cancellation_hours": -1}, "cancellation_hours"),
    ({"auto_offline_seconds": None}, "auto_offline_seconds"),
    ({"directory": "members"}, "directory"),
    ({"directory": {"teacher": "staff"}}, "directory.teacher"),
    ({"directory": {"coach": "everybody"}}, "directory.coach"),
    ({"required_consents": {"terms": 1}}, "required_consents.terms"),
    ({"required_consents": {"Terms": "1"}}, "required_consents.Terms"),
    ({"freemium": {"questions": "3"}}, "freemium.questions"),
    ({"freemium": []}, "freemium"),
]


def test_known_settings_in_range_are_kept(db: Db) -> None:
    settings(db, GOOD)
    assert value(db, "select settings from public.academies where id = %s", MECA) == GOOD


@pytest.mark.parametrize(("given", "key"), BAD)
def test_any_other_setting_is_refused_by_its_name(db: Db, given: dict[str, Any], key: str) -> None:
    with pytest.raises(psycopg.Error) as caught:
        settings(db, given)
    assert (caught.value.sqlstate, caught.value.diag.message_detail) == (
        "PT422",
        "settings_invalid",
    )
    assert f"« {key} »" in str(caught.value.diag.message_primary)


@pytest.mark.parametrize(("given", "key"), BAD)
def test_the_constraint_stands_behind_the_trigger(db: Db, given: dict[str, Any], key: str) -> None:
    db.execute("alter table public.academies disable trigger check_academy")
    with pytest.raises(psycopg.errors.CheckViolation, match="settings_are_known_and_in_range"):
        settings(db, given)


def test_an_admin_edits_the_academy_and_the_log_says_what(db: Db, cast: Cast) -> None:
    with acting_as(db, cast.adele):
        db.execute(
            "update public.academies set name = 'Méca', settings = %s where id = %s",
            [Jsonb(GOOD | {"staff_needs_aal2": False}), MECA],
        )
    logged = one(db, "select * from public.audit_log where action = 'academy.edited'")
    assert (logged["actor_id"], logged["details"]) == (
        cast.adele.id,
        {"columns": ["name", "settings"]},
    )


@pytest.mark.parametrize("name", ["alice", "colette", "garance", "armand", "auguste", "sarah"])
def test_nobody_else_edits_it(db: Db, cast: Cast, name: str) -> None:
    with acting_as(db, getattr(cast, name)):
        done = db.execute("update public.academies set name = 'x' where id = %s", [MECA])
    assert done.rowcount == 0


@pytest.mark.parametrize("column", ["slug", "country", "currency", "sender_email", "id"])
def test_some_columns_stay_the_operators(db: Db, cast: Cast, column: str) -> None:
    with forbidden(), acting_as(db, cast.adele):
        db.execute(f"update public.academies set {column} = {column}".encode())  # noqa: S608 - from the list above


def test_an_admin_of_one_academy_edits_no_other(db: Db, cast: Cast) -> None:
    with acting_as(db, cast.adele):
        done = db.execute("update public.academies set name = 'x' where true")
    assert done.rowcount == 1
    assert value(db, "select name from public.academies where id = %s", AURORA) != "x"


def test_an_unknown_time_zone_is_refused(db: Db, cast: Cast) -> None:
    with refused("timezone_invalid", 422), acting_as(db, cast.adele):
        db.execute("update public.academies set timezone = 'Paris' where id = %s", [MECA])


@pytest.mark.parametrize("sender", ["", "x\nBcc: all@example.org", "x" * 121])
def test_a_senders_name_is_one_short_line(db: Db, cast: Cast, sender: str) -> None:
    with pytest.raises(psycopg.errors.CheckViolation), acting_as(db, cast.adele):
        db.execute("update public.academies set sender_name = %s where id = %s", [sender, MECA])
