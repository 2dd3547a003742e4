"""Payment intents: one payment, from its first try to its success.

Those of Checkout are made when the buyer confirms, not with the session (since API version
2022-08-01). Those of custom forms are made and confirmed by calls: see `intent_calls.py`.
Source: docs.stripe.com/api/payment_intents.
"""

from __future__ import annotations

from preau.local.stripe import errors, events, ids, intent_rules, intent_states, updates
from preau.local.stripe.context import Context
from preau.local.stripe.errors import Json

KIND = "payment_intent"
# the parameters that are kept as they were given
PLAIN = (
    "customer",
    "description",
    "receipt_email",
    "statement_descriptor",
    "statement_descriptor_suffix",
    "transfer_group",
)
OPTIONS: dict[str, Json] = {
    "card": {
        "installments": None,
        "mandate_options": None,
        "network": None,
        "request_three_d_secure": "automatic",
    },
    "sepa_debit": {},
}


def shape(context: Context, params: Json) -> Json:
    """Return a new intent that waits for a payment method."""
    identifier = ids.new("pi_3")
    plain = {name: params.get(name) for name in PLAIN}
    automatic = params.get("automatic_payment_methods", {"enabled": True})
    types = intent_rules.types(params, params["currency"])
    return {
        "id": identifier,
        "object": "payment_intent",
        "allowed_payment_method_types": params.get("allowed_payment_method_types"),
        "amount": params["amount"],
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "application": None,
        "application_fee_amount": None,
        "automatic_payment_methods": {"allow_redirects": "always"} | automatic,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": "automatic_async",
        "client_secret": f"{identifier}_secret_{ids.new('', 25)}",
        "confirmation_method": "automatic",
        "created": context.now,
        "currency": params["currency"],
        "customer": plain["customer"],
        "customer_account": None,
        "description": plain["description"],
        "excluded_payment_method_types": params.get("excluded_payment_method_types"),
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": updates.metadata(params),
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": {kind: dict(OPTIONS[kind]) for kind in types},
        "payment_method_types": types,
        "processing": None,
        "receipt_email": plain["receipt_email"],
        "review": None,
        "setup_future_usage": None,
        "shipping": None,
        "source": None,
        "statement_descriptor": plain["statement_descriptor"],
        "statement_descriptor_suffix": plain["statement_descriptor_suffix"],
        "status": "requires_payment_method",
        "transfer_data": None,
        "transfer_group": plain["transfer_group"],
    }


def add(context: Context, params: Json, session: str | None = None) -> Json:
    """Keep a new intent and tell it; `session` is the one it pays."""
    intent = shape(context, params)
    context.tx.insert(context.account.account, intent, {"session": session})
    events.emit(context, "payment_intent.created", intent)
    return intent


def get(context: Context, identifier: str, param: str = "intent", *, status: int = 404) -> Json:
    """Return an intent of the account, or raise Stripe's answer."""
    intent = context.tx.find(context.account.account, KIND, identifier)
    if intent is None:
        raise errors.no_such(KIND, identifier, param, status=status)
    return intent


def session_of(context: Context, intent: Json) -> str | None:
    """Return the Checkout Session an intent pays, if it pays one."""
    found: str | None = private(context, intent).get("session")
    return found


def private(context: Context, intent: Json) -> Json:
    """Return what an intent does not show: its session, the bank's question."""
    return context.tx.private(context.account.account, KIND, intent["id"])


def close(context: Context, identifier: str) -> None:
    """Cancel an intent that was never paid, because its session is over."""
    intent = get(context, identifier)
    if intent["status"] in intent_states.OPEN:
        intent_states.cancel(context, intent, "automatic")
