"""Checkout Sessions: the provider's own page was paid, left or closed."""

from __future__ import annotations

from typing import Any, Final

from preau.handlers import Context
from preau.payments.outcomes import record
from preau.providers.stripe import StripePayments

EVENTS: Final = frozenset(
    {
        "checkout.session.completed",
        "checkout.session.async_payment_succeeded",
        "checkout.session.async_payment_failed",
        "checkout.session.expired",
    }
)


async def settle(
    event: dict[str, Any], provider: StripePayments, context: Context
) -> dict[str, Any]:
    """Record what the session is now."""
    session = await provider.retrieve_checkout(event["object_id"])
    return await record("settle_checkout", event, context, session=session)
