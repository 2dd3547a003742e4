"""Who reads a lesson: when it is released to them, as long as they have access, and nobody else."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support import shop
from tests.support.courses import MATHS, entitle, make_course, readable
from tests.support.database import Db, acting_as, column, forbidden, value
from tests.support.people import ANON, AURORA, MECA, NEXUS, Cast, admit, sign_up


def test_nobody_reads_a_lesson_without_access(db: Db, cast: Cast) -> None:
    course = make_course(db)
    for person in (cast.alice, cast.garance, cast.colette, cast.sarah, cast.auguste):
        assert readable(db, person, course) == []


def test_anon_cannot_even_ask(db: Db) -> None:
    for table in ("lesson_contents", "module_contents", "quizzes", "quiz_questions"):
        with forbidden(), acting_as(db, ANON):
            db.execute(f"select from public.{table}".encode())


def test_staff_read_drafts_of_their_academy_alone(db: Db, cast: Cast) -> None:
    course = make_course(db, is_published=False)
    assert readable(db, cast.armand, course) == readable(db, cast.adele, course) == [1]
    assert readable(db, cast.auguste, course) == []


def test_a_course_bought_is_read_by_its_buyer_alone(db: Db, cast: Cast) -> None:
    course = make_course(db, lessons=2)
    entitle(db, cast.alice, course_id=course)
    assert readable(db, cast.alice, course) == [1, 2]
    assert readable(db, cast.bob, course) == []


def test_a_formation_opens_the_courses_of_its_modules(db: Db, cast: Cast) -> None:
    course = make_course(db)
    db.execute(
        "update public.modules set course_id = %s where formation_id = %s and order_index = 1",
        [course, shop.CAP],
    )
    entitle(db, cast.alice, formation_id=shop.CAP)
    assert readable(db, cast.alice, course) == [1]


def test_a_subject_opens_its_courses_and_no_other(db: Db, cast: Cast) -> None:
    nour = sign_up(db, "Nour")
    admit(db, nour, NEXUS, "student")
    maths, other = make_course(db, NEXUS, subject_id=MATHS), make_course(db, NEXUS)
    entitle(db, nour, NEXUS, subject_id=MATHS)
    assert (readable(db, nour, maths), readable(db, nour, other)) == ([1], [])


def test_a_feature_opens_the_courses_that_ask_for_it(db: Db, cast: Cast) -> None:
    course = make_course(db, AURORA, required_feature="premium")
    other = make_course(db, AURORA, required_feature="platform")
    entitle(db, cast.dora, AURORA, feature="premium")
    assert (readable(db, cast.dora, course), readable(db, cast.dora, other)) == ([1], [])


def test_the_same_feature_of_another_academy_opens_nothing(db: Db, cast: Cast) -> None:
    admit(db, cast.dora, MECA, "student")
    course = make_course(db, MECA, required_feature="premium")
    entitle(db, cast.dora, AURORA, feature="premium")
    assert readable(db, cast.dora, course) == []


def test_a_free_lesson_is_for_active_members(db: Db, cast: Cast) -> None:
    course = make_course(db, lessons=2)
    db.execute(
        "update public.lessons set is_free = lesson_number = 1 where course_id = %s", [course]
    )
    assert readable(db, cast.alice, course) == [1]
    assert readable(db, cast.sarah, course) == readable(db, cast.dora, course) == []


@pytest.mark.parametrize(("since", "seen"), [("-604799 s", []), ("-604801 s", [1])])
def test_a_lesson_is_released_seven_days_after_access_began(
    db: Db, cast: Cast, since: str, seen: list[int]
) -> None:
    course = make_course(db)
    db.execute("update public.lessons set release_day_offset = 7 where course_id = %s", [course])
    entitle(db, cast.alice, course_id=course, valid_from=since)
    assert readable(db, cast.alice, course) == seen


def test_a_release_does_not_move_with_the_callers_time_zone(db: Db, cast: Cast) -> None:
    """A client may set its zone; a day of 25 hours there would release late, one of 23 early."""
    course = make_course(db)
    db.execute("update public.lessons set release_day_offset = 200 where course_id = %s", [course])
    entitle(db, cast.alice, course_id=course, valid_from=f"-{200 * 24} hours")
    for zone in ("UTC", "Europe/Paris", "America/New_York", "Australia/Lord_Howe"):
        db.execute("select set_config('TimeZone', %s, true)", [zone])
        assert readable(db, cast.alice, course) == [1]


@pytest.mark.parametrize(
    ("times", "seen"),
    [
        ({"valid_until": "-1 second", "valid_from": "-1 day"}, []),
        ({"valid_until": "0"}, []),
        ({"valid_until": "1 second"}, [1]),
        ({"revoked_at": "0"}, []),
        ({"valid_from": "1 second"}, []),
        ({"valid_from": "0"}, [1]),
    ],
)
def test_access_begins_and_ends_at_its_moment(
    db: Db, cast: Cast, times: dict[str, Any], seen: list[int]
) -> None:
    course = make_course(db)
    entitle(db, cast.alice, course_id=course, **times)
    assert readable(db, cast.alice, course) == seen


@pytest.mark.parametrize("status", ["left", "suspended", "pending", "invited"])
def test_access_sleeps_while_one_is_no_active_member(db: Db, cast: Cast, status: str) -> None:
    course = make_course(db)
    entitle(db, cast.alice, course_id=course)
    db.execute("update public.members set status = %s where user_id = %s", [status, cast.alice.id])
    assert readable(db, cast.alice, course) == []


@pytest.mark.parametrize("table", ["courses", "lessons"])
def test_drafts_are_not_read_with_access(db: Db, cast: Cast, table: str) -> None:
    course = make_course(db)
    entitle(db, cast.alice, course_id=course)
    key = "id" if table == "courses" else "course_id"
    change = f"update public.{table} set is_published = false where {key} = %s"  # noqa: S608 - names from above
    db.execute(change.encode(), [course])
    assert readable(db, cast.alice, course) == []


def test_an_archived_course_stays_with_whoever_has_it(db: Db, cast: Cast) -> None:
    course = make_course(db, archived_at="2026-01-01")
    db.execute("update public.lessons set is_free = true where course_id = %s", [course])
    entitle(db, cast.alice, course_id=course)
    assert (readable(db, cast.alice, course), readable(db, cast.bob, course)) == ([1], [])
    query = "select id from public.courses where id = %s"
    with acting_as(db, cast.alice):
        assert column(db, query, course) == [course]
    with acting_as(db, cast.bob):
        assert column(db, query, course) == []


def test_modules_are_read_with_their_formation(db: Db, cast: Cast) -> None:
    db.execute(
        "insert into public.module_contents (module_id, academy_id, content)"
        " select id, academy_id, 'x' from public.modules where formation_id = %s",
        [shop.CAP],
    )
    entitle(db, cast.alice, formation_id=shop.CAP)
    count = "select count(*) from public.module_contents"
    for person, seen in ((cast.alice, 7), (cast.bob, 0), (cast.sarah, 0), (cast.auguste, 0)):
        with acting_as(db, person):
            assert value(db, count) == seen, person.name
    db.execute("update public.formations set is_active = false where id = %s", [shop.CAP])
    with acting_as(db, cast.alice):
        assert value(db, count) == 0, "a draft"
    db.execute("update public.formations set archived_at = now() where id = %s", [shop.CAP])
    with acting_as(db, cast.alice):
        assert value(db, count) == 7, "archived, yet theirs"


def test_the_helper_is_asked_once_for_ten_thousand_lessons(db: Db, cast: Cast) -> None:
    db.execute(
        "insert into public.courses (academy_id, slug, title, is_published)"
        " select %s, 'charge-' || n, 'Cours', true from generate_series(1, 200) as n",
        [MECA],
    )
    db.execute(
        "insert into public.lessons (academy_id, course_id, lesson_number, title, is_published)"
        " select c.academy_id, c.id, n, 'Leçon', true from public.courses as c"
        " cross join generate_series(1, 50) as n where c.slug like 'charge-%%'"
    )
    db.execute(
        "insert into public.lesson_contents (lesson_id, academy_id, content)"
        " select id, academy_id, 'x' from public.lessons on conflict do nothing"
    )
    course = value(db, "select id from public.courses where slug = 'charge-7'")
    entitle(db, cast.alice, course_id=course)
    db.execute("analyze public.lessons, public.lesson_contents, public.courses")
    lesson = value(db, "select id from public.lessons where course_id = %s limit 1", course)
    explain = "explain (analyze, timing off) select * from public.lesson_contents"
    with acting_as(db, cast.alice):
        everything = "\n".join(column(db, explain))
        one_lesson = "\n".join(column(db, f"{explain} where lesson_id = '{lesson}'".encode()))  # type: ignore[arg-type]
    for plan in (everything, one_lesson):
        assert plan.count("InitPlan 1") == 2, plan
        assert "SubPlan" not in plan, plan
    assert "Index Scan using lesson_contents_" in one_lesson, one_lesson
    assert readable(db, cast.alice, course) == list(range(1, 51))
