"""Checkout Sessions: a page to pay on, for half an hour to a day.

Source: docs.stripe.com/api/checkout/sessions. What happens on the page is in `checkout.py`.
"""

from __future__ import annotations

from stripe.params.checkout import (
    SessionCreateParams,
    SessionExpireParams,
    SessionListParams,
    SessionRetrieveParams,
)

from preau.local.stripe import errors, events, line_items, payment_intents, session_rules
from preau.local.stripe.context import Call, Context, operation
from preau.local.stripe.errors import Json, StripeError
from preau.local.stripe.lists import CURSORS, listing
from preau.local.stripe.session_shape import shape

KIND = "checkout.session"


def create(call: Call) -> Json:
    """POST /v1/checkout/sessions, `mode=payment` on a hosted page."""
    session_rules.check(call)
    lines = line_items.build(call)
    session = shape(call, lines)
    wanted = call.params.get("currency")
    if wanted and wanted.lower() != session["currency"]:
        raise StripeError(
            f"The line items are in {session['currency']}, not in {wanted}.", param="currency"
        )
    session_rules.smallest(
        session["amount_total"],
        session["currency"],
        "line_items",
        "The Checkout Session's total amount due",
    )
    private = {
        "line_items": lines,
        "payment_intent_data": call.params.get("payment_intent_data", {}),
    }
    call.tx.insert(call.account.account, session, private)
    return render(call, session)


def render(context: Context, session: Json) -> Json:
    """Return the session with its page's address, which only an open one has."""
    url = f"{context.base_url}/c/pay/{session['id']}" if session["status"] == "open" else None
    return session | {"url": url}


def get(context: Context, identifier: str) -> Json:
    """Return a session of the account, or raise Stripe's answer."""
    session = context.tx.find(context.account.account, KIND, identifier)
    if session is None:
        raise errors.no_such(KIND, identifier, "session")
    return session


def retrieve(call: Call) -> Json:
    """GET /v1/checkout/sessions/{session}."""
    return render(call, get(call, call.path["session"]))


def index(call: Call) -> Json:
    """GET /v1/checkout/sessions, by `customer`, `payment_intent`, `status`, buyer's e-mail."""
    params = call.params
    filters = {f"$.{name}": params.get(name) for name in ("customer", "payment_intent", "status")}
    if "customer_details" in params:
        filters["$.customer_details.email"] = params["customer_details"]["email"]
    page = listing(call, KIND, "/v1/checkout/sessions", filters)
    page["data"] = [render(call, session) for session in page["data"]]
    return page


def expire(call: Call) -> Json:
    """POST /v1/checkout/sessions/{session}/expire: an open session can't be paid any more."""
    session = get(call, call.path["session"])
    if session["status"] != "open":
        raise StripeError(
            'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout '
            f"Session has a status of `{session['status']}`.",
            saved=True,
        )
    return close(call, session)


def close(context: Context, session: Json) -> Json:
    """Expire a session, cancel its unpaid payment, and tell both."""
    session["status"] = "expired"
    if session["payment_intent"]:
        payment_intents.close(context, session["payment_intent"])
    context.tx.update(context.account.account, session)
    events.emit(context, "checkout.session.expired", render(context, session))
    return render(context, session)


def expire_due(context: Context, identifier: str) -> None:
    """Expire a session whose time is over."""
    close(context, get(context, identifier))


ACTIONS = {"expire_session": expire_due}

CREATE = (
    "allowed_payment_method_types cancel_url client_reference_id currency customer "
    "customer_creation customer_email excluded_payment_method_types expires_at "
    "integration_identifier line_items.metadata line_items.price line_items.price_data "
    "line_items.quantity locale metadata mode origin_context payment_intent_data.description "
    "payment_intent_data.metadata payment_intent_data.receipt_email "
    "payment_intent_data.statement_descriptor payment_intent_data.statement_descriptor_suffix "
    "payment_intent_data.transfer_group submit_type success_url ui_mode"
)

OPERATIONS = (
    operation("POST", "/v1/checkout/sessions", create, SessionCreateParams, CREATE),
    operation("GET", "/v1/checkout/sessions/{session}", retrieve, SessionRetrieveParams),
    operation(
        "GET",
        "/v1/checkout/sessions",
        index,
        SessionListParams,
        f"{CURSORS} customer customer_details payment_intent status",
    ),
    operation("POST", "/v1/checkout/sessions/{session}/expire", expire, SessionExpireParams),
)
