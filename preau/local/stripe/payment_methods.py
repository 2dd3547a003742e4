"""Payment methods: the card a buyer typed, without its number."""

from __future__ import annotations

import hashlib

from stripe.params import PaymentMethodRetrieveParams

from preau.local.stripe import errors, ids
from preau.local.stripe.cards import CardEntry
from preau.local.stripe.context import Call, Context, operation
from preau.local.stripe.errors import Json
from preau.local.stripe.session_shape import NO_ADDRESS


def add(context: Context, entry: CardEntry, email: str | None) -> Json:
    """Keep the card of one try; only its last four digits are kept."""
    method = {
        "id": ids.new("pm_1"),
        "object": "payment_method",
        "allow_redisplay": "limited",
        "billing_details": billing(entry, email),
        "card": {
            "brand": entry.card.brand,
            "checks": {
                "address_line1_check": None,
                "address_postal_code_check": None,
                "cvc_check": entry.cvc_check,
            },
            "country": entry.card.country,
            "display_brand": entry.card.brand,
            "exp_month": entry.month,
            "exp_year": entry.year,
            "fingerprint": fingerprint(context, entry),
            "funding": "credit",
            "generated_from": None,
            "last4": entry.card.number[-4:],
            "networks": {"available": [entry.card.brand], "preferred": None},
            "regulated_status": "unregulated",
            "three_d_secure_usage": {"supported": True},
            "wallet": None,
        },
        "created": context.now,
        "customer": None,
        "customer_account": None,
        "livemode": False,
        "metadata": {},
        "type": "card",
    }
    context.tx.insert(context.account.account, method)
    return method


def billing(entry: CardEntry, email: str | None) -> Json:
    """Return the `billing_details` the page collected."""
    return {
        "address": NO_ADDRESS | {"country": "FR"},
        "email": email,
        "name": entry.name,
        "phone": None,
        "tax_id": None,
    }


def fingerprint(context: Context, entry: CardEntry) -> str:
    """Return a mark that is the same for the same card in the same account."""
    text = f"{context.account.account}:{entry.card.number}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def retrieve(call: Call) -> Json:
    """GET /v1/payment_methods/{payment_method}."""
    identifier = call.path["payment_method"]
    method = call.tx.find(call.account.account, "payment_method", identifier)
    if method is None:
        raise errors.no_such("PaymentMethod", identifier, "payment_method")
    return method


OPERATIONS = (
    operation("GET", "/v1/payment_methods/{payment_method}", retrieve, PaymentMethodRetrieveParams),
)
