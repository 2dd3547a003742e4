"""Staff put outlines in order, publish and archive; what cannot be is refused whole."""

from __future__ import annotations

from tests.support import shop
from tests.support.courses import make_course
from tests.support.database import Db, acting_as, column, refused, value
from tests.support.people import ANON, MECA, Cast
from tests.support.teaching import call, course, formation


def test_an_order_names_every_module_once(db: Db, cast: Cast) -> None:
    ids = column(
        db, "select id from public.modules where formation_id = %s order by order_index", shop.CAP
    )
    with acting_as(db, cast.armand):
        titles = column(db, "select id from public.reorder_modules(%s, %s)", shop.CAP, ids[::-1])
    assert titles == ids[::-1]
    for wrong in (ids[1:], [*ids, ids[0]], [*ids[1:], shop.FREE], [], [*ids[1:], None]):
        with refused("order_incomplete", 422), acting_as(db, cast.armand):
            db.execute("select public.reorder_modules(%s, %s::uuid[])", [shop.CAP, wrong])
    places = column(
        db, "select order_index from public.modules where formation_id = %s order by 1", shop.CAP
    )
    assert places == list(range(1, 8))


def test_lessons_are_reordered_in_the_same_way(db: Db, cast: Cast) -> None:
    made = make_course(db, lessons=3)
    ids = column(
        db, "select id from public.lessons where course_id = %s order by lesson_number", made
    )
    with acting_as(db, cast.armand):
        after = column(db, "select id from public.reorder_lessons(%s, %s)", made, ids[::-1])
    assert after == ids[::-1]
    with refused("order_incomplete", 422), acting_as(db, cast.armand):
        db.execute("select public.reorder_lessons(%s, %s)", [made, ids[1:]])


def test_what_is_empty_or_a_draft_is_not_published_or_archived(db: Db, cast: Cast) -> None:
    empty = call(db, cast.adele, "create_formation(%s, 'Vide')", MECA)["id"]
    with refused("formation_is_empty", 422):
        call(db, cast.adele, "publish_formation(%s)", empty)
    with refused("formation_is_a_draft", 409):
        call(db, cast.adele, "archive_formation(%s)", empty)
    bare = course(db, cast.adele, lessons=[])["id"]
    with refused("course_is_empty", 422):
        call(db, cast.adele, "publish_course(%s)", bare)
    with refused("course_is_a_draft", 409):
        call(db, cast.adele, "archive_course(%s)", bare)


def test_publishing_shows_and_archiving_hides(db: Db, cast: Cast) -> None:
    made, taught = formation(db, cast.armand)["id"], course(db, cast.armand)["id"]
    queries = (
        ("select count(*) from public.formations where id = %s", made, "formation"),
        ("select count(*) from public.courses where id = %s", taught, "course"),
    )
    for query, row, kind in queries:
        for act, seen in (("publish", 1), ("publish", 1), ("archive", 0), ("publish", 1)):
            call(db, cast.armand, f"{act}_{kind}(%s)", row)
            with acting_as(db, ANON):
                assert value(db, query, row) == seen, (act, kind)
