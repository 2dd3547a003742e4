"""The calls on payment intents: those of a server, and those Stripe.js makes from a browser.

A browser calls with the publishable key, shows the intent's client secret and is answered with
fewer fields. Source: docs.stripe.com/api/payment_intents.
"""

from __future__ import annotations

from stripe.params import (
    PaymentIntentCancelParams,
    PaymentIntentConfirmParams,
    PaymentIntentCreateParams,
    PaymentIntentListParams,
    PaymentIntentRetrieveParams,
    PaymentIntentUpdateParams,
)

from preau.local.stripe import (
    customers,
    intent_browser,
    intent_confirm,
    intent_rules,
    intent_states,
    payment_intents,
    prices,
    updates,
)
from preau.local.stripe.context import Call, operation
from preau.local.stripe.errors import Json
from preau.local.stripe.lists import CURSORS, listing
from preau.local.stripe.payment_intents import KIND, PLAIN

# what changes how much is charged, to whom or by what: only before it is charged
BEFORE_THE_CHARGE = ("amount", "currency", "customer", "payment_method", "payment_method_data")


def create(call: Call) -> Json:
    """POST /v1/payment_intents, and with `confirm` the first try."""
    params = dict(call.params)
    params["currency"] = prices.currency(params["currency"], "currency")
    intent_rules.amount(params)
    _check(call, params)
    intent_rules.only_when_confirming(params)
    intent = payment_intents.add(call, params)
    intent_confirm.choose(call, intent, params)
    return intent_confirm.confirm(call, intent, params) if params.get("confirm") else intent


def retrieve(call: Call) -> Json:
    """GET /v1/payment_intents/{intent}."""
    intent = payment_intents.get(call, call.path["intent"])
    intent_browser.shown(call, intent)
    return intent_browser.public(call, intent)


def confirm(call: Call) -> Json:
    """POST /v1/payment_intents/{intent}/confirm: one try to pay."""
    intent = payment_intents.get(call, call.path["intent"])
    intent_browser.shown(call, intent)
    intent_rules.confirmable(intent)
    if call.client_secret is None:
        intent |= {k: v or None for k, v in call.params.items() if k == "receipt_email"}
    intent_confirm.choose(call, intent, call.params)
    return intent_browser.public(call, intent_confirm.confirm(call, intent, call.params))


def cancel(call: Call) -> Json:
    """POST /v1/payment_intents/{intent}/cancel: it will never be paid."""
    intent = payment_intents.get(call, call.path["intent"])
    intent_rules.cancelable(intent)
    intent_rules.not_of_checkout(payment_intents.session_of(call, intent))
    intent_states.cancel(call, intent, call.params.get("cancellation_reason"))
    return intent


def update(call: Call) -> Json:
    """POST /v1/payment_intents/{intent}; once it is charged, only what is said of it."""
    intent = payment_intents.get(call, call.path["intent"])
    params = dict(call.params)
    for name in BEFORE_THE_CHARGE:
        if name in params and params[name] != intent.get(name):
            intent_rules.editable(intent, name)
    if "currency" in params:
        params["currency"] = prices.currency(params["currency"], "currency")
    if "amount" in params:
        intent_rules.amount({"currency": intent["currency"]} | params)
    _check(call, params)
    given = {name: value for name, value in params.items() if name not in intent_confirm.METHOD}
    updates.apply(intent, given)
    intent["payment_method_types"] = intent_rules.types(intent, intent["currency"])
    call.tx.update(call.account.account, intent)
    intent_confirm.choose(call, intent, params)
    return intent


def index(call: Call) -> Json:
    """GET /v1/payment_intents, by `customer` and `created`."""
    filters = {"$.customer": call.params.get("customer")}
    return listing(call, KIND, "/v1/payment_intents", filters)


def _check(call: Call, params: Json) -> None:
    if "customer" in params:
        customers.get(call, params["customer"], "customer", status=400)
    customers.check_email(params.get("receipt_email") or None, "receipt_email")


METHOD = (
    "payment_method payment_method_data.billing_details payment_method_data.sepa_debit "
    "payment_method_data.type"
)
CONFIRM = f"{METHOD} error_on_requires_action mandate_data off_session return_url use_stripe_sdk"
SHARED = f"allowed_payment_method_types excluded_payment_method_types metadata {' '.join(PLAIN)}"
ONE = "/v1/payment_intents/{intent}"
OPERATIONS = (
    operation(
        *("POST", "/v1/payment_intents", create, PaymentIntentCreateParams),
        f"amount automatic_payment_methods confirm currency {SHARED} {CONFIRM}",
    ),
    operation("GET", ONE, retrieve, PaymentIntentRetrieveParams, "client_secret", publishable=True),
    operation(
        *("POST", ONE, update, PaymentIntentUpdateParams), f"amount currency {SHARED} {METHOD}"
    ),
    operation("GET", "/v1/payment_intents", index, PaymentIntentListParams, f"{CURSORS} customer"),
    operation(
        *("POST", f"{ONE}/confirm", confirm, PaymentIntentConfirmParams),
        f"{CONFIRM} receipt_email",
        publishable=True,
    ),
    operation(*("POST", f"{ONE}/cancel", cancel, PaymentIntentCancelParams), "cancellation_reason"),
)
