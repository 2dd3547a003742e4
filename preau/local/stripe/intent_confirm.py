"""Confirming a payment intent: its method, and what Stripe asks for before a try."""

from __future__ import annotations

from preau.local.stripe import errors, intent_browser, intent_rules, paying, payment_methods
from preau.local.stripe.context import Call
from preau.local.stripe.errors import Json, StripeError

METHOD = ("payment_method", "payment_method_data")


def choose(call: Call, intent: Json, params: Json) -> None:
    """Take the method that was given, if one was; the intent then waits to be confirmed."""
    if "payment_method" in params and "payment_method_data" in params:
        raise errors.exclusive(METHOD)
    if params.get("payment_method"):
        method = payment_methods.use(call, params["payment_method"])
    elif "payment_method_data" in params:
        method = payment_methods.of_data(call, params["payment_method_data"], "payment_method_data")
    else:
        return
    kinds = intent["payment_method_types"]
    if method["type"] not in kinds:
        raise StripeError(
            f"The PaymentMethod provided ({method['type']}) is not allowed for this "
            "PaymentIntent. Please attach a PaymentMethod of one of the following types: "
            f"{', '.join(kinds)}.",
            code="payment_intent_incompatible_payment_method",
            param="payment_method",
        )
    if method["customer"] not in (None, intent["customer"]):
        raise StripeError(
            f"The provided PaymentMethod ({method['id']}) is attached to a Customer. Please "
            "include the Customer in the `customer` parameter on the PaymentIntent.",
            param="payment_method",
        )
    intent |= {
        "next_action": None,
        "payment_method": method["id"],
        "status": "requires_confirmation",
    }
    call.tx.update(call.account.account, intent)


def confirm(call: Call, intent: Json, params: Json) -> Json:
    """Try to pay with the chosen method; raises the 402 of a bank that refuses."""
    if intent["payment_method"] is None:
        raise intent_rules.unexpected(
            "You cannot confirm this PaymentIntent because it's missing a payment method. You can "
            "either update the PaymentIntent with a payment method and then confirm it again, or "
            "confirm it again directly with a payment method or ConfirmationToken.",
            intent,
        )
    _way_back(intent, params)
    method = payment_methods.use(call, intent["payment_method"])
    decline = paying.attempt(
        *(call, intent, method),
        return_url=params.get("return_url"),
        off_session=any(params.get(name) for name in ("off_session", "error_on_requires_action")),
    )
    if decline is not None:
        raise intent_rules.card_error(decline, intent_browser.public(call, intent))
    return intent


def _way_back(intent: Json, params: Json) -> None:
    automatic = intent["automatic_payment_methods"]
    redirects = automatic["enabled"] and automatic["allow_redirects"] != "never"
    elsewhere = ("return_url", "use_stripe_sdk", "off_session", "error_on_requires_action")
    if redirects and not any(params.get(name) for name in elsewhere):
        raise StripeError(
            "This PaymentIntent is configured to accept payment methods enabled in your "
            "Dashboard. Because some of these payment methods might redirect your customer off of "
            "your page, you must provide a `return_url`. If you don't want to accept "
            "redirect-based payment methods, set `automatic_payment_methods[enabled]` to `true` "
            "and `automatic_payment_methods[allow_redirects]` to `never` when creating Setup "
            "Intents and Payment Intents.",
            param="return_url",
        )
