"""Disputes at Stripe: what a buyer's bank asked for, and how far that is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from preau.providers.stripe_errors import id_of, typed
from preau.providers.stripe_refunds import attempt_of

if TYPE_CHECKING:
    from stripe.params import DisputeRetrieveParams

    from preau.providers.stripe import StripePayments


async def retrieve_dispute(provider: StripePayments, dispute_id: str) -> dict[str, Any]:
    """Return a dispute's present state, in the shape `worker.settle_dispute` records."""
    params: DisputeRetrieveParams = {"expand": ["payment_intent"]}
    dispute = await typed(provider.client.v1.disputes.retrieve_async(dispute_id, params))
    return {
        "id": dispute.id,
        "status": dispute.status,
        "amount": dispute.amount,
        "currency": dispute.currency,
        "reason": dispute.reason,
        "payment_intent": id_of(dispute.payment_intent),
        "attempt_id": attempt_of(dispute.payment_intent),
        "evidence_due_by": dispute.evidence_details.due_by,
    }
