"""A paid page whose event is to be settled: one order paid, one enrolment, one mail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.support.buyers import new_buyer
from tests.support.events import Desk, open_page
from tests.support.stack import Stack
from tests.support.standin import Standin

PAID = {
    "order": "paid",
    "payment": "succeeded",
    "enrollments": ["active"],
    "entitlements": 1,
    "mails": 1,
}
UNPAID = {
    "order": "pending",
    "payment": "pending",
    "enrollments": ["pending"],
    "entitlements": 0,
    "mails": 0,
}


@dataclass(frozen=True)
class Payments:
    """Effects are states of the order; the provider is only asked."""

    stack: Stack
    desk: Desk
    standin: Standin
    functions: httpx.AsyncClient
    http: httpx.AsyncClient
    name: str = "payments"
    module: str = "payments"
    writes: str = "public.orders"
    copies: Mapping[str, int] = field(default_factory=dict)

    async def prepare(self) -> tuple[dict[str, Any], str]:
        """Buy and pay, as a person does; keep the event without a job."""
        buyer = await new_buyer(self.stack.env(), self.http)
        purchase = await open_page(self.functions, buyer)
        assert await self.standin.pay(purchase.session_id) == 303
        event = await self.desk.event(purchase.session_id)
        return {"webhook_event_id": event}, purchase.order["id"]

    async def effects(self, token: str) -> int:
        """1 where all of it is there, 0 where nothing is."""
        state = await self.desk.state(token)
        assert state in (PAID, UNPAID), state
        return int(state == PAID)
