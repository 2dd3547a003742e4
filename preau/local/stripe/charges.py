"""Charges: one try to take the money. Source: docs.stripe.com/api/charges."""

from __future__ import annotations

from stripe.params import ChargeListParams, ChargeRetrieveParams

from preau.local.stripe import balance_transactions, errors, events, ids, payment_methods
from preau.local.stripe.cards import CardEntry
from preau.local.stripe.context import Call, Context, operation
from preau.local.stripe.declines import Decline
from preau.local.stripe.errors import Json
from preau.local.stripe.lists import CURSORS, listing


def add(context: Context, intent: Json, method: Json, entry: CardEntry) -> Json:
    """Keep the charge of one try, succeeded or failed as the card says, and tell it."""
    decline = entry.card.decline
    charge = {
        "id": ids.new("ch_3"),
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": 0 if decline else intent["amount"],
        "amount_refunded": 0,
        "application": None,
        "application_fee": None,
        "application_fee_amount": None,
        "balance_transaction": None,
        "billing_details": method["billing_details"],
        "calculated_statement_descriptor": context.account.name.upper()[:22],
        "captured": decline is None,
        "created": context.now,
        "currency": intent["currency"],
        "customer": intent["customer"],
        "description": intent["description"],
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": decline.code if decline else None,
        "failure_message": decline.message if decline else None,
        "fraud_details": {},
        "livemode": False,
        "metadata": intent["metadata"],
        "on_behalf_of": None,
        "outcome": _outcome(decline),
        "paid": decline is None,
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "payment_method_details": {"card": _card(context, intent, entry), "type": "card"},
        "radar_options": {},
        "receipt_email": intent["receipt_email"],
        "receipt_number": None,
        "receipt_url": None,
        "refunded": False,
        "review": None,
        "shipping": None,
        "source": None,
        "source_transfer": None,
        "statement_descriptor": intent["statement_descriptor"],
        "statement_descriptor_suffix": intent["statement_descriptor_suffix"],
        "status": "failed" if decline else "succeeded",
        "transfer_data": None,
        "transfer_group": intent["transfer_group"],
    }
    if decline is None:
        fee = balance_transactions.card_fee(intent["amount"], entry.card.country)
        movement = balance_transactions.add(
            *(context, "charge", charge["id"], intent["amount"], intent["currency"]),
            fee=fee,
            description=intent["description"],
        )
        charge["balance_transaction"] = movement["id"]
    context.tx.insert(context.account.account, charge, {"refund": entry.card.refund})
    events.emit(context, "charge.failed" if decline else "charge.succeeded", charge)
    return charge


def get(context: Context, identifier: str, *, status: int = 404) -> Json:
    """Return a charge of the account, or raise Stripe's answer."""
    charge = context.tx.find(context.account.account, "charge", identifier)
    if charge is None:
        raise errors.no_such("charge", identifier, "charge", status=status)
    return charge


def retrieve(call: Call) -> Json:
    """GET /v1/charges/{charge}."""
    return get(call, call.path["charge"])


def index(call: Call) -> Json:
    """GET /v1/charges, by `customer`, `payment_intent`, `created`."""
    filters = {f"$.{name}": call.params.get(name) for name in ("customer", "payment_intent")}
    return listing(call, "charge", "/v1/charges", filters)


def _outcome(decline: Decline | None) -> Json:
    return {
        "advice_code": decline.advice_code if decline else None,
        "network_advice_code": None,
        "network_decline_code": None,
        "network_status": "declined_by_network" if decline else "approved_by_network",
        "reason": decline.reason if decline else None,
        "risk_level": "normal",
        "risk_score": 20,
        "seller_message": decline.seller_message if decline else "Payment complete.",
        "type": "issuer_declined" if decline else "authorized",
    }


def _card(context: Context, intent: Json, entry: CardEntry) -> Json:
    return {
        "amount_authorized": None if entry.card.decline else intent["amount"],
        "authorization_code": None,
        "brand": entry.card.brand,
        "checks": {
            "address_line1_check": None,
            "address_postal_code_check": None,
            "cvc_check": entry.cvc_check,
        },
        "country": entry.card.country,
        "exp_month": entry.month,
        "exp_year": entry.year,
        "extended_authorization": {"status": "disabled"},
        "fingerprint": payment_methods.fingerprint(context, entry),
        "funding": "credit",
        "incremental_authorization": {"status": "unavailable"},
        "installments": None,
        "last4": entry.card.number[-4:],
        "mandate": None,
        "multicapture": {"status": "unavailable"},
        "network": entry.card.brand,
        "network_token": {"used": False},
        "network_transaction_id": None,
        "overcapture": {"maximum_amount_capturable": intent["amount"], "status": "unavailable"},
        "regulated_status": "unregulated",
        "three_d_secure": None,
        "wallet": None,
    }


OPERATIONS = (
    operation("GET", "/v1/charges/{charge}", retrieve, ChargeRetrieveParams),
    operation("GET", "/v1/charges", index, ChargeListParams, f"{CURSORS} customer payment_intent"),
)
