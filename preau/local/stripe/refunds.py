"""Refunds: money back, whole or in parts, at once, later, or not at all.

Source: docs.stripe.com/api/refunds and docs.stripe.com/refunds. What the docs leave open: a failed
refund gives its amount back to the charge as well, so that it can be refunded again.
"""

from __future__ import annotations

from stripe.params import (
    RefundCancelParams,
    RefundCreateParams,
    RefundListParams,
    RefundRetrieveParams,
    RefundUpdateParams,
)

from preau.local.stripe import agenda, charges, disputes, errors, events, refund_rules, updates
from preau.local.stripe import balance_transactions as balance
from preau.local.stripe.context import Call, Context, operation
from preau.local.stripe.errors import Json, StripeError
from preau.local.stripe.lists import CURSORS, envelope, listing
from preau.local.stripe.refund_shape import shape
from preau.local.stripe.store import load

KIND = "refund"
# seconds until a refund that is pending, or that will fail, is decided
DELAY = 30


def create(call: Call) -> Json:
    """POST /v1/refunds, of a charge or of a payment intent's charge."""
    charge = refund_rules.charge_of(call)
    amount = refund_rules.amount_of(call, charge)
    behaviour = call.tx.private(call.account.account, "charge", charge["id"]).get("refund")
    refund = shape(call, charge, amount, "pending" if behaviour == "pending" else "succeeded")
    _move(call, refund, charge)
    call.tx.insert(call.account.account, refund)
    if behaviour == "pending":
        agenda.plan(call, DELAY, "refund_succeeds", refund["id"])
    elif behaviour == "fails":
        agenda.plan(call, DELAY, "refund_fails", refund["id"])
    _count(call, charge, amount)
    events.emit(call, "refund.created", refund)
    events.emit(
        call, "charge.refunded", charge, {"amount_refunded": charge["amount_refunded"] - amount}
    )
    disputes.refunded(call, charge)
    return refund


def get(context: Context, identifier: str) -> Json:
    """Return a refund of the account, or raise Stripe's answer."""
    refund = context.tx.find(context.account.account, KIND, identifier)
    if refund is None:
        raise errors.no_such("refund", identifier, "refund")
    return refund


def retrieve(call: Call) -> Json:
    """GET /v1/refunds/{refund}."""
    return get(call, call.path["refund"])


def update(call: Call) -> Json:
    """POST /v1/refunds/{refund}: its metadata."""
    refund = get(call, call.path["refund"])
    previous = updates.apply(refund, call.params)
    if previous:
        _tell(call, refund, previous)
    return refund


def cancel(call: Call) -> Json:
    """POST /v1/refunds/{refund}/cancel, while the buyer has yet to act."""
    refund = get(call, call.path["refund"])
    if refund["status"] != "requires_action":
        raise StripeError(
            "You can only cancel a refund with a status of `requires_action`. Refund "
            f"{refund['id']} has a status of `{refund['status']}`.",
            saved=True,
        )
    return end(call, refund, "canceled")


def end(context: Context, refund: Json, status: str, reason: str | None = None) -> Json:
    """Bring a refund to another status; money that did not arrive comes back."""
    previous = {"status": refund["status"]}
    refund["status"] = status
    refund["pending_reason"] = None
    if status in ("failed", "canceled"):
        if status == "failed":
            refund["failure_reason"] = reason or "unknown"
        movement = balance.add(
            *(context, "refund_failure", refund["id"], refund["amount"], refund["currency"]),
            description="REFUND FAILURE",
        )
        refund["failure_balance_transaction"] = movement["id"]
        _count(context, charges.get(context, refund["charge"]), -refund["amount"])
    _tell(context, refund, previous)
    if status == "failed":
        events.emit(context, "refund.failed", refund)
    return refund


def page(context: Context, charge: Json) -> Json:
    """Return a charge's `refunds`, as `expand[]=refunds` gives them."""
    rows = context.tx.rows("refunds_of", account=context.account.account, charge=charge["id"])
    found = [load(row["body"]) for row in rows]
    return envelope(f"/v1/charges/{charge['id']}/refunds", found[:10], has_more=len(found) > 10)


def index(call: Call) -> Json:
    """GET /v1/refunds, by `charge`, `payment_intent`, `created`."""
    filters = {f"$.{name}": call.params.get(name) for name in ("charge", "payment_intent")}
    return listing(call, KIND, "/v1/refunds", filters)


def _move(context: Context, refund: Json, charge: Json) -> None:
    kind = "refund" if charge["payment_method_details"]["type"] == "card" else "payment_refund"
    movement = balance.add(
        *(context, kind, refund["id"], -refund["amount"], refund["currency"]),
        description=f"REFUND FOR CHARGE ({charge['description'] or charge['id']})",
    )
    refund["balance_transaction"] = movement["id"]


def _count(context: Context, charge: Json, amount: int) -> None:
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]
    context.tx.update(context.account.account, charge)


def _tell(context: Context, refund: Json, previous: Json) -> None:
    """Keep the refund's new state; the older event type goes with the newer one."""
    context.tx.update(context.account.account, refund)
    events.emit(context, "refund.updated", refund, previous)
    events.emit(context, "charge.refund.updated", refund, previous)


def _decided(context: Context, identifier: str, status: str, reason: str | None = None) -> None:
    refund = get(context, identifier)
    if refund["status"] in ("pending", "succeeded"):
        end(context, refund, status, reason)


ACTIONS = {
    "refund_succeeds": lambda context, refund: _decided(context, refund, "succeeded"),
    "refund_fails": lambda context, refund: _decided(
        context, refund, "failed", "expired_or_canceled_card"
    ),
}
OPERATIONS = (
    operation(
        *("POST", "/v1/refunds", create, RefundCreateParams),
        "amount charge currency metadata payment_intent reason",
    ),
    operation("GET", "/v1/refunds/{refund}", retrieve, RefundRetrieveParams),
    operation("POST", "/v1/refunds/{refund}", update, RefundUpdateParams, "metadata"),
    operation("GET", "/v1/refunds", index, RefundListParams, f"{CURSORS} charge payment_intent"),
    operation("POST", "/v1/refunds/{refund}/cancel", cancel, RefundCancelParams),
)
