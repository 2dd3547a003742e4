"""What a signed-in person must not be able to write, tried through the gateway."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from postgrest import APIError

from tests.journeys.conftest import Rows
from tests.support.buyers import Buyer
from tests.support.stack import Stack

FORBIDDEN = "42501"


def snapshot(rows: Rows, person: Buyer) -> list[dict[str, Any]]:
    """Everything about a person that somebody may want to change."""
    found = rows.execute(
        """
        select to_jsonb(m) || jsonb_build_object('roles', array(
                select r.role from public.member_roles as r
                where r.user_id = m.user_id order by r.role),
            'orders', array(select to_jsonb(o) from public.orders as o
                where o.buyer_id = m.user_id order by o.id),
            'payments', array(select to_jsonb(p) from public.payments as p
                inner join public.orders as o on p.order_id = o.id
                where o.buyer_id = m.user_id order by p.id),
            'enrollments', array(select to_jsonb(e) from public.enrollments as e
                where e.student_id = m.user_id order by e.id)) as everything
        from public.members as m where m.user_id = %s
        """,
        (person.id,),
    )
    return list(found)


@pytest.mark.parametrize(
    ("table", "values"),
    [
        ("member_roles", {"role": "admin"}),
        ("members", {"status": "active"}),
        ("orders", {"status": "paid"}),
        ("orders", {"total_amount": 1}),
        ("payments", {"status": "succeeded"}),
        ("payments", {"amount": 1}),
        ("enrollments", {"status": "active", "progress_percentage": 100}),
        ("entitlements", {"valid_until": None}),
        ("offers", {"amount": 1}),
        ("email_messages", {"status": "sent"}),
        ("audit_log", {"action": "x.y"}),
    ],
)
async def test_a_student_updates_nothing_that_decides(
    alice: Buyer, rows: Rows, table: str, values: dict[str, Any]
) -> None:
    await alice.order()
    before = snapshot(rows, alice)
    with pytest.raises(APIError) as refusal:
        await alice.client.table(table).update(values).neq("academy_id", alice.id).execute()
    assert refusal.value.code == FORBIDDEN
    assert snapshot(rows, alice) == before


async def test_a_student_changes_no_academy(alice: Buyer, rows: Rows) -> None:
    """Admins edit their academy's row; for anybody else there is no row to edit."""
    query = "select md5(string_agg(a::text, ',' order by a.id)) as all from public.academies as a"
    before = rows.execute(query).fetchone()
    tried: Any = (
        await alice.client.table("academies")
        .update({"open_to_sign_up": True})
        .neq("id", alice.id)
        .execute()
    )
    assert tried.data == []
    assert rows.execute(query).fetchone() == before


async def test_a_student_cannot_make_themselves_admin(alice: Buyer, rows: Rows) -> None:
    academy = rows.execute(
        "select id from public.academies where slug = 'mecaformation'"
    ).fetchone()
    assert academy is not None
    row = {"academy_id": str(academy["id"]), "user_id": alice.id, "role": "admin"}
    for attempt in (
        alice.client.table("member_roles").insert(row),
        alice.client.table("member_roles").upsert(row),
    ):
        with pytest.raises(APIError) as refusal:
            await attempt.execute()
        assert refusal.value.code == FORBIDDEN
    roles: Any = (await alice.client.table("member_roles").select("role").execute()).data
    assert roles == [{"role": "student"}]


async def test_metadata_given_at_sign_up_grants_nothing(alice: Buyer) -> None:
    await alice.client.auth.update_user({"data": {"role": "admin", "profile_type": "admin"}})
    await alice.client.auth.refresh_session()
    seen: Any = (await alice.client.table("audit_log").select("id").execute()).data
    mine = alice.client.table("profiles").select("profile_type").eq("id", alice.id)
    profile: Any = (await mine.execute()).data
    assert seen == []
    assert profile == [{"profile_type": "student"}]


