"""The charge object, every field of it."""

from __future__ import annotations

from preau.local.stripe import ids
from preau.local.stripe.context import Context
from preau.local.stripe.declines import Decline
from preau.local.stripe.errors import Json


def shape(
    context: Context, intent: Json, method: Json, decline: Decline | None, *, authenticated: bool
) -> Json:
    """Return a new charge: failed if declined, else pending for a direct debit, or succeeded."""
    is_debit = method["type"] == "sepa_debit"
    succeeded = decline is None and not is_debit
    return {
        "id": ids.new("py_3" if is_debit else "ch_3"),
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
        "outcome": outcome(decline),
        "paid": succeeded,
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "payment_method_details": {
            method["type"]: _debit(method)
            if is_debit
            else _card(intent, method, authenticated=authenticated, declined=decline is not None),
            "type": method["type"],
        },
        "radar_options": {},
        "receipt_email": intent["receipt_email"],
        "receipt_number": None,
        "receipt_url": None,
        "refunded": False,
        "review": None,
        "shipping": intent["shipping"],
        "source": None,
        "source_transfer": None,
        "statement_descriptor": intent["statement_descriptor"],
        "statement_descriptor_suffix": intent["statement_descriptor_suffix"],
        "status": "failed" if decline else "pending" if is_debit else "succeeded",
        "transfer_data": None,
        "transfer_group": intent["transfer_group"],
    }


def outcome(decline: Decline | None) -> Json:
    """Return what the network and Radar said of the try."""
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


def _card(intent: Json, method: Json, *, authenticated: bool, declined: bool) -> Json:
    card = method["card"]
    shared = ("brand", "checks", "country", "exp_month", "exp_year", "fingerprint", "funding")
    return {
        **{name: card[name] for name in (*shared, "last4", "regulated_status")},
        "amount_authorized": None if declined else intent["amount"],
        "authorization_code": None,
        "extended_authorization": {"status": "disabled"},
        "incremental_authorization": {"status": "unavailable"},
        "installments": None,
        "mandate": None,
        "multicapture": {"status": "unavailable"},
        "network": card["brand"],
        "network_token": {"used": False},
        "network_transaction_id": None,
        "overcapture": {"maximum_amount_capturable": intent["amount"], "status": "unavailable"},
        "three_d_secure": _three_d_secure() if authenticated else None,
        "wallet": None,
    }


def _three_d_secure() -> Json:
    return {
        "authentication_flow": "challenge",
        "electronic_commerce_indicator": "05",
        "exemption_indicator": None,
        "exemption_indicator_applied": None,
        "result": "authenticated",
        "result_reason": None,
        "transaction_id": ids.new("", 36),
        "version": "2.2.0",
    }


def _debit(method: Json) -> Json:
    debit = method["sepa_debit"]
    shared = ("bank_code", "branch_code", "country", "fingerprint", "last4")
    return {
        **{name: debit[name] for name in shared},
        "expected_debit_date": None,
        "mandate": ids.new("mandate_1"),
    }
