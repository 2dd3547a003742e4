"""Searching the catalogue in French: what the caller may see, best first, never an error."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support import shop
from tests.support.courses import make_course
from tests.support.database import Actor, Db, acting_as, column, rows, value
from tests.support.people import ANON, MECA, NEXUS, Cast


def search(db: Db, actor: Actor, *arguments: object) -> list[dict[str, Any]]:
    marks = ", ".join(["%s"] * len(arguments))
    with acting_as(db, actor):
        return rows(db, f"select * from public.search_catalogue({marks})".encode(), *arguments)  # type: ignore[arg-type]  # noqa: S608 - placeholders


def titles(db: Db, actor: Actor, *arguments: object) -> list[str]:
    return [row["title"] for row in search(db, actor, *arguments)]


@pytest.mark.parametrize(
    "query", ["véhicules électriques", "VEHICULE ELECTRIQUE", "vehicules elec", "électri"]
)
def test_accents_endings_and_unfinished_words_are_understood(db: Db, query: str) -> None:
    assert "Spécialisation Véhicules électriques" in titles(db, ANON, query)


def test_a_title_comes_before_a_description(db: Db) -> None:
    found = search(db, ANON, "diagnostic électronique", "mecaformation")
    assert found[0]["title"] == "Spécialisation Diagnostic électronique"
    assert [row["rank"] for row in found] == sorted((row["rank"] for row in found), reverse=True)
    (first,) = search(db, ANON, "oscilloscope multiplexage", "mecaformation")
    assert "**oscilloscope**" in first["excerpt"]


def test_every_kind_is_found(db: Db) -> None:
    for query, kind in (
        ("hybrides", "formation"),
        ("oscilloscope", "module"),
        ("vitalité", "course"),
        ("apaiser respirer", "lesson"),
        ("philosophie", "subject"),
    ):
        assert kind in {row["kind"] for row in search(db, ANON, query)}, query


def test_one_academy_may_be_asked_for(db: Db) -> None:
    assert {row["academy_id"] for row in search(db, ANON, "oral", "nexus-reussite")} == {NEXUS}
    assert search(db, ANON, "oral", "nowhere") == []


NOTHING = ["", "   ", "le la du", "-freinage", '"', "a" * 201, "!!!", "&|:*", "\n\t", "or", None]
SIGNS = ['"moteur', "moteur:*", "moteur' or 1=1 --", "(moteur", "moteur or"]


@pytest.mark.parametrize("query", NOTHING)
def test_nothing_to_look_for_finds_nothing(db: Db, query: str | None) -> None:
    assert search(db, ANON, query) == []


@pytest.mark.parametrize("query", SIGNS)
def test_signs_are_no_errors(db: Db, query: str) -> None:
    search(db, ANON, query)


@pytest.mark.parametrize(("limit", "most"), [(1, 1), (0, 1), (-5, 1), (1000, 50), (None, 20)])
def test_the_list_is_limited(db: Db, limit: int | None, most: int) -> None:
    db.execute(
        "insert into public.courses (academy_id, slug, title, is_published)"
        " select %s, 'quiproquo-' || n, 'Quiproquo', true from generate_series(1, 60) as n",
        [MECA],
    )
    assert len(search(db, ANON, "quiproquo", None, limit)) == most


def test_drafts_are_found_by_their_staff_alone(db: Db, cast: Cast) -> None:
    make_course(db, is_published=False)
    db.execute("update public.formations set is_active = false where id = %s", [shop.CAP])
    for query in ("cours de test", "leçon"):
        assert titles(db, cast.armand, query, "mecaformation") != []
        for actor in (ANON, cast.alice, cast.auguste):
            assert titles(db, actor, query, "mecaformation") == []
    assert "CAP Maintenance des véhicules" not in titles(db, cast.alice, "maintenance")
    assert "CAP Maintenance des véhicules" in titles(db, cast.adele, "maintenance")


def test_a_closed_academy_is_searched_by_its_members_alone(db: Db, cast: Cast) -> None:
    db.execute("update public.academies set open_to_sign_up = false where id = %s", [NEXUS])
    assert search(db, ANON, "philosophie") == search(db, cast.alice, "philosophie") == []
    assert titles(db, cast.nadia, "philosophie") == ["Philosophie"]


def test_a_new_title_is_found_at_once_and_the_old_one_no_more(db: Db) -> None:
    db.execute("update public.formations set title = 'Zinguerie' where id = %s", [shop.CAP])
    assert titles(db, ANON, "zinguerie") == ["Zinguerie"]


def test_the_index_is_used_at_fifty_thousand_rows(db: Db) -> None:
    course = make_course(db)
    db.execute(
        "insert into private.catalogue_documents"
        " (kind, id, academy_id, published_with, title, body)"
        " select 'lesson', gen_random_uuid(), %s, %s, 'Sujet ' || n, 'Texte ' || md5(n::text)"
        " from generate_series(1, 50000) as n",
        [MECA, course],
    )
    db.execute("analyze private.catalogue_documents")
    plan = "\n".join(
        column(
            db,
            "explain (analyze) select d.id from private.catalogue_documents as d"
            " where d.document @@ private.search_words('sujet 4242')",
        )
    )
    assert "catalogue_documents_by_words" in plan, plan
    took = value(
        db,
        "with t as materialized (select clock_timestamp() as at), f as materialized ("
        " select count(*) as n from t, private.search_hits('oscilloscope', null, 20))"
        " select extract(epoch from clock_timestamp() - t.at) * 1000 from f, t",
    )
    assert took < 500
