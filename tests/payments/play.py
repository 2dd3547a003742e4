"""What happens to one order, step by step: the buyer, Stripe's stand-in, time, and our handlers.

Everything goes the way it goes in earnest: pages and forms are opened through the functions, the
stand-in's own events are posted to `stripe-webhook`, and the handlers talk to the database through
the gateway. A step is a method; the table names it with spaces.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import stripe
from psycopg import Connection

from functions.context import Services
from preau.errors import PermanentError
from preau.handlers import Context
from tests.support.buyers import CANCEL_URL, RETURN_URL, Buyer
from tests.support.contexts import bare_context
from tests.support.events import Purchase
from tests.support.shop import CAP_OFFER
from tests.support.standin import (
    CARD_ASKING_ITS_BANK,
    CARD_DECLINED,
    IBAN_OK,
    IBAN_REJECTED,
    Standin,
)
from tests.workers.test_payments import forged_session
from workers import payments, refunds, sweeps

ACCOUNT, SECRET = "mecaformation-stripe", "whsec_standin_mecaformation"


@dataclass
class Play:
    """One order of one buyer, in a cohort with one seat."""

    functions: httpx.AsyncClient
    services: Services
    standin: Standin
    db: Connection[dict[str, Any]]
    buyer: Buyer
    rival: Buyer
    cohort: str
    order: dict[str, Any]
    letters: list[str] = field(default_factory=list)
    _session: str = ""
    _intent: str = ""
    _question: str = ""
    _seen: set[str] = field(default_factory=set)

    async def step(self, name: str) -> None:
        """Let one step of the table happen."""
        method: Callable[[], Awaitable[None]] = getattr(
            self, name.lower().replace(" ", "_").replace("-", "_")
        )
        await method()

    async def page(self) -> None:
        urls = {"success_url": RETURN_URL, "cancel_url": CANCEL_URL}
        self._session = (await self._ask("create-checkout", **urls))["session_id"]

    async def form(self) -> None:
        self._intent = (await self._ask("create-payment-intent"))["payment_intent_id"]

    async def card(self) -> None:
        assert await self.standin.pay(self._session) == 303

    async def card_declined(self) -> None:
        assert await self.standin.pay(self._session, CARD_DECLINED) == 402

    async def card_with_3_d_secure(self) -> None:
        form = {"card_number": CARD_ASKING_ITS_BANK, "card_expiry": "12/34", "card_cvc": "123"}
        answer = await self.standin.http.post(
            f"{self.standin.url}/c/pay/{self._session}", data=form | {"card_name": "Zoé"}
        )
        assert answer.status_code == 303, answer.text
        self._question = answer.headers["location"]

    async def bank_accepts(self) -> None:
        assert await self.standin.answer_bank(self._question) == 303

    async def bank_refuses(self) -> None:
        assert await self.standin.answer_bank(self._question, accept=False) == 402

    async def debit(self) -> None:
        assert await self.standin.pay_by_debit(self._session, IBAN_OK) == 303

    async def debit_refused_later(self) -> None:
        assert await self.standin.pay_by_debit(self._session, IBAN_REJECTED) == 303

    async def form_card(self) -> None:
        assert await self._confirm("pm_card_visa") == "succeeded"

    async def form_card_declined(self) -> None:
        try:
            await self._confirm("pm_card_visa_chargeDeclined")
        except stripe.CardError:
            return
        raise AssertionError("the card was not declined")

    async def form_debit_refused_later(self) -> None:
        assert await self._confirm("pm_sepaDebit_failed_fr") == "processing"

    async def second_page_paid(self) -> None:
        await forged_session(self.standin, Purchase(self.order, self._session))

    async def strange_page_paid(self) -> None:
        await forged_session(self.standin, Purchase(self.order, self._session), amount=100)

    async def an_hour_passes(self) -> None:
        await self.standin.advance(3600)

    async def days_pass(self) -> None:
        await self.standin.advance(5 * 86400)

    async def order_lapses(self) -> None:
        """The time for the order is over, and housekeeping gives its seat back."""
        self.db.execute(
            "update public.orders set expires_at = now() - interval '20 minutes' where id = %s",
            [self.order["id"]],
        )
        self.db.execute(
            "update public.enrollments set held_until = now() - interval '20 minutes'"
            " where order_id = %s",
            [self.order["id"]],
        )
        self.db.execute("select private.housekeep()")

    async def seat_goes(self) -> None:
        """Somebody else takes the one seat."""
        place = {"offer_id": str(CAP_OFFER), "cohort_id": self.cohort}
        await self.rival.client.rpc("create_order", place).execute()

    async def webhooks(self) -> None:
        """Stripe delivers what it has not delivered of this order; the worker handles it."""
        for event in await self._new_events():
            body = json.dumps(event)
            stamp = stripe.WebhookSignature.generate_signature_header(body, SECRET)
            answer = await self.functions.post(
                f"stripe-webhook/{ACCOUNT}", content=body, headers={"Stripe-Signature": stamp}
            )
            assert answer.status_code == 200, answer.text
            kept = self.db.execute(
                "select id from private.webhook_events where event_id = %s", [event["id"]]
            ).fetchone()
            assert kept is not None
            await self._handle(payments.handle, payments.Message(webhook_event_id=kept["id"]))

    async def webhooks_lost(self) -> None:
        await self._new_events()

    async def sweep(self) -> None:
        """The sweeper asks about each attempt of the order."""
        found = self.db.execute(
            "select a.id from public.payment_attempts as a join public.payments as p"
            " on p.id = a.payment_id where p.order_id = %s order by a.created_at",
            [self.order["id"]],
        ).fetchall()
        for attempt in found:
            await self._handle(sweeps.handle, sweeps.Message(attempt_id=attempt["id"]))

    async def refunds(self) -> None:
        """The worker asks Stripe for each refund that is due."""
        found = self.db.execute(
            "select r.id from public.refunds as r join public.payments as p on p.id = r.payment_id"
            " where p.order_id = %s and r.status = 'pending' order by r.created_at",
            [self.order["id"]],
        ).fetchall()
        for refund in found:
            await self._handle(refunds.handle, refunds.Message(refund_id=refund["id"]))

    async def _ask(self, function: str, **more: str) -> dict[str, Any]:
        answer = await self.functions.post(
            function,
            json={"order_id": self.order["id"]} | more,
            headers={"Authorization": f"Bearer {self.buyer.token}"},
        )
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def _confirm(self, method: str) -> str:
        intents = self.standin.as_account().v1.payment_intents
        params: Any = {"payment_method": method, "return_url": RETURN_URL}
        return (await intents.confirm_async(self._intent, params)).status

    async def _new_events(self) -> list[dict[str, Any]]:
        """Return the events about this order that were not returned before, oldest first."""
        address = f"{self.standin.url}/_standin/events"
        listed = await self.standin.http.get(address, params={"account": ACCOUNT, "limit": "1000"})
        events = [each["event"] for each in reversed(listed.json()["events"])]
        ours = {self.order["id"], self._session, self._intent} - {""}
        found = []
        for event in events:
            text = json.dumps(event)
            if event["id"] not in self._seen and any(name in text for name in ours):
                self._seen.add(event["id"])
                found.append(event)
        return found

    async def _handle(self, handle: Callable[[Any, Context], Awaitable[None]], job: Any) -> None:
        context = bare_context(self.services.db, self.services.settings)
        try:
            await handle(job, context)
        except PermanentError as error:
            self.letters.append(error.code)
