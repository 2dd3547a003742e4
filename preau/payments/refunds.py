"""Refunds: asked for by us or made by hand in the provider's pages, told of by several events."""

from __future__ import annotations

from typing import Any, Final

from preau.handlers import Context
from preau.payments.outcomes import record, wait_for_payment
from preau.providers.stripe import StripePayments
from preau.providers.stripe_refunds import refunds_of, retrieve_refund

OF_A_CHARGE: Final = "charge.refunded"
EVENTS: Final = frozenset(
    {OF_A_CHARGE, "charge.refund.updated", "refund.created", "refund.updated", "refund.failed"}
)


async def settle(
    event: dict[str, Any], provider: StripePayments, context: Context
) -> dict[str, Any]:
    """Record what the refund is now, or each refund of the charge."""
    if event["event_type"] == OF_A_CHARGE:
        refunds = await refunds_of(provider, charge=event["object_id"])
    else:
        refunds = [await retrieve_refund(provider, event["object_id"])]
    return wait_for_payment(await record("settle_refunds", event, context, refunds=refunds))
