"""Money that is due back: one refund at the provider, recorded, access ended once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.support.backoffice import BackOffice
from tests.support.buyers import new_buyer
from tests.support.events import Purchase, open_page
from tests.support.stack import Stack

GONE = ("refunded", "cancelled", 0, ["refund_confirmed"])
PAID: tuple[str, str, int, list[str]] = ("paid", "active", 1, [])


@dataclass(frozen=True)
class Refunds:
    """Effects are refunds at the provider, which must be all that our books say."""

    stack: Stack
    office: BackOffice
    functions: httpx.AsyncClient
    http: httpx.AsyncClient
    bought: dict[str, Purchase] = field(default_factory=dict)
    name: str = "refunds"
    module: str = "refunds"
    writes: str = "public.refunds"
    copies: Mapping[str, int] = field(default_factory=dict)

    async def prepare(self) -> tuple[dict[str, Any], str]:
        """Buy, pay and ask for all of it back, without the usual job."""
        buyer = await new_buyer(self.stack.env(), self.http)
        page = await self.office.paid(await open_page(self.functions, buyer))
        asked = await self.office.ask(page)
        await self.office.queue.all(
            "delete from pgmq.q_refunds where message ->> 'refund_id' = %s returning msg_id", asked
        )
        self.bought[asked] = page
        return {"refund_id": asked}, asked

    async def effects(self, token: str) -> int:
        """Count the refunds made; the order, its access and the mail follow them."""
        page = self.bought[token]
        made = len(await self.office.made(page))
        state = await self.office.state(page)
        assert state == (GONE if made else PAID), (made, state)
        return made
