"""Events about money that went back without us: a refund by hand, a dispute that a bank opened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.prove.cases.refunds import GONE, PAID
from tests.support.backoffice import BackOffice
from tests.support.buyers import new_buyer
from tests.support.events import Purchase, open_page
from tests.support.stack import Stack

DISPUTED: tuple[str, str, int, list[str]] = ("disputed", "active", 1, [])


@dataclass(frozen=True)
class RefundEvents:
    """Effects are the refunds in our books: one order refunded, one mail."""

    stack: Stack
    office: BackOffice
    functions: httpx.AsyncClient
    http: httpx.AsyncClient
    about: dict[str, Purchase] = field(default_factory=dict)
    name: str = "payments: refund"
    module: str = "payments"
    writes: str = "public.refunds"
    copies: Mapping[str, int] = field(default_factory=dict)

    async def prepare(self) -> tuple[dict[str, Any], str]:
        """Buy, pay, and have it given back by hand."""
        page = await self._bought()
        refund = await self.office.by_hand(page)
        event = await self.office.desk.event(refund.id, "refund.created")
        self.about[event] = page
        return {"webhook_event_id": event}, event

    async def effects(self, token: str) -> int:
        """Count the refunds recorded; the order, its access and the mail follow them."""
        page = self.about[token]
        found = await self.office.desk.queue.one(
            "select count(*) as refunds from public.refunds as r"
            " join public.payments as p on p.id = r.payment_id where p.order_id = %s",
            page.order["id"],
        )
        state = await self.office.state(page)
        assert state == (GONE if found["refunds"] else PAID), (found, state)
        return int(found["refunds"])

    async def _bought(self) -> Purchase:
        buyer = await new_buyer(self.stack.env(), self.http)
        return await self.office.paid(await open_page(self.functions, buyer))


@dataclass(frozen=True)
class DisputeEvents(RefundEvents):
    """Effects are the disputes in our books, each with one audit entry."""

    name: str = "payments: dispute"
    writes: str = "public.disputes"

    async def prepare(self) -> tuple[dict[str, Any], str]:
        """Buy, pay, and have the buyer's bank open a dispute."""
        page = await self._bought()
        charge = await self.office.charge(page)
        await self.office.control(f"charges/{charge}/dispute", {"reason": "fraudulent"})
        event = await self.office.desk.event(
            await self.office.dispute(page), "charge.dispute.created"
        )
        self.about[event] = page
        return {"webhook_event_id": event}, event

    async def effects(self, token: str) -> int:
        """Count the disputes recorded; the order follows them."""
        page = self.about[token]
        found = await self.office.desk.queue.one(
            "select count(*) as disputes from public.disputes as d"
            " join public.payments as p on p.id = d.payment_id where p.order_id = %s",
            page.order["id"],
        )
        state = await self.office.state(page)
        assert state == (DISPUTED if found["disputes"] else PAID), (found, state)
        return int(found["disputes"])
