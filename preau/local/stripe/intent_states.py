"""The states of a payment intent, and the event each change tells.

requires_payment_method → requires_confirmation → requires_action → processing → succeeded, or
canceled; a decline leads back to requires_payment_method. Source: docs.stripe.com/payments/
paymentintents/lifecycle.
"""

from __future__ import annotations

from preau.local.stripe import events
from preau.local.stripe.context import Context
from preau.local.stripe.declines import Decline
from preau.local.stripe.errors import Json, doc_url

OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")
AUTHENTICATION_FAILED = "payment_intent_authentication_failure"


def require_action(context: Context, intent: Json, method: Json, next_action: Json) -> None:
    """Record that the buyer's bank has a question first."""
    intent |= {"next_action": next_action, "payment_method": method["id"]}
    _to(context, intent, "requires_action")


def process(context: Context, intent: Json, charge: Json) -> None:
    """Record that a bank will answer later."""
    intent |= {
        "latest_charge": charge["id"],
        "next_action": None,
        "payment_method": charge["payment_method"],
    }
    _to(context, intent, "processing")


def succeed(context: Context, intent: Json, charge: Json) -> None:
    """Record that a charge paid the intent."""
    intent |= {
        "amount_received": intent["amount"],
        "last_payment_error": None,
        "latest_charge": charge["id"],
        "next_action": None,
        "payment_method": charge["payment_method"],
    }
    _to(context, intent, "succeeded")


def fail(context: Context, intent: Json, error: Json, charge: Json | None = None) -> None:
    """Record that a try came to nothing; the intent waits for another method."""
    intent |= {"last_payment_error": error, "next_action": None, "payment_method": None}
    if charge is not None:
        intent["latest_charge"] = charge["id"]
    _to(context, intent, "requires_payment_method", "payment_failed")


def cancel(context: Context, intent: Json, reason: str | None) -> None:
    """Record that the intent will never be paid."""
    intent |= {
        "canceled_at": context.now,
        "cancellation_reason": reason,
        "next_action": None,
    }
    _to(context, intent, "canceled")


def declined(decline: Decline, charge: Json, method: Json) -> Json:
    """Return the `last_payment_error` of a charge that was declined."""
    error = {
        "advice_code": decline.advice_code,
        "charge": charge["id"],
        "code": decline.code,
        "decline_code": decline.decline_code,
        "doc_url": doc_url(decline.code),
        "message": decline.message,
        "payment_method": method,
        "type": "card_error",
    }
    return {name: value for name, value in error.items() if value is not None}


def not_authenticated(method: Json) -> Json:
    """Return the `last_payment_error` of a buyer who refused, or failed, at the bank."""
    return {
        "code": AUTHENTICATION_FAILED,
        "doc_url": doc_url(AUTHENTICATION_FAILED),
        "message": "The provided PaymentMethod has failed authentication. You can provide "
        "payment_method_data or a new PaymentMethod to attempt to fulfill this PaymentIntent "
        "again.",
        "payment_method": method,
        "type": "invalid_request_error",
    }


def _to(context: Context, intent: Json, status: str, event: str | None = None) -> None:
    intent["status"] = status
    context.tx.update(context.account.account, intent)
    events.emit(context, f"payment_intent.{event or status}", intent)
