"""Staff make, order, publish and archive; others are refused and nothing is half done."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.support import shop
from tests.support.courses import make_course
from tests.support.database import Db, acting_as, column, forbidden, one, refused
from tests.support.people import ANON, AURORA, MECA, NEXUS, Cast
from tests.support.teaching import MODULES, call, course, formation


def test_a_formation_is_made_as_a_draft_with_its_outline(db: Db, cast: Cast) -> None:
    made = formation(db, cast.armand)
    assert (made["slug"], made["is_active"], made["self_paced"]) == ("carrosserie", False, True)
    titles = "select title from public.modules where formation_id = %s order by order_index"
    assert column(db, titles, made["id"]) == ["Bases", "Pratique"]
    with acting_as(db, ANON):
        assert column(db, titles, made["id"]) == []
    entry = one(
        db, "select action, actor_id from public.audit_log where subject_id = %s", made["id"]
    )
    assert entry == {"action": "formation.created", "actor_id": cast.armand.id}


def test_slugs_are_made_from_titles_and_unique_in_the_academy(db: Db, cast: Cast) -> None:
    slugs = [formation(db, cast.adele, title="Éclairage & Çà")["slug"] for _ in range(3)]
    assert slugs == ["eclairage-ca", "eclairage-ca-2", "eclairage-ca-3"]
    assert formation(db, cast.auguste, AURORA, "Éclairage & Çà")["slug"] == "eclairage-ca"
    assert formation(db, cast.adele, title="???")["slug"] == "sans-titre"


def test_a_bad_module_leaves_no_formation(db: Db, cast: Cast) -> None:
    bads: list[Any] = [
        [{"title": "x", "content_type": "film"}],
        [{"content_type": "video"}],
        [3],
        {},
    ]
    for bad in bads:
        with refused(*_refusal(bad)), acting_as(db, cast.adele):
            db.execute(
                "select public.create_formation(%s, 'Ratée', modules => %s)", [MECA, Jsonb(bad)]
            )
    assert column(db, "select id from public.formations where title = 'Ratée'") == []


def _refusal(bad: object) -> tuple[str, int]:
    return ("outline_invalid" if bad in ([3], {}) else "invalid_input", 422)


def test_an_outline_has_its_limit(db: Db, cast: Cast) -> None:
    many = [MODULES[0]] * 201
    with refused("outline_too_long", 422), acting_as(db, cast.adele):
        db.execute(
            "select public.create_formation(%s, 'Longue', modules => %s)", [MECA, Jsonb(many)]
        )


@pytest.mark.parametrize("name", ["alice", "garance", "colette", "sarah", "auguste"])
def test_only_staff_of_the_academy_make_anything(db: Db, cast: Cast, name: str) -> None:
    person = getattr(cast, name)
    for act in (formation, course):
        with refused("staff_required", 403):
            act(db, person)
    for query, code in (
        ("add_module(%s, 'x', 'video')", "formation_not_found"),
        ("create_cohort(%s, 'x', current_date)", "formation_not_found"),
        ("publish_formation(%s)", "formation_not_found"),
        ("archive_formation(%s)", "formation_not_found"),
        ("reorder_modules(%s, '{}')", "formation_not_found"),
    ):
        with refused(code, 404):
            call(db, person, query, shop.CAP)


@pytest.mark.parametrize("name", ["alice", "armand", "auguste"])
def test_only_admins_make_subjects_and_offers(db: Db, cast: Cast, name: str) -> None:
    person = getattr(cast, name)
    with refused("admin_required", 403):
        call(db, person, "create_subject(%s, 'SOUDURE', 'Soudure')", MECA)
    with refused("admin_required", 403):
        call(db, person, "create_offer(%s, 'coaching', 'x', 1, '[]')", MECA)
    with refused("offer_not_found", 404):
        call(db, person, "archive_offer(%s)", shop.CAP_OFFER)


def test_anon_calls_none_of_it(db: Db) -> None:
    with forbidden():
        formation(db, ANON)


def test_modules_and_lessons_are_added_at_the_end(db: Db, cast: Cast) -> None:
    added = call(db, cast.armand, "add_module(%s, 'Bilan', 'quiz')", shop.CAP)
    assert added["order_index"] == 8
    made = course(db, cast.armand)
    lesson = call(db, cast.armand, "add_lesson(%s, 'Trois')", made["id"])
    assert (lesson["lesson_number"], lesson["is_published"]) == (3, False)
    assert call(db, cast.armand, "publish_lesson(%s)", lesson["id"])["is_published"]


def test_a_module_points_at_a_course_of_its_academy_alone(db: Db, cast: Cast) -> None:
    for foreign in (make_course(db, AURORA), shop.CAP):
        with refused("invalid_input", 422):
            call(db, cast.adele, "add_module(%s, 'x', 'video', course_id => %s)", shop.CAP, foreign)


def test_a_cohort_has_the_formations_seats_unless_said(db: Db, cast: Cast) -> None:
    made = call(db, cast.armand, "create_cohort(%s, 'Mars', current_date)", shop.CAP)
    assert made["seats"] == 24
    made = call(db, cast.armand, "create_cohort(%s, 'Mai', current_date, seats => 3)", shop.CAP)
    assert made["seats"] == 3
    without = formation(db, cast.armand)["id"]
    with refused("invalid_input", 422):
        call(db, cast.armand, "create_cohort(%s, 'Juin', current_date)", without)


def test_an_offer_is_in_the_academys_currency_and_gives_its_own_things(db: Db, cast: Cast) -> None:
    taught = course(db, cast.nadia, NEXUS)["id"]
    made = call(
        db,
        cast.nadia,
        "create_offer(%s, 'course', 'Cours', 90000, %s)",
        NEXUS,
        Jsonb([{"course_id": str(taught), "duration_days": 90}, {"credits": 200}]),
    )
    assert (made["currency"], made["amount"]) == ("TND", 90000)
    for bad, code in (
        ([{"formation_id": str(shop.CAP)}], "invalid_input"),
        ([{"credits": 1, "seats": 1}], "invalid_input"),
        ([{}], "invalid_input"),
        ([], "offer_gives_nothing"),
    ):
        with refused(code, 422):
            call(db, cast.nadia, "create_offer(%s, 'course', 'x', 1000, %s)", NEXUS, Jsonb(bad))
    assert not call(db, cast.nadia, "archive_offer(%s)", made["id"])["is_active"]


def test_an_offers_price_is_one_that_can_be_charged(db: Db) -> None:
    shop.make_offer(db, NEXUS, currency="EUR", amount=9999, grants=[])
    with pytest.raises(psycopg.errors.CheckViolation, match="amount_can_be_charged"):
        shop.make_offer(db, NEXUS, currency="TND", amount=9999, grants=[])


def test_staff_edit_words_and_nothing_that_decides(db: Db, cast: Cast) -> None:
    change = "update public.formations set subtitle = 'Neuf' where id = %s returning id"
    for person, done in ((cast.armand, 1), (cast.alice, 0), (cast.auguste, 0), (cast.colette, 0)):
        with acting_as(db, person):
            assert len(db.execute(change, [shop.CAP]).fetchall()) == done, person.name
    for column_name in ("is_active", "slug", "academy_id", "self_paced", "archived_at"):
        with forbidden(), acting_as(db, cast.adele):
            db.execute(f"update public.formations set {column_name} = default".encode())  # noqa: S608 - names from above
    offer = "update public.offers set title = 'Neuf' where id = %s returning id"
    for person, done in ((cast.armand, 0), (cast.adele, 1), (cast.nadia, 0)):
        with acting_as(db, person):
            assert len(db.execute(offer, [shop.CAP_OFFER]).fetchall()) == done, person.name
