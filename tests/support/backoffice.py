"""Refunds on a queue of the test's own: asked for, worked off, and told of by the provider."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import stripe

from tests.support.events import Desk, Purchase
from tests.support.standin import CARD_OK, Standin
from tests.workers.rig import TestQueue, until, working
from workers import refunds

DEAR = 69_000  # what the CAP costs in the seed


@dataclass(frozen=True)
class BackOffice:
    """Where money goes back: a desk for events, a queue for refunds, a stand-in."""

    desk: Desk
    queue: TestQueue
    standin: Standin

    async def paid(self, purchase: Purchase, card: str = CARD_OK) -> Purchase:
        """Pay the page and settle its event."""
        assert await self.standin.pay(purchase.session_id, card) == 303
        assert await self.desk.handle(await self.desk.event(purchase.session_id)) == []
        return purchase

    async def ask(
        self, purchase: Purchase, amount: int | None = None, reason: str = "staff"
    ) -> str:
        """Have a rule of ours ask for a refund; its job is left to `work`."""
        row = await self.desk.queue.one(
            "select private.request_refund(p.id, %s, %s)::text as id"
            " from public.payments as p where p.order_id = %s",
            *(amount, reason, purchase.order["id"]),
        )
        refund_id: str = row["id"]
        return refund_id

    async def work(self, *refund_ids: str) -> list[str]:
        """Work refunds off; returns the codes of the dead letters this left."""
        await self.queue.send(*({"refund_id": refund_id} for refund_id in refund_ids))
        async with working(
            self.queue.name, refunds.handle, self.desk.settings, message=refunds.Message
        ):
            await until(self._is_empty, "the refunds are worked off", seconds=20)
        return [letter["code"] for letter in (await self.queue.dead()).values()]

    async def _is_empty(self) -> bool:
        return not await self.queue.waiting()

    async def tell(self, kind: str, object_id: str) -> list[str]:
        """An event arrives and is worked off; returns the codes of the dead letters."""
        return await self.desk.handle(await self.desk.event(object_id, kind))

    async def intent(self, purchase: Purchase) -> str:
        """The payment at the provider."""
        sessions = self.standin.as_account().v1.checkout.sessions
        session = await sessions.retrieve_async(purchase.session_id)
        return str(session.payment_intent)

    async def charge(self, purchase: Purchase) -> str:
        """Its charge."""
        params: Any = {"payment_intent": await self.intent(purchase)}
        [found] = (await self.standin.as_account().v1.charges.list_async(params)).data
        return found.id

    async def dispute(self, purchase: Purchase) -> str:
        """Its dispute."""
        params: Any = {"payment_intent": await self.intent(purchase)}
        [found] = (await self.standin.as_account().v1.disputes.list_async(params)).data
        return found.id

    async def control(self, path: str, body: dict[str, Any]) -> None:
        """Decide what at Stripe a bank decides."""
        url = f"{self.standin.url}/_standin/{path}"
        (await self.standin.http.post(url, json=body)).raise_for_status()

    async def by_hand(
        self, purchase: Purchase, amount: int | None = None, **metadata: str
    ) -> stripe.Refund:
        """Refund in the provider's own pages."""
        params: Any = {"payment_intent": await self.intent(purchase), "metadata": metadata}
        if amount is not None:
            params["amount"] = amount
        return await self.standin.as_account().v1.refunds.create_async(params)

    async def made(self, purchase: Purchase) -> list[stripe.Refund]:
        """All refunds of a payment at the provider."""
        params: Any = {"payment_intent": await self.intent(purchase)}
        return list((await self.standin.as_account().v1.refunds.list_async(params)).data)

    async def refund(self, refund_id: str) -> dict[str, Any]:
        """Our row."""
        return await self.desk.queue.one("select * from public.refunds where id = %s", refund_id)

    async def state(self, purchase: Purchase) -> tuple[str, str, int, list[str]]:
        """The order, its enrolment, how many entitlements it gives, mails about money back."""
        row = await self.desk.queue.one(
            "select o.status as order,"
            " (select e.status from public.enrollments as e where e.order_id = o.id) as enrolment,"
            " (select count(*) from public.entitlements as t"
            "   join public.order_lines as l on l.id = t.source_id"
            "   where l.order_id = o.id and t.revoked_at is null) as entitlements,"
            " (select coalesce(array_agg(m.template order by m.template), '{}')"
            "   from public.email_messages as m where m.user_id = o.buyer_id"
            "   and m.template ~ 'refund') as mails"
            " from public.orders as o where o.id = %s",
            purchase.order["id"],
        )
        return row["order"], row["enrolment"], row["entitlements"], row["mails"]
