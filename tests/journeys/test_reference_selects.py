"""The selects of the academies' existing front ends, by their old names, still answer."""

from __future__ import annotations

from typing import Any

import pytest
from postgrest import APIError

from tests.journeys.conftest import Rows
from tests.support.buyers import Buyer


async def rows_of(query: Any) -> Any:
    return (await query.execute()).data


async def test_the_formations_page_selects_prices_in_euros(alice: Buyer) -> None:
    found = await rows_of(
        alice.client.table("formations")
        .select(
            "title,subtitle,level,duration_months,price_euros,max_students,features,prerequisites"
        )
        .eq("slug", "cap-maintenance-vehicules")
        .eq("is_active", True)
    )
    assert [(f["level"], f["price_euros"], f["max_students"]) for f in found] == [("CAP", 690, 24)]


async def test_the_outline_selects_modules_in_order(alice: Buyer) -> None:
    found = await rows_of(
        alice.client.table("modules")
        .select("title,order_index,duration_hours,content_type,is_mandatory,formations!inner(slug)")
        .eq("formations.slug", "vehicules-electriques")
        .order("order_index")
    )
    assert [m["order_index"] for m in found] == list(range(1, 8))
    assert {m["content_type"] for m in found} == {"video", "document", "practical", "quiz"}


async def test_the_dashboard_selects_enrollments_with_payment_status(alice: Buyer) -> None:
    await alice.order()
    found = await rows_of(
        alice.client.table("enrollments")
        .select(
            "student_id,user_id,status,progress_percentage,payment_status,start_date,end_date,enrolled_at"
        )
        .eq("student_id", alice.id)
    )
    assert len(found) == 1
    assert found[0]["user_id"] == alice.id
    assert (found[0]["status"], found[0]["payment_status"]) == ("pending", "pending")
    assert found[0]["enrolled_at"]


async def test_the_payments_page_selects_amounts_in_euros(alice: Buyer) -> None:
    await alice.order()
    mine = await rows_of(alice.client.table("enrollments").select("id"))
    found = await rows_of(
        alice.client.table("payments").select(
            "enrollment_id,amount_euros,currency,status,installments,installment_number,due_date,paid_at"
        )
    )
    assert [(p["amount_euros"], p["enrollment_id"]) for p in found] == [(690, mine[0]["id"])]


async def test_the_profile_page_selects_the_profile_type(alice: Buyer) -> None:
    found = await rows_of(
        alice.client.table("profiles")
        .select("first_name,last_name,profile_type")
        .eq("id", alice.id)
    )
    assert found == [{"first_name": "Camille", "last_name": "Durand", "profile_type": "student"}]


def test_the_index_that_the_reference_names_is_there(rows: Rows) -> None:
    found = rows.execute(
        "select indexdef from pg_indexes where indexname = 'idx_enrollments_student_status'"
    ).fetchall()
    assert len(found) == 1
    assert "(student_id, status)" in str(found[0]["indexdef"])


async def test_an_old_name_cannot_be_written(alice: Buyer) -> None:
    with pytest.raises(APIError) as refusal:
        await (
            alice.client.table("profiles")
            .update({"profile_type": "admin"})
            .eq("id", alice.id)
            .execute()
        )
    assert refusal.value.code in {"PGRST204", "42703"}


async def test_the_courses_page_selects_pillars_in_order(alice: Buyer) -> None:
    found = await rows_of(
        alice.client.table("courses")
        .select(
            "id,title,slug,description,short_description,emoji,color_gradient,pillar_number,"
            "order_index,duration_weeks,is_published,created_at,academies!inner(slug)"
        )
        .eq("academies.slug", "aurora50")
        .eq("is_published", True)
        .order("pillar_number")
    )
    assert [course["pillar_number"] for course in found] == list(range(1, 8))
    assert all(course["emoji"] and course["color_gradient"] for course in found)


async def test_the_course_page_selects_lessons_in_order(alice: Buyer) -> None:
    found = await rows_of(
        alice.client.table("lessons")
        .select(
            "id,title,course_id,lesson_number,duration_minutes,release_day_offset,is_free,"
            "created_at,courses!inner(slug)"
        )
        .eq("courses.slug", "vitalite")
        .order("lesson_number")
    )
    assert [lesson["lesson_number"] for lesson in found] == list(range(1, 9))
    assert [lesson["is_free"] for lesson in found] == [True] + [False] * 7


async def test_the_dashboard_selects_enrollments_by_course(alice: Buyer) -> None:
    await rows_of(
        alice.client.table("enrollments")
        .select("user_id,course_id,enrolled_at,courses(title,slug)")
        .eq("student_id", alice.id)
    )


@pytest.mark.parametrize("column", ["content", "video_url"])
async def test_what_a_lesson_teaches_is_no_column_of_it(alice: Buyer, column: str) -> None:
    """A departure: a policy hides rows, never columns, so contents are rows apart."""
    with pytest.raises(APIError) as refusal:
        await alice.client.table("lessons").select(f"id,{column}").execute()
    assert refusal.value.code == "42703"


async def test_a_members_contents_come_with_the_lessons(alice: Buyer) -> None:
    """Alice is of another academy: she sees the outline, and nothing of what it teaches."""
    found = await rows_of(
        alice.client.table("lessons")
        .select("title,lesson_contents(content,video_url),courses!inner(slug)")
        .eq("courses.slug", "vitalite")
    )
    assert len(found) == 8
    assert [lesson["lesson_contents"] for lesson in found] == [None] * 8


@pytest.mark.parametrize("index", ["slug", "pillar_number", "order_index"])
def test_the_course_indexes_that_the_reference_names_are_there(rows: Rows, index: str) -> None:
    found = rows.execute(
        "select indexdef from pg_indexes where indexname = %s", (f"idx_courses_{index}",)
    ).fetchall()
    assert len(found) == 1
    assert f"({index})" in str(found[0]["indexdef"])


async def test_the_catalogue_is_searched_and_versioned(alice: Buyer) -> None:
    found = await rows_of(
        alice.client.rpc("search_catalogue", {"query": "vitalite", "academy_slug": "aurora50"})
    )
    assert found[0]["title"] == "Vitalité et santé"
    assert await rows_of(alice.client.rpc("catalogue_version", {"academy_slug": "aurora50"})) > 0
