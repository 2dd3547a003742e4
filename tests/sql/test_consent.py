"""Consent: own words only, nothing rewritten, and taking it back is never refused."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import psycopg
import pytest

from tests.support.database import Db, acting_as, column, forbidden, one, refused, rows, value
from tests.support.people import ANON, AURORA, MECA, Cast, Person


def give(
    db: Db,
    person: Person,
    granted: bool | None = True,
    purpose: str | None = "directory",
    version: str | None = "2026-11",
    academy: UUID = MECA,
) -> dict[str, Any]:
    with acting_as(db, person):
        return one(
            db,
            "select * from public.give_consent(%s, %s, %s, %s)",
            academy,
            purpose,
            version,
            granted,
        )


def test_an_answer_is_kept_with_its_version(db: Db, cast: Cast) -> None:
    kept = give(db, cast.alice)
    assert (kept["user_id"], kept["academy_id"], kept["granted"]) == (cast.alice.id, MECA, True)
    assert (kept["purpose"], kept["version"]) == ("directory", "2026-11")


def test_the_same_answer_again_is_the_same_row(db: Db, cast: Cast) -> None:
    assert give(db, cast.alice) == give(db, cast.alice)


def test_each_change_is_a_row(db: Db, cast: Cast) -> None:
    for granted, version in ((True, "1"), (False, "1"), (True, "2"), (True, "2")):
        give(db, cast.alice, granted, version=version)
    assert column(db, "select granted from public.consent_tracking order by id") == [
        True,
        False,
        True,
    ]


def test_only_members_agree_to_something(db: Db, cast: Cast) -> None:
    for person, academy in ((cast.sarah, MECA), (cast.alice, AURORA), (cast.dora, MECA)):
        with refused("not_a_member", 403):
            give(db, person, academy=academy)


def test_a_former_member_takes_back_but_does_not_agree(db: Db, cast: Cast) -> None:
    give(db, cast.alice)
    db.execute("update public.members set status = 'left' where user_id = %s", [cast.alice.id])
    assert give(db, cast.alice, granted=False)["granted"] is False
    with refused("not_a_member", 403):
        give(db, cast.alice)


@pytest.mark.parametrize(
    "bad",
    [
        {"purpose": "Directory!"},
        {"purpose": None},
        {"purpose": "x" * 61},
        {"version": "of me@example.org"},
        {"version": None},
        {"granted": None},
    ],
)
def test_an_incomplete_answer_is_refused(db: Db, cast: Cast, bad: dict[str, Any]) -> None:
    with refused("consent_invalid", 422):
        give(db, cast.alice, **bad)


def test_anon_answers_nothing(db: Db) -> None:
    with forbidden(), acting_as(db, ANON):
        db.execute("select public.give_consent(%s, 'directory', '1', true)", [MECA])


def test_nobody_writes_consent_directly(db: Db, cast: Cast) -> None:
    for person in (cast.alice, cast.adele):
        with forbidden(), acting_as(db, person):
            db.execute(
                "insert into public.consent_tracking"
                " (academy_id, user_id, purpose, version, granted)"
                " values (%s, %s, 'directory', '1', true)",
                [MECA, cast.alice.id],
            )


@pytest.mark.parametrize(
    "change",
    [
        "update public.consent_tracking set granted = false",
        "delete from public.consent_tracking",
        "truncate public.consent_tracking",
    ],
)
def test_not_even_the_owner_rewrites_history(db: Db, cast: Cast, change: str) -> None:
    give(db, cast.alice)
    with pytest.raises(psycopg.Error, match="never changed"):
        db.execute(change.encode())


def test_people_see_their_own_and_staff_their_academys(db: Db, cast: Cast) -> None:
    give(db, cast.alice)
    give(db, cast.dora, academy=AURORA)
    seen = {}
    for name in ("alice", "bob", "colette", "armand", "adele", "auguste", "sarah"):
        with acting_as(db, getattr(cast, name)):
            seen[name] = set(column(db, "select user_id from public.consent_tracking"))
    meca, aurora = {cast.alice.id}, {cast.dora.id}
    nobody: set[UUID] = set()
    assert seen == {
        "alice": meca,
        "bob": nobody,
        "colette": nobody,
        "armand": meca,
        "adele": meca,
        "auguste": aurora,
        "sarah": nobody,
    }


def test_no_address_and_no_device_is_kept(db: Db) -> None:
    kept = column(
        db,
        "select column_name::text from information_schema.columns"
        " where table_name = 'consent_tracking' order by 1",
    )
    assert kept == [
        "academy_id", "created_at", "granted", "id", "purpose", "user_id", "version",
    ]  # fmt: skip


def test_a_hundred_changes_an_hour_are_enough(db: Db, cast: Cast) -> None:
    db.execute(
        "insert into public.consent_tracking (academy_id, user_id, purpose, version, granted)"
        " select %s, %s, 'directory', n::text, true from generate_series(1, 100) as n",
        [MECA, cast.alice.id],
    )
    with refused("too_many_answers", 429):
        give(db, cast.alice, version="new")
    assert give(db, cast.alice, granted=False)["granted"] is False
    assert value(db, "select count(*) from public.consent_tracking") == 101
    assert rows(db, "select from public.consent_tracking where granted is null") == []
