"""The first paid enrolment, as a visitor lives it: from sign-up to the mails in the inbox.

`preau demo` plays it against a running stack; nothing here knows anything a front end would not
know, except that the inbox and the payment page stand on loopback.
"""

from __future__ import annotations

import asyncio
import re
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

import httpx
from supabase import AsyncClient, AsyncClientOptions, acreate_client

from preau.database import PublicMembers, PublicOrders
from preau.errors import PreauError

RETURN_URL = "http://localhost:3000/merci?session={CHECKOUT_SESSION_ID}"
CANCEL_URL = "http://localhost:3000/formations"
CARD = {
    "card_number": "4242424242424242",
    "card_expiry": "12 / 34",
    "card_cvc": "123",
    "card_name": "Camille Durand",
}
WAIT_SECONDS = 30.0
MAILS = 4  # confirm the address, welcome, payment received, enrolled; and each invoice's
"""Address confirmation, welcome, payment, enrolment."""


@dataclass(frozen=True)
class Step:
    """One finished step: what happened, in words, and how long it took in seconds."""

    title: str
    outcome: str
    seconds: float


class _Form(HTMLParser):
    """The first form of a page with its fields, as a browser without JavaScript sees it."""

    def __init__(self) -> None:
        super().__init__()
        self.action: str | None = None
        self.fields: dict[str, str] = {}
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect the form's action and inputs."""
        found = {name: value or "" for name, value in attrs}
        if tag == "form" and self.action is None:
            self.action, self._inside = found.get("action", ""), True
        elif tag == "input" and self._inside and found.get("name"):
            self.fields[found["name"]] = found.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        """Stop at the end of the first form."""
        if tag == "form":
            self._inside = False


