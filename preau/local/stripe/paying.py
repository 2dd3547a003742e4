"""One try to pay an intent: what the bank asks, what it answers, at once or later."""

from __future__ import annotations

from preau.local.stripe import agenda, charges, ids, intent_states, payment_intents, payment_methods
from preau.local.stripe.context import Context
from preau.local.stripe.debits import Debit
from preau.local.stripe.declines import AUTHENTICATION_REQUIRED, Decline
from preau.local.stripe.errors import Json


def attempt(
    context: Context,
    intent: Json,
    method: Json,
    *,
    return_url: str | None = None,
    off_session: bool = False,
    authenticated: bool = False,
) -> Decline | None:
    """Try to pay; return why it was declined. Otherwise the intent's status tells how it went."""
    instrument = payment_methods.instrument(context, method)
    decline = None
    if instrument.authenticate and not authenticated:
        if not off_session:
            _ask(context, intent, method, return_url)
            return None
        decline = AUTHENTICATION_REQUIRED
    charge = charges.add(
        *(context, intent, method, instrument), authenticated=authenticated, decline=decline
    )
    if isinstance(instrument, Debit):
        intent_states.process(context, intent, charge)
        agenda.plan(context, instrument.delay, "debit_answered", charge["id"])
        return None
    decline = decline or instrument.decline
    if decline is not None:
        error = intent_states.declined(decline, charge, method)
        intent_states.fail(context, intent, error, charge)
        return decline
    intent_states.succeed(context, intent, charge)
    return None


def answer(context: Context, intent: Json, *, accepted: bool) -> Decline | None:
    """Go on after the buyer has answered the bank's question."""
    method = payment_methods.use(context, intent["payment_method"])
    if accepted:
        return attempt(context, intent, method, authenticated=True)
    intent_states.fail(context, intent, intent_states.not_authenticated(method))
    return None


def debit_answered(context: Context, identifier: str) -> Json | None:
    """Have the bank answer a direct debit; return the intent, unless it is over."""
    charge = charges.get(context, identifier)
    intent = payment_intents.get(context, charge["payment_intent"])
    if charge["status"] != "pending":
        return None
    method = payment_methods.use(context, charge["payment_method"])
    decline = payment_methods.instrument(context, method).decline
    charges.answered(context, charge, decline)
    if decline is None:
        intent_states.succeed(context, intent, charge)
    else:
        error = intent_states.declined(decline, charge, method)
        intent_states.fail(context, intent, error, charge)
    return intent


def bank_key(context: Context, intent: Json) -> str | None:
    """Return what the address of the bank's question must show, while it is asked."""
    private = payment_intents.private(context, intent)
    return private.get("bank_key") if intent["status"] == "requires_action" else None


def _ask(context: Context, intent: Json, method: Json, return_url: str | None) -> None:
    private = payment_intents.private(context, intent)
    private |= {"bank_key": ids.new("", 24), "return_url": return_url}
    context.tx.keep_private(context.account.account, intent["id"], private)
    url = f"{context.base_url}/bank/{intent['id']}/{private['bank_key']}"
    intent_states.require_action(context, intent, method, _next_action(url, return_url))


def _next_action(url: str, return_url: str | None) -> Json:
    """Return a redirect, or where there is no way back what Stripe.js would show in a frame."""
    if return_url is not None:
        redirect = {"return_url": return_url, "url": url}
        return {"redirect_to_url": redirect, "type": "redirect_to_url"}
    frame = {"source": ids.new("src_1"), "stripe_js": url, "type": "three_d_secure_redirect"}
    return {"type": "use_stripe_sdk", "use_stripe_sdk": frame}
