"""People for tests, made the way real ones are: sign-up, e-mail confirmed, academy joined."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
from supabase import AsyncClient, AsyncClientOptions, acreate_client

RETURN_URL = "http://localhost:3000/merci?s={CHECKOUT_SESSION_ID}"
CANCEL_URL = "http://localhost:3000/formations"
PASSWORD = "correct horse battery staple"


@dataclass(frozen=True)
class Buyer:
    """A signed-in member of an academy and their client."""

    id: str
    email: str
    token: str
    client: AsyncClient

    async def order(self, title: str = "CAP Maintenance des véhicules") -> dict[str, Any]:
        """Order the offer of this title and return the order's row."""
        offers: Any = (
            await self.client.table("offers")
            .select("id,offer_grants(formations(cohorts(id,seats_left)))")
            .eq("title", title)
            .execute()
        )
        offer = offers.data[0]
        granted = [grant["formations"] for grant in offer["offer_grants"] if grant["formations"]]
        cohorts = [cohort for formation in granted for cohort in formation["cohorts"]]
        roomiest = max(cohorts, key=lambda cohort: int(cohort["seats_left"]), default={"id": None})
        order: Any = await self.client.rpc(
            "create_order", {"offer_id": offer["id"], "cohort_id": roomiest["id"]}
        ).execute()
        row: dict[str, Any] = order.data
        return row


async def new_buyer(
    env: Mapping[str, str], http: httpx.AsyncClient, academy: str = "mecaformation"
) -> Buyer:
    """Sign somebody up, confirm their address through the inbox, sign in and join the academy."""
    email = f"buyer.{uuid4().hex[:12]}@example.fr"
    client = await acreate_client(
        env["SUPABASE_URL"],
        env["SUPABASE_PUBLISHABLE_KEY"],
        AsyncClientOptions(auto_refresh_token=False, httpx_client=http),
    )
    names = {"first_name": "Camille", "last_name": "Durand"}
    await client.auth.sign_up({"email": email, "password": PASSWORD, "options": {"data": names}})
    await http.get(await _confirmation_link(env["INBOX_URL"], http, email))
    signed_in = await client.auth.sign_in_with_password({"email": email, "password": PASSWORD})
    assert signed_in.session is not None
    assert signed_in.user is not None
    await client.rpc("join_academy", {"slug": academy}).execute()
    return Buyer(signed_in.user.id, email, signed_in.session.access_token, client)


async def _confirmation_link(inbox: str, http: httpx.AsyncClient, email: str) -> str:
    for _ in range(200):
        found = (await http.get(f"{inbox}/api/messages", params={"to": email})).json()["messages"]
        for mail in found:
            text = (await http.get(f"{inbox}/api/messages/{mail['id']}")).json()["text"]
            if link := re.search(r"https?://\S+/auth/v1/verify\S*", text):
                return link[0]
        await asyncio.sleep(0.05)
    raise AssertionError(f"no confirmation mail for {email}")
