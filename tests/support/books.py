"""An account with days of payments of its own, at the provider and in our books, to be compared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import stripe

from preau.settings import Settings
from tests.support.people import MECA
from tests.support.standin import Standin
from tests.workers.rig import TestQueue, until, working
from workers import reconciliations

PAID_FOR = """
with bought as (
    insert into public.orders (
        academy_id, reference, buyer_id, beneficiary_id, status, currency, total_amount, expires_at,
        paid_at
    )
    select %(academy)s, 'T-' || gen_random_uuid(), %(buyer)s, %(buyer)s, 'pending', 'EUR', 0, now(),
        null
    returning id
), due as (
    insert into public.payments (
        academy_id, order_id, provider_account_id, amount, currency, status, paid_at,
        stripe_payment_intent_id
    )
    select %(academy)s, b.id, %(account)s, %(amount)s, %(currency)s, %(status)s,
        case when %(status)s = 'succeeded' then %(at)s::timestamptz end, %(intent)s
    from bought as b returning id
)
insert into public.payment_attempts (
    id, academy_id, payment_id, idempotency_key, status, kind, provider_intent_id, expires_at
)
select %(attempt)s, %(academy)s, due.id, gen_random_uuid()::text, 'succeeded', 'intent', %(tried)s,
    now()
from due returning payment_id::text as id
"""


@dataclass(frozen=True)
class Charged:
    """A payment at the provider."""

    intent: str
    charge: str
    attempt: str
    amount: int
    at: datetime


@dataclass(frozen=True)
class Books:
    """One provider account of MécaFormation, which only this test knows."""

    account: str
    buyer: str
    queue: TestQueue
    standin: Standin
    settings: Settings
    key: str = "mecaformation"

    @property
    def client(self) -> stripe.StripeClient:
        """The account at the provider."""
        return self.standin.as_account(self.key)

    async def charge(
        self, amount: int = 10_000, attempt: str | None = None, card: str = "pm_card_visa"
    ) -> Charged:
        """Somebody pays at the provider."""
        named = attempt or str(uuid4())
        params: Any = {
            "amount": amount,
            "currency": "eur",
            "confirm": True,
            "payment_method": card,
            "return_url": "http://localhost:3000/merci",
            "metadata": {"attempt_id": named},
            "expand": ["latest_charge"],
        }
        made = await self.client.v1.payment_intents.create_async(params)
        charge = made.latest_charge
        assert isinstance(charge, stripe.Charge)
        at = datetime.fromtimestamp(charge.created, UTC)
        return Charged(made.id, charge.id, named, amount, at)

    async def write(self, paid: Charged, **columns: object) -> str:
        """Write a payment into our books; `columns` make it differ. Returns its id."""
        facts: dict[str, Any] = {
            "academy": MECA,
            "account": self.account,
            "buyer": self.buyer,
            "amount": paid.amount,
            "currency": "EUR",
            "status": "succeeded",
            "at": paid.at,
            "intent": paid.intent,
            "tried": paid.intent,
            "attempt": paid.attempt,
        } | columns
        async with self.queue.db.cursor() as cursor:
            await cursor.execute(PAID_FOR, facts)
            [row] = await cursor.fetchall()
        return str(row["id"])

    async def clean(self, amount: int = 10_000) -> tuple[Charged, str]:
        """A payment that both have."""
        paid = await self.charge(amount)
        return paid, await self.write(paid)

    async def refund(self, paid: Charged, amount: int) -> stripe.Refund:
        """Money goes back at the provider."""
        params: Any = {"payment_intent": paid.intent, "amount": amount}
        return await self.client.v1.refunds.create_async(params)

    async def write_refund(self, payment: str, made: stripe.Refund, amount: int) -> None:
        """Write it into our books."""
        await self.queue.db.execute(
            "insert into public.refunds (academy_id, payment_id, provider_account_id,"
            " payment_intent_id, amount, currency, reason, status, provider_refund_id, settled_at,"
            " created_at)"
            " values (%s, %s, %s, %s, %s, 'EUR', 'dashboard', 'succeeded', %s, now(),"
            " to_timestamp(%s))",
            [MECA, payment, self.account, made.payment_intent, amount, made.id, made.created],
        )

    async def dispute(self, paid: Charged) -> stripe.Dispute:
        """The buyer disputes it."""
        address = f"{self.standin.url}/_standin/charges/{paid.charge}/dispute"
        told = await self.standin.http.post(address, json={"reason": "fraudulent"})
        told.raise_for_status()
        params: Any = {"payment_intent": paid.intent}
        [made] = (await self.client.v1.disputes.list_async(params)).data
        return made

    async def write_dispute(self, payment: str, made: stripe.Dispute) -> None:
        """Write it into our books."""
        await self.queue.db.execute(
            "insert into public.disputes (academy_id, payment_id, provider_account_id,"
            " payment_intent_id, provider_dispute_id, amount, currency, reason, status, created_at)"
            " values (%s, %s, %s, %s, %s, %s, 'EUR', %s, %s, to_timestamp(%s))",
            [
                *(MECA, payment, self.account, made.payment_intent, made.id, made.amount),
                *(made.reason, made.status, made.created),
            ],
        )

    async def request(self, day: date, quiet_minutes: int = 0) -> str:
        """Ask for a run; its usual job is taken away."""
        row = await self.queue.one(
            "select private.request_reconciliation(%s, %s, %s)::text as id",
            *(self.account, day, quiet_minutes),
        )
        await self.queue.all(
            "delete from pgmq.q_reconciliations where message ->> 'reconciliation_id' = %s"
            " returning msg_id",
            row["id"],
        )
        run: str = row["id"]
        return run

    async def reconcile(self, day: date, quiet_minutes: int = 0) -> dict[str, Any]:
        """Compare a day with the real handler; returns the run's row."""
        run = await self.request(day, quiet_minutes)
        await self.queue.send({"reconciliation_id": run})
        async with working(
            *(self.queue.name, reconciliations.handle, self.settings),
            message=reconciliations.Message,
        ):
            await until(self._is_empty, "the day is compared", seconds=60)
        assert not await self.queue.dead(), await self.queue.dead()
        return await self.queue.one("select * from private.reconciliations where id = %s", run)

    async def _is_empty(self) -> bool:
        return not await self.queue.waiting()

    async def differences(self) -> list[dict[str, Any]]:
        """All of the account, oldest first."""
        return await self.queue.all(
            "select * from private.reconciliation_differences"
            " where provider_account_id = %s order by id",
            self.account,
        )


async def open_books(
    queue: TestQueue, buyer: str, standin: Standin, settings: Settings, key: str = "mecaformation"
) -> Books:
    """Give MécaFormation one more account, with the stand-in's key for `key`."""
    row = await queue.one(
        "insert into private.provider_accounts"
        " (academy_id, slug, provider, secret_name, is_default)"
        " values (%s, %s, 'stripe', %s, false) returning id::text",
        *(MECA, f"books-{uuid4().hex[:12]}", f"STRIPE_{key.upper()}"),
    )
    return Books(row["id"], buyer, queue, standin, settings, key)
