"""The refund object, every field of it that a card or a direct debit has."""

from __future__ import annotations

from preau.local.stripe import ids, updates
from preau.local.stripe.context import Call
from preau.local.stripe.errors import Json


def shape(call: Call, charge: Json, amount: int, status: str) -> Json:
    """Return a new refund of `amount` minor units of a charge."""
    debit = charge["payment_method_details"]["type"] != "card"
    refund: Json = {
        "id": ids.new("pyr_1" if debit else "re_3"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": call.now,
        "currency": charge["currency"],
        "customer": charge["customer"],
        "customer_account": None,
        "destination_details": _destination(charge, status),
        "metadata": updates.metadata(call.params),
        "payment_intent": charge["payment_intent"],
        "payment_method": charge["payment_method"],
        "reason": call.params.get("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": status,
        "transfer_reversal": None,
    }
    if status == "pending":
        refund["pending_reason"] = "processing"
    return refund


def _destination(charge: Json, status: str) -> Json:
    kind = charge["payment_method_details"]["type"]
    if kind != "card":
        return {"type": kind, kind: {}}
    card = {
        "reference_status": "pending" if status == "pending" else "available",
        "reference_type": "acquirer_reference_number",
        "type": "refund",
    }
    if status != "pending":
        card["reference"] = ids.digits(23)
    return {"card": card, "type": "card"}
