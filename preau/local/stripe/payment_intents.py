"""Payment intents: one payment, from its first try to its success.

Those of Checkout are made when the buyer confirms, not with the session (since API version
2022-08-01). Source: docs.stripe.com/api/payment_intents.
"""

from __future__ import annotations

from stripe.params import (
    PaymentIntentCreateParams,
    PaymentIntentListParams,
    PaymentIntentRetrieveParams,
)

from preau.local.stripe import customers, errors, events, ids, prices, session_rules, updates
from preau.local.stripe.context import Call, Context, operation
from preau.local.stripe.errors import Json
from preau.local.stripe.lists import CURSORS, listing

PLAIN = (
    "customer",
    "description",
    "receipt_email",
    "statement_descriptor",
    "statement_descriptor_suffix",
    "transfer_group",
)


def shape(context: Context, params: Json) -> Json:
    """Return a new intent that waits for a payment method."""
    identifier = ids.new("pi_3")
    plain = {name: params.get(name) for name in PLAIN}
    automatic = params.get("automatic_payment_methods")
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
        "automatic_payment_methods": automatic and {"allow_redirects": "always"} | automatic,
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
        "payment_method_options": {
            "card": {
                "installments": None,
                "mandate_options": None,
                "network": None,
                "request_three_d_secure": "automatic",
            }
        },
        "payment_method_types": ["card"],
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


def add(context: Context, params: Json) -> Json:
    """Keep a new intent and tell it."""
    intent = shape(context, params)
    context.tx.insert(context.account.account, intent)
    events.emit(context, "payment_intent.created", intent)
    return intent


def create(call: Call) -> Json:
    """POST /v1/payment_intents; it can't be confirmed here yet."""
    params = dict(call.params)
    if params["amount"] < 1:
        raise errors.invalid_integer("amount", "This value must be greater than or equal to 1.")
    params["currency"] = prices.currency(params["currency"], "currency")
    session_rules.smallest(params["amount"], params["currency"], "amount", "Amount")
    if "customer" in params:
        customers.get(call, params["customer"], "customer", status=400)
    return add(call, params)


def get(context: Context, identifier: str, param: str = "intent", *, status: int = 404) -> Json:
    """Return an intent of the account, or raise Stripe's answer."""
    intent = context.tx.find(context.account.account, "payment_intent", identifier)
    if intent is None:
        raise errors.no_such("payment_intent", identifier, param, status=status)
    return intent


def retrieve(call: Call) -> Json:
    """GET /v1/payment_intents/{intent}."""
    return get(call, call.path["intent"])


def index(call: Call) -> Json:
    """GET /v1/payment_intents, by `customer` and `created`."""
    filters = {"$.customer": call.params.get("customer")}
    return listing(call, "payment_intent", "/v1/payment_intents", filters)


def succeed(context: Context, intent: Json, charge: Json) -> None:
    """Record that a charge paid the intent."""
    intent.update(
        amount_received=intent["amount"],
        last_payment_error=None,
        latest_charge=charge["id"],
        payment_method=charge["payment_method"],
        status="succeeded",
    )
    context.tx.update(context.account.account, intent)
    events.emit(context, "payment_intent.succeeded", intent)


def fail(context: Context, intent: Json, charge: Json, error: Json) -> None:
    """Record that a charge was declined; the intent waits for another card."""
    intent.update(
        last_payment_error=error,
        latest_charge=charge["id"],
        payment_method=None,
        status="requires_payment_method",
    )
    context.tx.update(context.account.account, intent)
    events.emit(context, "payment_intent.payment_failed", intent)


def cancel(context: Context, identifier: str, reason: str) -> None:
    """Cancel an intent that was never paid, because its session is over."""
    intent = get(context, identifier)
    if intent["status"] in ("succeeded", "canceled"):
        return
    intent.update(canceled_at=context.now, cancellation_reason=reason, status="canceled")
    context.tx.update(context.account.account, intent)
    events.emit(context, "payment_intent.canceled", intent)


OPERATIONS = (
    operation(
        "POST",
        "/v1/payment_intents",
        create,
        PaymentIntentCreateParams,
        "amount currency automatic_payment_methods allowed_payment_method_types "
        f"excluded_payment_method_types metadata {' '.join(PLAIN)}",
    ),
    operation("GET", "/v1/payment_intents/{intent}", retrieve, PaymentIntentRetrieveParams),
    operation("GET", "/v1/payment_intents", index, PaymentIntentListParams, f"{CURSORS} customer"),
)
