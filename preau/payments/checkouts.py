"""Checkout Sessions: the provider's own page was paid, left or closed."""

from __future__ import annotations

from typing import Any, Final

from preau.handlers import Context
from preau.providers.stripe import StripePayments
from preau.worker import crash_point

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
    crash_point("payments.after_external_call")
    crash_point("payments.before_commit")
    settled: dict[str, Any] = await context.db.call(
        "settle_checkout", {"webhook_event_id": event["id"], "session": session}
    )
    return settled
