"""A paid page whose event never came, to be asked about: an order paid, an enrolment, a mail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.prove.cases.payments import Payments
from tests.support.buyers import new_buyer
from tests.support.events import open_page


@dataclass(frozen=True)
class Sweeps(Payments):
    """The same states as by a webhook."""

    name: str = "sweeps"
    module: str = "sweeps"

    async def prepare(self) -> tuple[dict[str, Any], str]:
        """Buy and pay; the event is lost."""
        buyer = await new_buyer(self.stack.env(), self.http)
        purchase = await open_page(self.functions, buyer)
        assert await self.standin.pay(purchase.session_id) == 303
        attempt = await self.desk.queue.one(
            "select id::text from public.payment_attempts where provider_session_id = %s",
            purchase.session_id,
        )
        return {"attempt_id": attempt["id"]}, purchase.order["id"]
