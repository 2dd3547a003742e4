"""A person's life: invited, accepted, given a role, removed; hidden, left elsewhere, and erased."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import httpx
import pytest
from postgrest import APIError
from supabase import acreate_client

from tests.journeys.conftest import Rows
from tests.support.buyers import Buyer, new_buyer
from tests.support.stack import Stack

pytestmark = pytest.mark.usefixtures("workers")
PRIVATE = ("orders", "enrollments", "entitlements", "payments", "consent_tracking", "audit_log")


async def rpc(person: Buyer, name: str, **arguments: Any) -> Any:
    return (await person.client.rpc(name, arguments).execute()).data


async def count(person: Buyer, table: str, academy: str) -> int:
    found = await person.client.table(table).select("*").eq("academy_id", academy).execute()
    return len(found.data)


async def mailed_token(stack: Stack, http: httpx.AsyncClient, email: str) -> str:
    """The token in the invitation that arrived."""
    for _ in range(200):
        asked = {"to": email, "subject": "Votre invitation chez MécaFormation"}
        found = (await http.get(f"{stack.inbox_url}/api/messages", params=asked)).json()
        for mail in found["messages"]:
            text = (await http.get(f"{stack.inbox_url}/api/messages/{mail['id']}")).json()["text"]
            if link := re.search(r"https://mecaformation\.fr/invitation#token=(\w{64})", text):
                return link[1]
        await asyncio.sleep(0.05)
    raise AssertionError(f"no invitation for {email}")


async def test_a_persons_life(stack: Stack, http: httpx.AsyncClient, rows: Rows) -> None:
    admin = await new_buyer(stack.env(), http)
    colette = await new_buyer(stack.env(), http, "aurora50")
    made: Any = rows.execute(
        "select private.invite_admin('mecaformation', %s) ->> 'url' as url", [admin.email]
    ).fetchone()
    home = await rpc(admin, "accept_invitation", token=made["url"].partition("#token=")[2])
    meca, away = home["academy_id"], (await rpc(colette, "join_academy", slug="aurora50"))

    await rpc(admin, "invite", academy_id=meca, email=colette.email, role="coach")
    token = await mailed_token(stack, http, colette.email)
    with pytest.raises(APIError) as not_theirs:
        await rpc(admin, "accept_invitation", token=token)
    assert not_theirs.value.details == "invitation_for_another"
    joined = await rpc(colette, "accept_invitation", token=token)
    assert (joined["academy_id"], joined["status"]) == (meca, "active")
    with pytest.raises(APIError) as used:
        await rpc(colette, "accept_invitation", token=token)
    assert used.value.details == "invitation_used"

    await rpc(colette, "give_consent", academy_id=meca, purpose="news", version="1", granted=True)
    coaches = await count(colette, "members", meca)
    given = {"academy_id": meca, "member_id": colette.id}
    await rpc(admin, "grant_role", **given, role="assistant")
    assert await count(colette, "members", meca) > coaches
    with pytest.raises(APIError) as refused:
        await rpc(colette, "grant_role", **given, role="admin")
    assert refused.value.details == "admin_required"

    await rpc(admin, "remove_member", **given)
    # The token is the one of before, and good for hours.
    assert await count(colette, "members", meca) == 1
    assert await count(colette, "member_roles", meca) == 0
    seen = [await count(colette, table, meca) for table in PRIVATE]
    assert dict(zip(PRIVATE, seen, strict=True)) == dict.fromkeys(PRIVATE, 0) | {
        "consent_tracking": 1
    }
    assert await count(colette, "members", away["academy_id"]) == 1

    async def faces() -> int:
        found = neighbour.client.table("profiles").select("id").eq("id", colette.id)
        return len((await found.execute()).data)

    neighbour = await new_buyer(stack.env(), http, "aurora50")
    assert await faces() == 1
    await rpc(colette, "hide_from_directory", academy_id=away["academy_id"])
    assert await faces() == 0
    await rpc(colette, "hide_from_directory", academy_id=away["academy_id"], hidden=False)
    assert await faces() == 1

    left = await rpc(colette, "leave_academy", academy_id=away["academy_id"])
    assert left["status"] == "left"
    assert await count(colette, "member_roles", away["academy_id"]) == 0
    assert await faces() == 0

    server = await acreate_client(stack.url, stack.secret_key)
    await server.auth.admin.delete_user(colette.id)
    face = await server.table("profiles").select("full_name").eq("id", colette.id).execute()
    assert face.data == [{"full_name": None}]
    details = await server.table("profile_details").select("*").eq("user_id", colette.id).execute()
    assert details.data == []
