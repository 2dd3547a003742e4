"""The registry of stored files: who sees what is kept, and what may stand in it."""

from __future__ import annotations

import psycopg
import pytest

from tests.support.database import Actor, Db, acting_as, column, forbidden
from tests.support.people import ANON, AURORA, MECA, Cast
from tests.support.shop import keep_file


def seen(db: Db, actor: Actor) -> list[object]:
    with acting_as(db, actor):
        return column(db, "select id from public.files")


def test_the_owner_sees_their_file_and_nobody_elses(db: Db, cast: Cast) -> None:
    mine = keep_file(db, MECA, cast.alice)
    keep_file(db, MECA, cast.bob)
    assert seen(db, cast.alice) == [mine]


def test_staff_see_their_academys_files_and_no_others(db: Db, cast: Cast) -> None:
    papers = keep_file(db, MECA, cast.alice)
    keep_file(db, AURORA, cast.dora)
    assert seen(db, cast.armand) == seen(db, cast.adele) == [papers]


def test_a_coach_sees_no_papers_of_learners(db: Db, cast: Cast) -> None:
    keep_file(db, MECA, cast.alice)
    assert seen(db, cast.colette) == []


def test_who_left_sees_nothing_of_it_any_more(db: Db, cast: Cast) -> None:
    keep_file(db, MECA, cast.alice)
    db.execute("update public.members set status = 'left' where user_id = %s", [cast.alice.id])
    assert seen(db, cast.alice) == []


def test_what_is_the_academys_own_is_no_members(db: Db, cast: Cast) -> None:
    keep_file(db, MECA, None, purpose="lesson_media")
    assert seen(db, cast.alice) == []


def test_a_visitor_is_refused(db: Db) -> None:
    with forbidden():
        seen(db, ANON)


def test_nobody_registers_a_file_of_their_own(db: Db, cast: Cast) -> None:
    for actor in (cast.alice, cast.adele):
        with forbidden(), acting_as(db, actor):
            db.execute("insert into public.files default values")


def test_an_object_is_registered_once(db: Db, cast: Cast) -> None:
    keep_file(db, MECA, cast.alice, object_name="a/b.pdf")
    with pytest.raises(psycopg.errors.UniqueViolation):
        keep_file(db, MECA, cast.bob, object_name="a/b.pdf")


def test_the_owner_is_a_member_of_the_academy(db: Db, cast: Cast) -> None:
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        keep_file(db, AURORA, cast.alice)


@pytest.mark.parametrize(
    "wrong",
    [
        {"purpose": "anything"},
        {"object_name": "/a.pdf"},
        {"object_name": "a//b.pdf"},
        {"object_name": "a/\n.pdf"},
        {"object_name": "a" * 501},
        {"content_type": "pdf"},
        {"size_bytes": -1},
        {"sha256": "\\x00"},
    ],
    ids=str,
)
def test_what_makes_no_sense_is_refused(db: Db, cast: Cast, wrong: dict[str, object]) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        keep_file(db, MECA, cast.alice, **wrong)
