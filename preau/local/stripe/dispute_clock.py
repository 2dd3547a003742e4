"""What happens to a dispute by itself: a buyer opens it, a bank reads, a time runs out.

Source of the words: docs.stripe.com/testing#evidence.
"""

from __future__ import annotations

from preau.local.stripe import charges, dispute_rules, disputes
from preau.local.stripe.context import Context

DECISIONS = {"winning_evidence": "won", "losing_evidence": "lost"}
ESCALATE = "escalate_inquiry_evidence"


def _disputed(context: Context, charge: str) -> None:
    found = charges.get(context, charge)
    reason = context.tx.private(context.account.account, "charge", charge)["dispute"]
    if not found["disputed"] and not found["refunded"]:
        disputes.open_(context, found, reason)


def _reviewed(context: Context, identifier: str) -> None:
    """Decide by the evidence; without one of Stripe's words the bank goes on reading."""
    dispute = disputes.get(context, identifier)
    text = dispute["evidence"]["uncategorized_text"]
    if dispute["status"] == "warning_under_review":
        if text == ESCALATE:
            disputes.escalate(context, dispute)
        elif text in DECISIONS:
            disputes.end(context, dispute, "warning_closed")
    elif dispute["status"] == "under_review" and text in DECISIONS:
        disputes.end(context, dispute, DECISIONS[text])


def _overdue(context: Context, identifier: str) -> None:
    dispute = disputes.get(context, identifier)
    if dispute["status"] in dispute_rules.WAITING:
        dispute["evidence_details"]["past_due"] = True
        inquiry = dispute["status"] == "warning_needs_response"
        disputes.end(context, dispute, "warning_closed" if inquiry else "lost")


ACTIONS = {
    "charge_disputed": _disputed,
    "dispute_reviewed": _reviewed,
    "dispute_overdue": _overdue,
}
