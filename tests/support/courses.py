"""Courses for tests: a course with lessons and contents, and what opens it to somebody."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from tests.support import shop
from tests.support.database import Actor, Db, acting_as, column, value
from tests.support.people import AURORA, MECA, Person

PILLAR = shop.seeded("aurora50/course/vitalite")
MATHS = shop.seeded("nexus-reussite/subject/MATHEMATIQUES")


def make_course(db: Db, academy: UUID = MECA, lessons: int = 1, **columns: object) -> UUID:
    """A published course of its own with published lessons, none of them free."""
    known: dict[str, Any] = {"is_published": True} | columns
    made: UUID = value(
        db,
        "insert into public.courses (academy_id, slug, title, is_published, archived_at,"
        " required_feature, subject_id) values (%s, %s, 'Cours de test', %s, %s, %s, %s)"
        " returning id",
        academy,
        f"cours-{uuid4().hex[:8]}",
        *(known.get(n) for n in ("is_published", "archived_at", "required_feature", "subject_id")),
    )
    db.execute(
        "insert into public.lessons (academy_id, course_id, lesson_number, title, is_published)"
        " select %s, %s, n, 'Leçon ' || n, true from generate_series(1, %s) as n",
        [academy, made, lessons],
    )
    db.execute(
        "insert into public.lesson_contents (lesson_id, academy_id, content)"
        " select id, academy_id, 'Le contenu' from public.lessons where course_id = %s",
        [made],
    )
    return made


def entitle(db: Db, person: Person, academy: UUID = MECA, **what: object) -> UUID:
    """Give somebody an entitlement to `course_id=…`, `feature=…` and the like, with its times."""
    columns = {"valid_from": "now()", "valid_until": None, "revoked_at": None} | what
    given = next(n for n in ("formation_id", "course_id", "subject_id", "feature") if n in what)
    offer = shop.make_offer(db, academy, grants=["anything"])
    made: UUID = value(
        db,
        "insert into public.entitlements (academy_id, user_id, source_kind, source_id, grant_id,"
        " formation_id, course_id, subject_id, feature, valid_from, valid_until, revoked_at)"
        " select %s, %s, 'staff', gen_random_uuid(), g.id, %s, %s, %s, %s, %s::text::timestamptz,"
        " %s::text::timestamptz, %s::text::timestamptz"
        " from public.offer_grants as g where g.offer_id = %s returning id",
        academy,
        person.id,
        *(
            what[n] if n == given else None
            for n in ("formation_id", "course_id", "subject_id", "feature")
        ),
        *(_moment(db, columns[n]) for n in ("valid_from", "valid_until", "revoked_at")),
        offer,
    )
    return made


def _moment(db: Db, when: object) -> str | None:
    """A moment as text, from `now()` and an interval such as `-1 second`."""
    if when is None:
        return None
    after = "0" if when == "now()" else str(when)
    moment: str = value(db, "select (now() + %s::interval)::text", after)
    return moment


def readable(db: Db, actor: Actor, course: UUID) -> list[int]:
    """The numbers of the lessons whose content somebody reads now."""
    with acting_as(db, actor):
        found = column(db, "select lesson_id from public.lesson_contents")
    return column(
        db,
        "select lesson_number from public.lessons where course_id = %s and id = any(%s) order by 1",
        course,
        found,
    )


__all__ = ["AURORA", "MATHS", "PILLAR", "entitle", "make_course", "readable"]
