"""What happens when a buyer presses "Payer": the session, its payment and their events."""

from __future__ import annotations

from preau.local.stripe import (
    customers,
    events,
    intent_states,
    paying,
    payment_intents,
    payment_methods,
)
from preau.local.stripe.cards import Card
from preau.local.stripe.context import Context
from preau.local.stripe.declines import Decline
from preau.local.stripe.entries import CardEntry, Entry
from preau.local.stripe.errors import Json
from preau.local.stripe.payment_methods import Instrument
from preau.local.stripe.session_shape import buyer
from preau.local.stripe.sessions import KIND, get, render


def pay(context: Context, session: Json, entry: Entry, email: str) -> Decline | None:
    """Try to pay an open session; return why it was declined, or None where it was not.

    Events in the order Stripe makes them: payment_intent.created (first try only), then
    charge.succeeded, payment_intent.succeeded, checkout.session.completed – or charge.failed,
    payment_intent.payment_failed, and the session stays open. A bank may have a question first
    (`question`); a direct debit completes the session unpaid, and its bank answers later.
    """
    instrument = entry.card if isinstance(entry, CardEntry) else entry.debit
    if not instrument.authenticate:
        _create_customer(context, session, instrument, email, entry.name)
    intent = _intent(context, session)
    method = payment_methods.add(context, entry, {"address": {"country": "FR"}, "email": email})
    session["payment_intent"] = intent["id"]
    _keep_buyer(context, session, email, entry.name)
    decline = paying.attempt(context, intent, method)
    return _after(context, session, intent, decline)


def answered(context: Context, session: Json, intent: Json, *, accepted: bool) -> Decline | None:
    """Go on after the buyer has answered the bank's question; a refusal leaves the session open."""
    if accepted:
        method = payment_methods.use(context, intent["payment_method"])
        instrument = payment_methods.instrument(context, method)
        known = _buyer(context, session)
        _create_customer(context, session, instrument, known["email"], known["name"])
        intent["customer"] = session["customer"]
    decline = paying.answer(context, intent, accepted=accepted)
    return _after(context, session, intent, decline)


def question(context: Context, session: Json) -> str | None:
    """Return the address of the bank's question, while it is asked."""
    if session["payment_intent"] is None:
        return None
    intent = payment_intents.get(context, session["payment_intent"])
    key = paying.bank_key(context, intent)
    return None if key is None else f"{context.base_url}/bank/{intent['id']}/{key}"


def accept(context: Context, session: Json, email: str, name: str) -> None:
    """Complete a session that costs nothing: no payment, no card."""
    _create_customer(context, session, None, email, name)
    _keep_buyer(context, session, email, name)
    _complete(context, session)


def success_url(session: Json) -> str:
    """Return where the buyer goes next, the session's id filled in."""
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])


def _after(
    context: Context, session: Json, intent: Json, decline: Decline | None
) -> Decline | None:
    if intent["status"] in intent_states.OPEN:
        context.tx.update(context.account.account, session)
        return decline
    session["payment_status"] = "paid" if intent["status"] == "succeeded" else "unpaid"
    _complete(context, session)
    return None


def _complete(context: Context, session: Json) -> None:
    known = _buyer(context, session)
    session["status"] = "complete"
    session["customer_details"] = buyer(known["email"], known["name"], "FR")
    _tell(context, session, "completed")


def _tell(context: Context, session: Json, what: str) -> None:
    context.tx.update(context.account.account, session)
    events.emit(context, f"checkout.session.{what}", render(context, session))


def _debit_answered(context: Context, charge: str) -> None:
    """Tell the session of a direct debit what its bank answered."""
    intent = paying.debit_answered(context, charge)
    identifier = None if intent is None else payment_intents.session_of(context, intent)
    if intent is None or identifier is None:
        return
    session = get(context, identifier)
    if intent["status"] == "succeeded":
        session["payment_status"] = "paid"
        _tell(context, session, "async_payment_succeeded")
    else:
        _tell(context, session, "async_payment_failed")


def _create_customer(
    context: Context, session: Json, instrument: Instrument | None, email: str, name: str | None
) -> None:
    """Make the customer that was asked for, where the payment will not be declined at once."""
    declined = isinstance(instrument, Card) and instrument.decline is not None
    if session["customer"] is None and session["customer_creation"] == "always" and not declined:
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
    kinds = "allowed_payment_method_types", "excluded_payment_method_types"
    wanted |= {name: session[name] for name in kinds if name in session}
    return payment_intents.add(context, private["payment_intent_data"] | wanted, session["id"])


def _keep_buyer(context: Context, session: Json, email: str, name: str | None) -> None:
    private = context.tx.private(context.account.account, KIND, session["id"])
    private["buyer"] = {"email": email, "name": name}
    context.tx.keep_private(context.account.account, session["id"], private)


def _buyer(context: Context, session: Json) -> Json:
    private = context.tx.private(context.account.account, KIND, session["id"])
    found: Json = private["buyer"]
    return found


ACTIONS = {"debit_answered": _debit_answered}
