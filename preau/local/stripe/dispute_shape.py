"""The dispute object, every field of it that a card payment has."""

from __future__ import annotations

import stripe

from preau.local.stripe import ids
from preau.local.stripe.context import Context
from preau.local.stripe.errors import Json

DAY = 24 * 3600
# how long a seller has to answer, and how long an inquiry stays open
TO_ANSWER, INQUIRY = 9 * DAY, 120 * DAY
CODES = {"fraudulent": "10.4", "product_not_received": "13.1"}


def shape(context: Context, charge: Json, reason: str, amount: int) -> Json:
    """Return a new dispute; `reason` `inquiry` is a bank's question that takes no money yet."""
    inquiry = reason == "inquiry"
    return {
        "id": ids.new("du_1"),
        "object": "dispute",
        "amount": amount,
        "balance_transactions": [],
        "charge": charge["id"],
        "created": context.now,
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": _no_evidence(),
        "evidence_details": {
            "due_by": context.now + TO_ANSWER,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
            "submission_method": "not_submitted",
        },
        "intended_submission_method": None,
        "is_charge_refundable": inquiry,
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "payment_method_details": _details(charge, reason),
        "reason": "general" if inquiry else reason,
        "status": "warning_needs_response" if inquiry else "needs_response",
    }


def _details(charge: Json, reason: str) -> Json | None:
    details = charge["payment_method_details"]
    if details["type"] != "card":
        return None
    card = {
        "brand": details["card"]["brand"],
        "case_type": "inquiry" if reason == "inquiry" else "chargeback",
        "network": details["card"]["network"],
        "network_reason_code": CODES.get(reason, "10.4"),
    }
    return {"card": card, "type": "card"}


def _no_evidence() -> Json:
    """Return the fields the pinned library names, all empty."""
    fields = dict.fromkeys(stripe.Dispute.Evidence.__annotations__)
    return {**fields, "enhanced_evidence": {}}
