"""PaymentIntents: the payment behind a form of the academy's own, or behind a Checkout page."""

from __future__ import annotations

from typing import Any, Final

from preau.handlers import Context
from preau.payments.outcomes import record
from preau.providers.stripe import StripePayments

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
    return await record("settle_intent", event, context, intent=intent)
