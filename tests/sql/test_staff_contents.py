"""Staff fill lessons, modules and quizzes; the answers are where nobody reads them."""

from __future__ import annotations

from typing import Any, LiteralString

import pytest
from psycopg.types.json import Jsonb

from tests.support import shop
from tests.support.courses import make_course
from tests.support.database import Db, acting_as, column, forbidden, one, refused, value
from tests.support.people import ANON, Cast
from tests.support.teaching import call

QUESTIONS: list[dict[str, Any]] = [
    {
        "kind": "single",
        "prompt": "2 + 2 ?",
        "choices": [{"id": "a", "label": "4"}, {"id": "b", "label": "5"}],
        "correct": ["a"],
        "explanation": "Deux et deux.",
    },
    {"kind": "text", "prompt": "Capitale ?", "correct": ["Paris", "paris"]},
]


def test_contents_are_written_whole_and_checked(db: Db, cast: Cast) -> None:
    lesson = value(db, "select id from public.lessons where course_id = %s", make_course(db))
    query: LiteralString = "set_lesson_content(%s, content => %s, video_url => %s)"
    kept = call(db, cast.armand, query, lesson, "Lire", "https://v.example/1")
    assert (kept["content"], kept["video_url"]) == ("Lire", "https://v.example/1")
    assert call(db, cast.armand, query, lesson, None, None)["content"] is None
    for bad in ("http://v.example/1", "javascript:alert(1)", "https://a b"):
        with refused("invalid_input", 422):
            call(db, cast.armand, query, lesson, None, bad)
    with refused("lesson_not_found", 404):
        call(db, cast.auguste, query, lesson, None, None)
    module = value(db, "select id from public.modules where formation_id = %s limit 1", shop.CAP)
    files = Jsonb([{"title": "Fiche", "url": "https://f.example/a.pdf"}])
    kept = call(db, cast.armand, "set_module_content(%s, attachments => %s)", module, files)
    assert kept["attachments"] == files.obj


def test_a_quiz_keeps_its_answers_where_nobody_reads_them(db: Db, cast: Cast) -> None:
    lesson = value(db, "select id from public.lessons where course_id = %s", make_course(db))
    made = call(
        db, cast.armand, "create_quiz('Test', %s, lesson_id => %s)", Jsonb(QUESTIONS), lesson
    )
    assert value(db, "select count(*) from private.quiz_answer_keys") == 2
    with acting_as(db, cast.armand):
        shown = one(
            db,
            "select * from public.quiz_questions where quiz_id = %s and kind = 'single'",
            made["id"],
        )
    assert "correct" not in str(shown)
    for actor in (cast.armand, cast.adele, cast.alice, ANON):
        with forbidden(), acting_as(db, actor):
            db.execute("select * from private.quiz_answer_keys")
    with acting_as(db, cast.alice):
        assert column(db, "select id from public.quiz_questions") == []


@pytest.mark.parametrize(
    "change",
    [
        {"correct": ["c"]},
        {"correct": []},
        {"correct": ["a", "b"]},
        {"correct": "a"},
        {"correct": None},
        {"correct": [1]},
        {"kind": "essay"},
        {"choices": [{"id": "a", "label": "4"}]},
        {"choices": [{"id": "a", "label": "4", "right": True}, {"id": "b", "label": "5"}]},
        {"choices": None},
        {"prompt": ""},
        {"points": "many"},
    ],
)
def test_a_bad_question_leaves_no_quiz(db: Db, cast: Cast, change: dict[str, Any]) -> None:
    lesson = value(db, "select id from public.lessons where course_id = %s", make_course(db))
    questions = Jsonb([QUESTIONS[1], QUESTIONS[0] | change])
    code = "answer_invalid" if "correct" in change else "invalid_input"
    with refused(code, 422):
        call(db, cast.armand, "create_quiz('Test', %s, lesson_id => %s)", questions, lesson)
    assert value(db, "select count(*) from public.quizzes") == 0
