"""The holes that the academies' own documents have, each tried through the gateway as they have it.

Their tables let anybody read addresses, members grant themselves roles and free places, paid
lessons be read unpaid, and an admin's password stood in the seed. Holes of tables that do not
exist yet (points, salons, messages, credits, bookings) are tried when those do.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from postgrest import APIError

from tests.journeys.conftest import Rows
from tests.support.buyers import Buyer, new_buyer
from tests.support.stack import Stack

FORBIDDEN = "42501"
NO_SUCH_COLUMN = "PGRST204"


async def get(http: httpx.AsyncClient, stack: Stack, path: str) -> httpx.Response:
    """Ask as anybody who has seen the site: the publishable key and nobody's token."""
    headers = {"apikey": stack.publishable_key}
    return await http.get(f"{stack.url}/rest/v1/{path}", headers=headers)


async def refused(attempt: Any) -> str:
    """The code that PostgREST refuses an attempt with."""
    with pytest.raises(APIError) as refusal:
        await attempt.execute()
    return str(refusal.value.code)


@pytest.mark.parametrize(
    "path",
    ["profiles?select=*", "profile_details?select=email", "members?select=profiles(*)"],
)
async def test_a_visitor_reads_nobodys_profile(
    stack: Stack, http: httpx.AsyncClient, alice: Buyer, path: str
) -> None:
    """`profiles: view_public, SELECT, true` handed out a thousand addresses."""
    answer = await get(http, stack, path)
    assert answer.status_code == 401
    assert answer.json()["code"] == FORBIDDEN
    assert alice.email not in answer.text


@pytest.mark.parametrize(
    ("table", "values", "code"),
    [
        ("profiles", {"role": "admin"}, NO_SUCH_COLUMN),
        ("profiles", {"subscription_type": "premium"}, NO_SUCH_COLUMN),
        ("profiles", {"stripe_customer_id": "cus_anothers"}, NO_SUCH_COLUMN),
        ("profiles", {"created_at": "2020-01-01"}, FORBIDDEN),
        ("profile_details", {"email": "ceo@example.org"}, FORBIDDEN),
        ("billing_customers", {"customer_id": "cus_anothers"}, FORBIDDEN),
    ],
)
async def test_an_owner_updates_only_what_is_theirs_to_say(
    alice: Buyer, table: str, values: Mapping[str, Any], code: str
) -> None:
    """`profiles: update_own` covered every column, the plan and the payment customer among them."""
    column = "id" if table == "profiles" else "user_id"
    assert await refused(alice.client.table(table).update(values).eq(column, alice.id)) == code


async def test_nobody_enrols_themselves_for_free(alice: Buyer, rows: Rows) -> None:
    """`enrollments: insert_own` made every paid formation free."""
    offer: Any = rows.execute(
        "select g.formation_id::text as formation, g.academy_id::text as academy"
        " from public.offer_grants as g inner join public.offers as o on g.offer_id = o.id"
        " inner join public.academies as a on o.academy_id = a.id"
        " where a.slug = 'mecaformation' and o.amount > 0 and g.formation_id is not null limit 1"
    ).fetchone()
    row = {
        "academy_id": offer["academy"],
        "student_id": alice.id,
        "formation_id": offer["formation"],
        "status": "active",
        "start_date": "2026-11-21",
    }
    assert await refused(alice.client.table("enrollments").insert(row)) == FORBIDDEN
    with pytest.raises(APIError) as unpaid:
        await alice.client.rpc("enroll", {"formation_id": offer["formation"]}).execute()
    assert unpaid.value.details == "no_free_offer"
    assert (await alice.client.table("enrollments").select("id").execute()).data == []


async def test_a_paid_lesson_is_not_readable_unpaid(
    stack: Stack, http: httpx.AsyncClient, rows: Rows
) -> None:
    """`lessons: view_course_lessons, SELECT, true` gave content and video of every lesson away."""
    reader = await new_buyer(stack.env(), http, "aurora50")
    lessons: Any = (await reader.client.table("lessons").select("id, is_free").execute()).data
    free = {row["id"] for row in lessons if row["is_free"]}
    assert free
    assert len(lessons) > len(free)
    content: Any = (await reader.client.table("lesson_contents").select("*").execute()).data
    assert {row["lesson_id"] for row in content} <= free
    for column in ("content", "video_url"):
        told: Any = rows.execute(
            "select count(*) as n from information_schema.columns"
            " where table_schema = 'public' and table_name = 'lessons' and column_name = %s",
            [column],
        ).fetchone()
        assert told["n"] == 0
    answer = await get(http, stack, "lesson_contents?select=*")
    assert (answer.status_code, answer.json()["code"]) == (401, FORBIDDEN)
    keys = await http.get(
        f"{stack.url}/rest/v1/quiz_answer_keys",
        headers={"apikey": stack.publishable_key, "Authorization": f"Bearer {reader.token}"},
    )
    assert keys.status_code == 404


