"""Disputes: the bank takes the money until it has decided; staff answer at the provider."""

from __future__ import annotations

from typing import Any, Final

from preau.handlers import Context
from preau.payments.outcomes import record, wait_for_payment
from preau.providers.stripe import StripePayments
from preau.providers.stripe_disputes import retrieve_dispute

EVENTS: Final = frozenset(
    {
        "charge.dispute.created",
        "charge.dispute.updated",
        "charge.dispute.closed",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.funds_reinstated",
    }
)


async def settle(
    event: dict[str, Any], provider: StripePayments, context: Context
) -> dict[str, Any]:
    """Record what the dispute is now."""
    dispute = await retrieve_dispute(provider, event["object_id"])
    return wait_for_payment(await record("settle_dispute", event, context, dispute=dispute))