async def test_a_student_cannot_set_their_own_price(alice: Buyer, rows: Rows) -> None:
    before = snapshot(rows, alice)
    offers: Any = (
        await alice.client.table("offers").select("id,amount").gt("amount", 0).execute()
    ).data
    with pytest.raises(APIError) as no_such_parameter:
        await alice.client.rpc("create_order", {"offer_id": offers[0]["id"], "amount": 1}).execute()
    assert no_such_parameter.value.code == "PGRST202"
    with pytest.raises(APIError) as no_insert:
        await (
            alice.client.table("orders").insert({"buyer_id": alice.id, "total_amount": 1}).execute()
        )
    assert no_insert.value.code == FORBIDDEN
    assert snapshot(rows, alice) == before


async def test_another_academys_offer_is_not_found(alice: Buyer, rows: Rows) -> None:
    foreign = rows.execute(
        "select o.id from public.offers as o"
        " inner join public.academies as a on o.academy_id = a.id"
        " where a.slug = 'aurora50' and o.kind = 'formation'"
    ).fetchone()
    assert foreign is not None
    before = snapshot(rows, alice)
    with pytest.raises(APIError) as refusal:
        await alice.client.rpc("create_order", {"offer_id": str(foreign["id"])}).execute()
    assert refusal.value.details == "offer_not_found"
    assert snapshot(rows, alice) == before


async def test_a_cohort_of_another_formation_is_not_found(alice: Buyer, rows: Rows) -> None:
    ids = rows.execute(
        "select md5('mecaformation/offer/cap-maintenance-vehicules')::uuid as offer,"
        " md5('mecaformation/cohort/vehicules-electriques')::uuid as cohort"
    ).fetchone()
    assert ids is not None
    before = snapshot(rows, alice)
    with pytest.raises(APIError) as refusal:
        await alice.client.rpc(
            "create_order", {"offer_id": str(ids["offer"]), "cohort_id": str(ids["cohort"])}
        ).execute()
    assert refusal.value.details == "cohort_not_found"
    assert snapshot(rows, alice) == before


async def test_another_persons_order_cannot_be_seen_or_paid_for(
    alice: Buyer, mallory: Buyer, stack: Stack, http: httpx.AsyncClient, rows: Rows
) -> None:
    order = await alice.order()
    before = snapshot(rows, alice)
    headers = {"apikey": stack.publishable_key, "Authorization": f"Bearer {mallory.token}"}
    pages = {"success_url": "http://localhost:3000/", "cancel_url": "http://localhost:3000/"}
    page = await http.post(
        f"{stack.url}/functions/v1/create-checkout",
        json={"order_id": order["id"], **pages},
        headers=headers,
    )
    status = await http.get(
        f"{stack.url}/functions/v1/payment-status",
        params={"order_id": order["id"]},
        headers=headers,
    )
    for answer in (page, status):
        assert answer.status_code == 404
        assert answer.json()["code"] == "order_not_found"
    for table, column in (
        ("orders", "id"),
        ("order_lines", "order_id"),
        ("payments", "order_id"),
        ("enrollments", "order_id"),
    ):
        assert (
            await mallory.client.table(table).select("*").eq(column, order["id"]).execute()
        ).data == []
    assert snapshot(rows, alice) == before


async def test_another_persons_address_cannot_be_read(
    alice: Buyer, mallory: Buyer, stack: Stack, http: httpx.AsyncClient
) -> None:
    seen: Any = (
        await mallory.client.table("profile_details").select("user_id,email").execute()
    ).data
    assert seen == [{"user_id": mallory.id, "email": mallory.email}]
    assert (
        await mallory.client.table("profiles").select("*").eq("id", alice.id).execute()
    ).data == []
    headers = {"apikey": stack.publishable_key, "Authorization": f"Bearer {mallory.token}"}
    for schema, path in (
        ("auth", "users"),
        ("private", "provider_accounts"),
        ("pgmq", "q_payments"),
    ):
        answer = await http.get(
            f"{stack.url}/rest/v1/{path}", headers=headers | {"Accept-Profile": schema}
        )
        assert answer.status_code == 406
    worker = await http.post(
        f"{stack.url}/rest/v1/rpc/queue_depths",
        headers=headers | {"Content-Profile": "worker"},
        json={},
    )
    assert worker.status_code == 403
