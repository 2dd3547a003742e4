"""The seeded catalogues are the references' own, and applying them again changes nothing."""

from __future__ import annotations

from typing import LiteralString

import pytest

from preau.local import migrations
from tests.support.database import Db, column, rows, value
from tests.support.people import AURORA, NEXUS

COUNTED: LiteralString = """
select (select count(*) from public.formations) as formations,
    (select count(*) from public.modules) as modules,
    (select count(*) from public.courses) as courses,
    (select count(*) from public.lessons) as lessons,
    (select count(*) from public.lesson_contents) as contents,
    (select count(*) from public.subjects) as subjects,
    (select count(*) from public.offers) as offers,
    (select count(*) from public.offer_grants) as grants
"""


def test_seeds_may_be_applied_again(fresh: Db, url: str) -> None:
    before = rows(fresh, COUNTED)
    migrations.seed(url)
    assert rows(fresh, COUNTED) == before


def test_aurora_has_seven_pillars_and_fifty_lessons(db: Db) -> None:
    pillars = "select pillar_number from public.courses where academy_id = %s order by 1"
    assert column(db, pillars, AURORA) == list(range(1, 8))
    assert value(db, "select count(*) from public.lessons where academy_id = %s", AURORA) == 50


def test_nexus_teaches_its_ten_subjects(db: Db) -> None:
    found = column(db, "select code from public.subjects where academy_id = %s", NEXUS)
    assert set(found) == {
        *("MATHEMATIQUES", "NSI", "FRANCAIS", "PHILOSOPHIE", "HISTOIRE_GEO"),
        *("ANGLAIS", "ESPAGNOL", "PHYSIQUE_CHIMIE", "SVT", "SES"),
    }


@pytest.mark.parametrize(
    ("title", "amount", "interval"),
    [
        ("Aurora50 Premium", 4700, "month"),
        ("Aurora50 Annuel", 47000, "year"),
        ("ACCES_PLATEFORME", 79000, "month"),
        ("HYBRIDE", 179000, "month"),
        ("IMMERSION", 299000, "month"),
        ("Coaching primo-arrivants", 89000, None),
        ("Coaching garages pro", 149000, None),
    ],
)
def test_what_the_references_price_costs_that(
    db: Db, title: str, amount: int, interval: str | None
) -> None:
    found = rows(db, "select amount, billing_interval from public.offers where title = %s", title)
    assert found == [{"amount": amount, "billing_interval": interval}]


def test_hybride_brings_four_credits(db: Db) -> None:
    credit = (
        "select g.credits from public.offer_grants as g"
        " join public.offers as o on o.id = g.offer_id where o.title = 'HYBRIDE' and g.credits > 0"
    )
    assert column(db, credit) == [400]
