"""What Stripe checks before it gives money back, and the sentences it refuses with."""

from __future__ import annotations

from preau.local.stripe import charges, dispute_rules, errors, payment_intents, session_rules
from preau.local.stripe.context import Call
from preau.local.stripe.errors import Json, StripeError
from preau.local.stripe.pages import money


def charge_of(call: Call) -> Json:
    """Return the charge to refund, or raise StripeError where there is none that can be."""
    params = call.params
    if "charge" in params:
        charge = charges.get(call, params["charge"], status=400)
    elif "payment_intent" in params:
        charge = _latest(call, params["payment_intent"])
    else:
        raise StripeError(
            "One of the following params should be provided for this request: payment_intent or "
            "charge.",
            code="parameter_missing",
            param="payment_intent",
        )
    if params.get("payment_intent", charge["payment_intent"]) != charge["payment_intent"]:
        raise StripeError(
            f"Charge {charge['id']} does not belong to PaymentIntent {params['payment_intent']}.",
            param="payment_intent",
            saved=True,
        )
    if not charge["captured"]:
        raise _nothing_taken(charge["payment_intent"])
    if charge["refunded"]:
        raise StripeError(
            f"Charge {charge['id']} has already been refunded.",
            code="charge_already_refunded",
            saved=True,
        )
    dispute_rules.refundable(call, charge)
    return charge


def amount_of(call: Call, charge: Json) -> int:
    """Return how much is to be given back: what was asked for, or all that is left."""
    left = charge["amount_captured"] - charge["amount_refunded"]
    amount: int = call.params.get("amount", left)
    currency = charge["currency"]
    if str(call.params.get("currency", currency)).lower() != currency:
        raise StripeError(f"The charge is in {currency}.", param="currency")
    if amount < 1:
        raise errors.invalid_integer("amount", "Invalid positive integer")
    session_rules.whole(amount, currency, "amount")
    if amount > left:
        bound = "unrefunded amount on charge" if charge["amount_refunded"] else "charge amount"
        raise StripeError(
            f"Refund amount ({money.english(amount, currency)}) is greater than {bound} "
            f"({money.english(left, currency)})",
            param="amount",
            saved=True,
        )
    return amount


def _latest(call: Call, identifier: str) -> Json:
    intent = payment_intents.get(call, identifier, "payment_intent", status=400)
    if intent["latest_charge"] is None:
        raise _nothing_taken(identifier)
    return charges.get(call, intent["latest_charge"])


def _nothing_taken(intent: str) -> StripeError:
    return StripeError(
        f"This PaymentIntent ({intent}) does not have a successful charge to refund.", saved=True
    )
