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
        alice.client.table("profiles").select("first_name,last_name,profile_type")
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
