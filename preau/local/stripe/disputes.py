"""Disputes: a buyer asks the bank for the money back, and the seller may answer with evidence.

As in Stripe's sandboxes the evidence's `uncategorized_text` decides: `winning_evidence`,
`losing_evidence`, and of an inquiry `escalate_inquiry_evidence`. What nobody answers in time is
lost: see `dispute_clock.py`. Source: docs.stripe.com/api/disputes.
"""

from __future__ import annotations

from stripe.params import (
    DisputeCloseParams,
    DisputeListParams,
    DisputeRetrieveParams,
    DisputeUpdateParams,
)

from preau.local.stripe import agenda, dispute_rules, events, updates
from preau.local.stripe import balance_transactions as balance
from preau.local.stripe.context import Call, Context, operation
from preau.local.stripe.dispute_shape import INQUIRY, TO_ANSWER, shape
from preau.local.stripe.errors import Json
from preau.local.stripe.lists import CURSORS, listing

KIND = "dispute"
# seconds until a bank has read the evidence
REVIEWED_AFTER = 10


def open_(context: Context, charge: Json, reason: str) -> Json:
    """Have a charge disputed: the money is gone at once, unless it is only an inquiry."""
    dispute = shape(context, charge, reason, charge["amount"] - charge["amount_refunded"])
    charge["disputed"] = True
    context.tx.update(context.account.account, charge)
    context.tx.insert(context.account.account, dispute)
    inquiry = dispute["status"] == "warning_needs_response"
    agenda.plan(context, INQUIRY if inquiry else TO_ANSWER, "dispute_overdue", dispute["id"])
    events.emit(context, "charge.dispute.created", dispute)
    if not inquiry:
        _move(context, dispute, -1, "withdrawn")
    return dispute


def get(context: Context, identifier: str) -> Json:
    """Return a dispute of the account, or raise Stripe's answer."""
    dispute = context.tx.find(context.account.account, KIND, identifier)
    if dispute is None:
        raise dispute_rules.no_such(identifier)
    return dispute


def retrieve(call: Call) -> Json:
    """GET /v1/disputes/{dispute}."""
    return get(call, call.path["dispute"])


def update(call: Call) -> Json:
    """POST /v1/disputes/{dispute}: evidence, submitted unless `submit` is false."""
    dispute = get(call, call.path["dispute"])
    previous = updates.apply(dispute, {k: v for k, v in call.params.items() if k == "metadata"})
    evidence = dispute_rules.evidence_of(call)
    submit = call.params.get("submit", evidence is not None)
    if evidence is not None or submit:
        dispute_rules.answerable(dispute)
        if before := updates.apply(dispute["evidence"], evidence or {}):
            previous["evidence"] = before
        details = dispute["evidence_details"]
        details["has_evidence"] = any(dispute["evidence"].values())
        if submit:
            previous["status"] = dispute["status"]
            dispute["status"] = dispute["status"].replace("needs_response", "under_review")
            details |= {"submission_count": 1, "submission_method": "manual"}
            agenda.plan(call, REVIEWED_AFTER, "dispute_reviewed", dispute["id"])
    _keep(call, dispute, previous)
    return dispute


def close(call: Call) -> Json:
    """POST /v1/disputes/{dispute}/close: the seller gives up."""
    dispute = get(call, call.path["dispute"])
    dispute_rules.closable(dispute)
    return end(call, dispute, "lost")


def end(context: Context, dispute: Json, status: str) -> Json:
    """Close a dispute; one that is won brings its money and its fee back."""
    previous = {"status": dispute["status"]}
    dispute["status"] = status
    dispute["is_charge_refundable"] = status != "lost"
    if status == "won" and dispute["balance_transactions"]:
        _move(context, dispute, 1, "reinstated")
    _keep(context, dispute, previous)
    events.emit(context, "charge.dispute.closed", dispute)
    return dispute


def refunded(context: Context, charge: Json) -> None:
    """Close the inquiry into a charge that was given back."""
    dispute = dispute_rules.of_charge(context, charge) if charge["refunded"] else None
    if dispute is not None and dispute["status"].startswith("warning_needs"):
        end(context, dispute, "warning_closed")


def index(call: Call) -> Json:
    """GET /v1/disputes, by `charge`, `payment_intent`, `created`."""
    filters = {f"$.{name}": call.params.get(name) for name in ("charge", "payment_intent")}
    return listing(call, KIND, "/v1/disputes", filters)


def escalate(context: Context, dispute: Json) -> None:
    """Turn an inquiry into a chargeback: now the money goes."""
    previous = {"status": dispute["status"]}
    dispute |= {"is_charge_refundable": False, "status": "needs_response"}
    dispute["evidence_details"]["due_by"] = context.now + TO_ANSWER
    agenda.plan(context, TO_ANSWER, "dispute_overdue", dispute["id"])
    _keep(context, dispute, previous)
    _move(context, dispute, -1, "withdrawn")


def _move(context: Context, dispute: Json, sign: int, what: str) -> None:
    """Take the money and Stripe's fee, or give both back."""
    taken = sign < 0
    movement = balance.add(
        *(context, "adjustment", dispute["id"], sign * dispute["amount"], dispute["currency"]),
        fee=-sign * balance.DISPUTE_FEE,
        description=f"Chargeback {'withdrawal' if taken else 'reversal'} for {dispute['charge']}",
        category="dispute" if taken else "dispute_reversal",
    )
    dispute["balance_transactions"].append(movement)
    context.tx.update(context.account.account, dispute)
    events.emit(context, f"charge.dispute.funds_{what}", dispute)


def _keep(context: Context, dispute: Json, previous: Json) -> None:
    context.tx.update(context.account.account, dispute)
    if previous:
        events.emit(context, "charge.dispute.updated", dispute, previous)


ONE = "/v1/disputes/{dispute}"
OPERATIONS = (
    operation("GET", ONE, retrieve, DisputeRetrieveParams),
    operation("POST", ONE, update, DisputeUpdateParams, "evidence metadata submit"),
    operation("POST", f"{ONE}/close", close, DisputeCloseParams),
    operation("GET", "/v1/disputes", index, DisputeListParams, f"{CURSORS} charge payment_intent"),
)