async def test_an_admin_of_one_academy_is_nobody_in_another(
    alice: Buyer, mallory: Buyer, rows: Rows
) -> None:
    """Policies on `auth.role() = 'admin'` never hold; what tempts in their place is metadata."""
    ids: Any = {
        row["slug"]: str(row["id"])
        for row in rows.execute("select slug, id from public.academies").fetchall()
    }
    rows.execute(
        "insert into public.members (academy_id, user_id) values (%s, %s)",
        [ids["aurora50"], mallory.id],
    )
    rows.execute(
        "insert into public.member_roles (academy_id, user_id, role) values (%s, %s, 'admin')",
        [ids["aurora50"], mallory.id],
    )
    await mallory.client.auth.update_user({"data": {"role": "admin", "app_role": "admin"}})
    await mallory.client.auth.refresh_session()
    meca = ids["mecaformation"]
    seen: Any = (
        await mallory.client.table("member_roles").select("*").eq("academy_id", meca).execute()
    ).data
    assert [(row["user_id"], row["role"]) for row in seen] == [(mallory.id, "student")]
    with pytest.raises(APIError) as refusal:
        await mallory.client.rpc(
            "grant_role", {"academy_id": meca, "member_id": mallory.id, "role": "admin"}
        ).execute()
    assert refusal.value.details == "admin_required"
    with pytest.raises(APIError):
        await mallory.client.rpc(
            "remove_member", {"academy_id": meca, "member_id": alice.id}
        ).execute()
    mine = alice.client.table("members").select("status").eq("user_id", alice.id)
    assert (await mine.execute()).data == [{"status": "active"}]


async def test_an_invitations_secret_is_in_no_answer(
    stack: Stack, http: httpx.AsyncClient, alice: Buyer, rows: Rows
) -> None:
    """Salons showed their `share_code` to whoever listed them; ours are hashes out of the API."""
    made: Any = rows.execute(
        "select private.invite_admin('mecaformation', %s) ->> 'url' as url", [alice.email]
    ).fetchone()
    token = made["url"].partition("#token=")[2]
    home: Any = (await alice.client.rpc("accept_invitation", {"token": token}).execute()).data
    listed: Any = (
        await alice.client.rpc("list_invitations", {"academy_id": home["academy_id"]}).execute()
    ).data
    assert any(row["email"] == alice.email for row in listed)
    assert token not in str(listed)
    assert "token" not in str(listed[0])
    for table in ("invitations", "invitation_seeds"):
        answer = await http.get(
            f"{stack.url}/rest/v1/{table}",
            headers={
                "apikey": stack.publishable_key,
                "Authorization": f"Bearer {alice.token}",
                "Accept-Profile": "private",
            },
        )
        assert answer.status_code == 406
    with pytest.raises(APIError) as again:
        await alice.client.rpc("accept_invitation", {"token": token}).execute()
    assert again.value.details == "invitation_used"


def test_no_view_of_the_api_runs_as_its_owner(rows: Rows) -> None:
    """A view without security_invoker gave visitors every address."""
    found = rows.execute(
        "select relname from pg_catalog.pg_class where relnamespace = 'public'::regnamespace"
        " and (relkind in ('m', 'f') or (relkind = 'v'"
        " and not coalesce(reloptions::text ~ 'security_invoker=(true|on)', false)))"
    ).fetchall()
    assert found == []


def test_no_column_holds_an_address_of_a_machine(rows: Rows) -> None:
    """`ip_address` and `user_agent` stood in the documents' consents and events."""
    found = rows.execute(
        "select table_name, column_name from information_schema.columns"
        " where table_schema in ('public', 'private', 'worker')"
        " and (data_type in ('inet', 'cidr', 'macaddr') or column_name ~ '(^|_)ip(_|$)|user_agent')"
    ).fetchall()
    assert found == []
