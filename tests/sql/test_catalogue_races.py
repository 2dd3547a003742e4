"""Staff who change the same outline at once: one after the other, never a broken order."""

from __future__ import annotations

from functools import partial

import psycopg
from psycopg.types.json import Jsonb

from tests.support import shop
from tests.support.database import Db, acting_as, column, value
from tests.support.people import MECA, Person, gather
from tests.support.races import at_once, codes

IDS = "select id from public.modules where formation_id = %s order by 1"
ORDER = "select order_index from public.modules where formation_id = %s order by 1"


def test_two_orders_at_once_are_one_after_the_other(fresh: Db, url: str) -> None:
    cast = gather(fresh)
    ids = column(fresh, IDS, shop.CAP)
    wanted = [ids, ids[::-1], ids[3:] + ids[:3], ids[5:] + ids[:5]]

    def reorder(order: list[object], db: Db) -> None:
        with acting_as(db, cast.armand):
            db.execute("select public.reorder_modules(%s, %s)", [shop.CAP, order])

    for _ in range(5):
        assert at_once(url, [partial(reorder, order) for order in wanted]) == [None] * 4
        found = column(
            fresh,
            "select id from public.modules where formation_id = %s order by order_index",
            shop.CAP,
        )
        assert found in wanted
        assert column(fresh, ORDER, shop.CAP) == list(range(1, 8))


def test_adding_while_reordering_leaves_no_gap(fresh: Db, url: str) -> None:
    cast = gather(fresh)
    ids = column(fresh, IDS, shop.CAP)

    def add(db: Db) -> None:
        with acting_as(db, cast.armand):
            db.execute("select public.add_module(%s, 'Encore', 'video')", [shop.CAP])

    def reorder(db: Db) -> None:
        with acting_as(db, cast.adele):
            db.execute("select public.reorder_modules(%s, %s)", [shop.CAP, ids])

    results = at_once(url, [add, add, add, reorder, reorder])
    assert set(codes(results)) <= {"order_incomplete"}
    assert column(fresh, ORDER, shop.CAP) == list(range(1, 11))


def test_twenty_of_one_title_get_twenty_slugs(fresh: Db, url: str) -> None:
    cast = gather(fresh)

    def make(person: Person, db: Db) -> str:
        with acting_as(db, person):
            slug: str = value(
                db,
                "select slug from public.create_formation(%s, 'Même titre', modules => %s)",
                MECA,
                Jsonb([{"title": "Un", "content_type": "video"}]),
            )
        return slug

    made = at_once(url, [partial(make, cast.armand)] * 10 + [partial(make, cast.adele)] * 10)
    assert not [each for each in made if isinstance(each, psycopg.Error)]
    assert set(made) == {"meme-titre", *(f"meme-titre-{n}" for n in range(2, 21))}
