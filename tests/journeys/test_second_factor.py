"""An academy that asks its staff for a second factor, from the first sign-in to aal2."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
from postgrest import APIError

from preau import academies
from tests.journeys.conftest import Rows
from tests.support.buyers import new_buyer
from tests.support.stack import Stack
from tests.support.totp import code


async def test_staff_see_what_is_staffs_only_after_their_second_factor(
    stack: Stack, http: httpx.AsyncClient, rows: Rows
) -> None:
    slug = f"atelier-{uuid4().hex[:8]}"
    with psycopg.connect(stack.db_url) as connection:
        academies.create(
            connection,
            academies.AcademyFile(
                slug=slug, name="Atelier", country="FR", currency="EUR", timezone="Europe/Paris",
                site_url="https://atelier.example", sender_name="Atelier",
                sender_email="bonjour@atelier.example", open_to_sign_up=True,
                settings={"staff_needs_aal2": True},
            ),
        )  # fmt: skip
    student = await new_buyer(stack.env(), http, slug)
    admin = await new_buyer(stack.env(), http, slug)
    made: Any = rows.execute(
        "select private.invite_admin(%s, %s) ->> 'url' as url", [slug, admin.email]
    ).fetchone()
    token = made["url"].partition("#token=")[2]
    home: Any = (await admin.client.rpc("accept_invitation", {"token": token}).execute()).data
    academy = home["academy_id"]

    async def members() -> set[str]:
        asked = admin.client.table("members").select("user_id").eq("academy_id", academy)
        found: Any = (await asked.execute()).data
        return {row["user_id"] for row in found}

    given = {"academy_id": academy, "member_id": student.id, "role": "coach"}
    assert await members() == {admin.id}
    with pytest.raises(APIError) as refused:
        await admin.client.rpc("grant_role", given).execute()
    assert refused.value.details == "second_factor_required"

    enrolled = await admin.client.auth.mfa.enroll({"factor_type": "totp", "friendly_name": "app"})
    assert enrolled.totp is not None
    asked = await admin.client.auth.mfa.challenge({"factor_id": enrolled.id})
    await admin.client.auth.mfa.verify(
        {
            "factor_id": enrolled.id,
            "challenge_id": asked.id,
            "code": code(enrolled.totp.secret),
        }
    )
    assert await members() == {admin.id, student.id}
    await admin.client.rpc("grant_role", given).execute()
    renamed: Any = (
        await admin.client.table("academies").update({"name": "Autre"}).eq("id", academy).execute()
    )
    assert [row["name"] for row in renamed.data] == ["Autre"]
