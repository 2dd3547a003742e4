"""The payment method object, of a card and of a SEPA direct debit."""

from __future__ import annotations

import hashlib

from preau.local.stripe import ids
from preau.local.stripe.context import Context
from preau.local.stripe.entries import CardEntry, DebitEntry, Entry
from preau.local.stripe.errors import Json
from preau.local.stripe.session_shape import NO_ADDRESS


def shape(context: Context, entry: Entry, details: Json) -> Json:
    """Return a new method that belongs to no customer."""
    method: Json = {
        "id": ids.new("pm_1"),
        "object": "payment_method",
        "allow_redisplay": "limited",
        "billing_details": details,
        "created": context.now,
        "customer": None,
        "customer_account": None,
        "livemode": False,
        "metadata": {},
    }
    if isinstance(entry, CardEntry):
        return method | {"type": "card", "card": _card(context, entry)}
    return method | {"type": "sepa_debit", "sepa_debit": _debit(context, entry)}


def billing(given: Json, name: str | None) -> Json:
    """Return the whole `billing_details` of what a page or a call gave."""
    address = {key: value or None for key, value in (given.get("address") or {}).items()}
    return {
        "address": NO_ADDRESS | address,
        "email": given.get("email") or None,
        "name": given.get("name") or name,
        "phone": given.get("phone") or None,
        "tax_id": None,
    }


def _card(context: Context, entry: CardEntry) -> Json:
    return {
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
        "fingerprint": _fingerprint(context, entry.number),
        "funding": "credit",
        "generated_from": None,
        "last4": entry.number[-4:],
        "networks": {"available": [entry.card.brand], "preferred": None},
        "regulated_status": "unregulated",
        "three_d_secure_usage": {"supported": True},
        "wallet": None,
    }


def _debit(context: Context, entry: DebitEntry) -> Json:
    return {
        "bank_code": entry.iban[4:9],
        "branch_code": entry.iban[9:14],
        "country": entry.debit.country,
        "fingerprint": _fingerprint(context, entry.iban),
        "generated_from": {"charge": None, "setup_attempt": None},
        "last4": entry.iban[-4:],
    }


def _fingerprint(context: Context, number: str) -> str:
    """Return a mark that is the same for the same card or account in one account."""
    text = f"{context.account.account}:{number}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]
