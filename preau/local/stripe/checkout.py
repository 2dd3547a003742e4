"""What happens when a buyer presses "Payer": the session, its payment and their events."""

from __future__ import annotations

from preau.local.stripe import charges, customers, events, payment_intents, payment_methods
from preau.local.stripe.cards import CardEntry
from preau.local.stripe.context import Context
from preau.local.stripe.declines import Decline
from preau.local.stripe.errors import Json, doc_url
from preau.local.stripe.session_shape import buyer
from preau.local.stripe.sessions import KIND, render


def pay(context: Context, session: Json, entry: CardEntry, email: str) -> Decline | None:
    """Try to pay an open session; return why it was declined, or None once it is paid.

    Events in the order Stripe makes them: payment_intent.created (first try only), then
    charge.succeeded, payment_intent.succeeded, checkout.session.completed – or charge.failed,
    payment_intent.payment_failed, and the session stays open.
    """
    decline = entry.card.decline
    if decline is None:
        _create_customer(context, session, email, entry.name)
    intent = _intent(context, session)
    method = payment_methods.add(context, entry, email)
    charge = charges.add(context, intent, method, entry)
    session["payment_intent"] = intent["id"]
    if decline is not None:
        error = _last_payment_error(decline, charge, method)
        payment_intents.fail(context, intent, charge, error)
        context.tx.update(context.account.account, session)
        return decline
    payment_intents.succeed(context, intent, charge)
    session["payment_status"] = "paid"
    _complete(context, session, email, entry.name)
    return None


def accept(context: Context, session: Json, email: str, name: str) -> None:
    """Complete a session that costs nothing: no payment, no card."""
    _create_customer(context, session, email, name)
    _complete(context, session, email, name)


def success_url(session: Json) -> str:
    """Return where the buyer goes next, the session's id filled in."""
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])


def _complete(context: Context, session: Json, email: str, name: str) -> None:
    session["status"] = "complete"
    session["customer_details"] = buyer(email, name, "FR")
    context.tx.update(context.account.account, session)
    events.emit(context, "checkout.session.completed", render(context, session))


def _create_customer(context: Context, session: Json, email: str, name: str) -> None:
    if session["customer"] is None and session["customer_creation"] == "always":
        customer = customers.add(context, {"email": email, "name": name})
        session["customer"] = customer["id"]


def _intent(context: Context, session: Json) -> Json:
    """Return the session's intent, made at the first try."""
    if session["payment_intent"]:
        intent = payment_intents.get(context, session["payment_intent"])
        intent["customer"] = session["customer"]
        return intent
    private = context.tx.private(context.account.account, KIND, session["id"])
    wanted = {
        "amount": session["amount_total"],
        "currency": session["currency"],
        "customer": session["customer"],
    }
    return payment_intents.add(context, private["payment_intent_data"] | wanted)


def _last_payment_error(decline: Decline, charge: Json, method: Json) -> Json:
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
