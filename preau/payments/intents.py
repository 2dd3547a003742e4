"""PaymentIntents: the payment behind a form of the academy's own, or behind a Checkout page."""

from __future__ import annotations

from typing import Any, Final

from preau.handlers import Context
from preau.providers.stripe import StripePayments
from preau.worker import crash_point

EVENTS: Final = frozenset(
    {
        "payment_intent.succeeded",
        "payment_intent.payment_failed",
        "payment_intent.processing",
        "payment_intent.requires_action",
        "payment_intent.canceled",
    }
)


async def settle(
    event: dict[str, Any], provider: StripePayments, context: Context
) -> dict[str, Any]:
    """Record what the payment is now."""
    intent = await provider.retrieve_intent(event["object_id"])
    crash_point("payments.after_external_call")
    crash_point("payments.before_commit")
    settled: dict[str, Any] = await context.db.call(
        "settle_intent", {"webhook_event_id": event["id"], "intent": intent}
    )
    return settled
