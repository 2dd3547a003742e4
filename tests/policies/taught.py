"""What is taught in the proof's world: courses in every state, and who has access to them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from tests.support.courses import entitle, make_course
from tests.support.database import Db, value
from tests.support.people import AURORA, MECA, Person

STATES: list[dict[str, Any]] = [
    {},
    {"is_published": False},
    {"archived_at": "2026-01-01"},
    {"required_feature": "premium"},
]
OVER: list[dict[str, Any]] = [
    {"valid_from": "-2 days", "valid_until": "-1 day"},
    {"revoked_at": "0"},
    {"valid_from": "1 day"},
]
CHOICES = Jsonb([{"id": "a", "label": "Un"}, {"id": "b", "label": "Deux"}])


def teach(db: Db, people: dict[UUID, list[Person]], latecomers: dict[UUID, Person]) -> None:
    """Courses of MécaFormation and Aurora50; the people of each have all but the feature.

    The latecomers have what is over, taken back or not begun.
    """
    for academy in (MECA, AURORA):
        for state in STATES:
            course = make_course(db, academy, 3, **state)
            db.execute(
                "update public.lessons set is_free = lesson_number = 1,"
                " release_day_offset = case lesson_number when 3 then 30 else 0 end"
                " where course_id = %s",
                [course],
            )
            for person in people[academy] if state.get("required_feature") is None else ():
                entitle(db, person, academy, course_id=course)
            for times in OVER:
                entitle(db, latecomers[academy], academy, course_id=course, **times)
        db.execute(
            "insert into public.module_contents (module_id, academy_id, content)"
            " select id, academy_id, 'x' from public.modules where academy_id = %s"
            " on conflict do nothing",
            [academy],
        )
        _archive(db, academy, people[academy])
        db.execute(
            "insert into public.subjects (academy_id, code, title, archived_at)"
            " values (%s, 'RELIURE', 'Reliure', null), (%s, 'TANNAGE', 'Tannage', now())",
            [academy, academy],
        )
    _ask(db)


def _archive(db: Db, academy: UUID, learners: list[Person]) -> None:
    """A formation nobody finds any more, and those who have it."""
    formation = value(
        db,
        "insert into public.formations (id, academy_id, slug, title, is_active, archived_at)"
        " values (overlay(%s::text placing 'f' from 1 for 1)::uuid, %s, 'archive', 'Ancienne',"
        " false, now()) returning id",
        academy,
        academy,
    )
    db.execute(
        "insert into public.modules (academy_id, formation_id, order_index, title, content_type)"
        " values (%s, %s, 1, 'Ancien', 'video')",
        [academy, formation],
    )
    for person in learners:
        entitle(db, person, academy, formation_id=formation)


def _ask(db: Db) -> None:
    """A quiz with one question for each lesson."""
    db.execute(
        "insert into public.quizzes (academy_id, lesson_id, title)"
        " select academy_id, id, 'Quiz' from public.lessons"
    )
    db.execute(
        "insert into public.quiz_questions"
        " (academy_id, quiz_id, order_index, kind, prompt, choices)"
        " select academy_id, id, 1, 'single', 'Un ?', %s from public.quizzes",
        [CHOICES],
    )
