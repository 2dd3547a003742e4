"""What clients cache by: updated_at of whatever changed, and one number for an academy."""

from __future__ import annotations

from typing import LiteralString

import pytest

from tests.support import shop
from tests.support.courses import make_course
from tests.support.database import Db, acting_as, value
from tests.support.people import ANON, NEXUS, Cast

STALE = "2020-01-01"


def version(db: Db, slug: str = "mecaformation") -> int | None:
    with acting_as(db, ANON):
        found: int | None = value(db, "select public.catalogue_version(%s)", slug)
    return found


@pytest.mark.parametrize(
    "change",
    [
        "update public.formations set subtitle = 'x' where id = %s",
        "update public.modules set title = 'x' where formation_id = %s",
        "update public.cohorts set name = 'x' where formation_id = %s",
        "delete from public.modules where formation_id = %s and order_index = 7",
        "update public.offer_grants set duration_days = 3 where formation_id = %s",
    ],
)
def test_the_version_moves_with_any_change(db: Db, change: LiteralString) -> None:
    before, elsewhere = version(db), version(db, "aurora50")
    db.execute(change, [shop.CAP])
    assert version(db) != before
    assert version(db, "aurora50") == elsewhere


def test_orders_do_not_move_the_version(db: Db, cast: Cast) -> None:
    before = version(db)
    shop.order(db, cast.alice)
    assert version(db) == before


def test_an_academy_out_of_sight_has_no_version(db: Db) -> None:
    db.execute("update public.academies set open_to_sign_up = false where id = %s", [NEXUS])
    assert version(db, "nexus-reussite") is None
    assert version(db, "nowhere") is None


@pytest.mark.parametrize("table", ["modules", "cohorts"])
def test_a_formation_changes_with_its_outline(db: Db, table: str) -> None:
    _age(db, "formations")
    change = f"update public.{table} set updated_at = now() where formation_id = %s"  # noqa: S608 - names from above
    db.execute(change.encode(), [shop.CAP])
    fresh = value(db, "select array_agg(id) from public.formations where updated_at > %s", STALE)
    assert fresh == [shop.CAP]


def test_a_course_changes_with_its_lessons(db: Db, cast: Cast) -> None:
    course = make_course(db, lessons=3)
    _age(db, "courses")
    with acting_as(db, cast.armand):
        db.execute("update public.lessons set title = 'x' where course_id = %s", [course])
    assert value(db, "select array_agg(id) from public.courses where updated_at > %s", STALE) == [
        course
    ]


def _age(db: Db, table: str) -> None:
    """Make every row old; the trigger that stamps changes stands aside meanwhile."""
    for does in ("disable", "enable"):
        db.execute(f"alter table public.{table} {does} trigger touch_updated_at".encode())
        if does == "disable":
            db.execute(f"update public.{table} set updated_at = %s where true".encode(), [STALE])  # noqa: S608 - names from above