@dataclass
class Journey:
    """One visitor against one stack. `play` calls `report` after each step."""

    supabase_url: str
    publishable_key: str
    inbox_url: str
    academy: str = "mecaformation"
    formation: str = "cap-maintenance-vehicules"
    email: str = field(default_factory=lambda: f"camille.{secrets.token_hex(5)}@example.fr")
    password: str = field(default_factory=lambda: secrets.token_urlsafe(12))

    async def play(self, report: Callable[[Step], None]) -> None:
        """Live the whole journey; raises PreauError with what to look at when a step fails."""
        timeout = httpx.Timeout(15, connect=3)
        async with httpx.AsyncClient(timeout=timeout, trust_env=False) as self.http:
            options = AsyncClientOptions(auto_refresh_token=False, httpx_client=self.http)
            self.client: AsyncClient = await acreate_client(
                self.supabase_url, self.publishable_key, options
            )
            steps: list[tuple[str, Callable[[], Awaitable[str]]]] = [
                ("Sign up", self._sign_up),
                ("Confirm the e-mail address through the inbox", self._confirm),
                ("Read the catalogue as a visitor", self._catalogue),
                ("Sign in and join the academy", self._join),
                ("Order a formation, seat held", self._order),
                ("Open the payment page", self._checkout),
                ("Pay by card, as a browser would", self._pay),
                ("Webhook → queue → worker → enrolment active", self._enrolled),
                ("Mails in the inbox", self._mails),
            ]
            for title, step in steps:
                started = time.perf_counter()
                outcome = await step()
                report(Step(title, outcome, time.perf_counter() - started))

    async def _sign_up(self) -> str:
        await self.client.auth.sign_up(
            {
                "email": self.email,
                "password": self.password,
                "options": {"data": {"first_name": "Camille", "last_name": "Durand"}},
            }
        )
        return self.email

    async def _confirm(self) -> str:
        mail = await self._mail_with(re.compile(r"https?://\S+/auth/v1/verify\S*"))
        link = next(link for link in mail["links"] if "/auth/v1/verify" in link)
        answer = await self.http.get(link)
        if answer.status_code not in {302, 303, 307}:
            raise PreauError(
                "confirmation_failed",
                f"The link in the mail answered {answer.status_code}.",
                "Look at `preau logs auth`.",
            )
        return f"“{mail['subject']}” → {answer.headers['location'].split('#')[0]}"

    async def _catalogue(self) -> str:
        headers = {"apikey": self.publishable_key}
        anyone = await self.http.get(
            f"{self.supabase_url}/rest/v1/formations",
            headers=headers,
            params={
                "select": "id,title,price_euros,academies!inner(slug)",
                "academies.slug": f"eq.{self.academy}",
                "order": "order_index",
            },
        )
        anyone.raise_for_status()
        titles = [row["title"] for row in anyone.json()]
        return f"{len(titles)} formations, the first: {titles[0]}"

    async def _join(self) -> str:
        await self.client.auth.sign_in_with_password(
            {"email": self.email, "password": self.password}
        )
        joined = await self.client.rpc("join_academy", {"slug": self.academy}).execute()
        return f"member, {PublicMembers.model_validate(joined.data).status}"

    async def _order(self) -> str:
        formation: Any = (
            await self.client.table("formations")
            .select("id,cohorts(id,starts_on,seats_left),offer_grants(offers(id,kind))")
            .eq("slug", self.formation)
            .single()
            .execute()
        ).data
        self.formation_id = formation["id"]
        roomiest = max(formation["cohorts"], key=lambda cohort: int(cohort["seats_left"]))
        made = await self.client.rpc(
            "create_order",
            {
                "offer_id": formation["offer_grants"][0]["offers"]["id"],
                "cohort_id": roomiest["id"],
            },
        ).execute()
        order = PublicOrders.model_validate(made.data)
        self.order_id = str(order.id)
        return f"{order.reference}, {order.total_amount / 100:.2f} {order.currency}, {order.status}"

    async def _checkout(self) -> str:
        page = await self._invoke(
            "create-checkout",
            {"order_id": self.order_id, "success_url": RETURN_URL, "cancel_url": CANCEL_URL},
        )
        self.page = str(page["url"])
        return self.page

    async def _pay(self) -> str:
        shown = await self.http.get(self.page)
        shown.raise_for_status()
        form = _Form()
        form.feed(shown.text)
        if form.action is None:
            raise PreauError(
                "payment_page_unpayable", "The payment page has no form.", "Is this the stand-in?"
            )
        answer = await self.http.post(urljoin(self.page, form.action), data=form.fields | CARD)
        if answer.status_code != 303:
            raise PreauError(
                "payment_refused",
                f"The payment page answered {answer.status_code}.",
                "Look at `preau logs stripe`.",
            )
        return f"back to {answer.headers['location']}"

    async def _enrolled(self) -> str:
        deadline = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < deadline:
            rows: Any = (
                await self.client.table("enrollments")
                .select("status,start_date,payment_status")
                .eq("formation_id", self.formation_id)
                .execute()
            ).data
            if rows and rows[0]["status"] == "active":
                return f"active from {rows[0]['start_date']}, {rows[0]['payment_status']}"
            await asyncio.sleep(0.05)
        raise PreauError(
            "enrolment_missing",
            f"No active enrolment within {WAIT_SECONDS:.0f} s of the payment.",
            "Look at `preau logs workers` and `preau logs functions`.",
        )

    async def _mails(self) -> str:
        invoices = self.client.table("invoices").select("id").eq("order_id", self.order_id)
        # An academy that has not said who sells (settings.invoicing) issues none yet.
        due = MAILS + len((await invoices.execute()).data)
        deadline = time.monotonic() + WAIT_SECONDS
        subjects: list[str] = []
        while time.monotonic() < deadline:
            subjects = [mail["subject"] for mail in await self._inbox()]
            if len(subjects) >= due:
                return " · ".join(f"“{subject}”" for subject in subjects)
            await asyncio.sleep(0.1)
        raise PreauError(
            "mails_missing", f"Only {subjects} arrived.", "Look at `preau logs workers`."
        )

    async def _invoke(self, name: str, body: dict[str, str]) -> Any:
        return await self.client.functions.invoke(
            name, invoke_options={"body": body, "responseType": "json"}
        )

    async def _inbox(self) -> list[dict[str, Any]]:
        answer = await self.http.get(f"{self.inbox_url}/api/messages", params={"to": self.email})
        answer.raise_for_status()
        found: list[dict[str, Any]] = answer.json()["messages"]
        return found

    async def _mail_with(self, pattern: re.Pattern[str]) -> dict[str, Any]:
        deadline = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < deadline:
            for mail in await self._inbox():
                answer = await self.http.get(f"{self.inbox_url}/api/messages/{mail['id']}")
                whole: dict[str, Any] = answer.json()
                if pattern.search(whole["text"] or whole["html"] or ""):
                    return whole
            await asyncio.sleep(0.1)
        raise PreauError(
            "mail_missing", f"No mail for {self.email}.", "Look at `preau logs inbox`."
        )
