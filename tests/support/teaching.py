"""Calling what staff call: the catalogue's functions, and a formation and a course made by them."""

from __future__ import annotations

from typing import Any, LiteralString
from uuid import UUID

from psycopg.types.json import Jsonb

from tests.support.database import Actor, Db, acting_as, one
from tests.support.people import MECA

MODULES = [
    {"title": "Bases", "content_type": "video", "duration_hours": 3},
    {"title": "Pratique", "content_type": "practical", "is_mandatory": False},
]
LESSONS = [{"title": "Un", "is_free": True}, {"title": "Deux", "release_day_offset": 7}]


def call(db: Db, actor: Actor, query: LiteralString, *values: object) -> dict[str, Any]:
    with acting_as(db, actor):
        return one(db, "select * from public." + query, *values)  # noqa: S608


def formation(db: Db, actor: Actor, academy: UUID = MECA, title: str = "Carrosserie") -> Any:
    return call(
        db,
        actor,
        "create_formation(%s, %s, 'CAP', modules => %s)",
        academy,
        title,
        Jsonb(MODULES),
    )


def course(db: Db, actor: Actor, academy: UUID = MECA, lessons: object = LESSONS) -> Any:
    return call(
        db, actor, "create_course(%s, 'Les bougies', lessons => %s)", academy, Jsonb(lessons)
    )
