"""A payment by a front end's own form: the same states as by the provider's page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.functions.test_payment_intents import ask, confirm
from tests.prove.cases.payments import Payments
from tests.support.buyers import new_buyer


@dataclass(frozen=True)
class Forms(Payments):
    """Effects are states of the order."""

    name: str = "payments: form"

    async def prepare(self) -> tuple[dict[str, Any], str]:
        """Buy and pay by the form; keep its event without a job."""
        buyer = await new_buyer(self.stack.env(), self.http)
        order = await buyer.order()
        form = (await ask(self.functions, buyer, order["id"])).json()
        assert await confirm(self.standin, form) == "succeeded"
        event = await self.desk.event(form["payment_intent_id"], "payment_intent.succeeded")
        return {"webhook_event_id": event}, order["id"]
