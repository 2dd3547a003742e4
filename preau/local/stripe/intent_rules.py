"""What Stripe refuses of a payment intent, and the sentences it refuses with."""

from __future__ import annotations

from preau.local.stripe import errors, prices, session_rules
from preau.local.stripe.declines import Decline
from preau.local.stripe.errors import Json, StripeError

CANCELABLE = (
    "requires_payment_method, requires_capture, requires_confirmation, requires_action, processing"
)
EDITABLE = "requires_payment_method, requires_confirmation, requires_action"
PARAMS = {"expired_card": "exp_month", "incorrect_cvc": "cvc"}


def amount(params: Json, name: str = "amount") -> int:
    """Return an amount that can be charged, or raise StripeError."""
    wanted: int = params[name]
    if wanted < 1:
        raise errors.invalid_integer(name, "This value must be greater than or equal to 1.")
    if wanted > prices.HIGHEST:
        raise StripeError(
            f"Amount must be no more than {prices.HIGHEST / 100:,.2f}",
            code="amount_too_large",
            param=name,
        )
    session_rules.smallest(wanted, params["currency"], name, "Amount")
    return wanted


def types(params: Json, currency: str) -> list[str]:
    """Return the methods an intent or a session may be paid with: card, and SEPA for euros."""
    enabled = ["card", "sepa_debit"] if currency == "eur" else ["card"]
    allowed = params.get("allowed_payment_method_types") or enabled
    excluded = params.get("excluded_payment_method_types") or ()
    found = [kind for kind in enabled if kind in allowed and kind not in excluded]
    if not found:
        raise StripeError(
            "No valid payment method types for this Payment Intent. Please ensure that you have "
            "activated payment methods compatible with your chosen currency in your dashboard: "
            f"the stand-in has {' and '.join(enabled)}."
        )
    return found


def only_when_confirming(params: Json) -> None:
    """Refuse what says how to confirm, where nothing is confirmed."""
    for name in ("error_on_requires_action", "mandate_data", "off_session", "return_url"):
        if name in params and not params.get("confirm"):
            raise StripeError(
                f"The parameter `{name}` cannot be passed when creating a PaymentIntent unless "
                "`confirm` is set to true.",
                param=name,
            )


def unexpected(message: str, intent: Json) -> StripeError:
    """The intent is in a state in which this can't be done."""
    return StripeError(
        message,
        code="payment_intent_unexpected_state",
        saved=True,
        more={"payment_intent": intent},
    )


def confirmable(intent: Json) -> None:
    """Refuse to confirm what is paid, under way or over."""
    if intent["status"] == "succeeded":
        raise unexpected(
            "You cannot confirm this PaymentIntent because it has already succeeded after being "
            "previously confirmed.",
            intent,
        )
    if intent["status"] not in EDITABLE.split(", "):
        raise unexpected(
            f"This PaymentIntent's status is {intent['status']}, but must be one of the following "
            "to confirm: requires_payment_method, requires_confirmation, requires_action.",
            intent,
        )


def cancelable(intent: Json) -> None:
    """Refuse to cancel what is paid or over, or what a bank is already working on."""
    if intent["status"] not in EDITABLE.split(", "):
        raise unexpected(
            f"You cannot cancel this PaymentIntent because it has a status of {intent['status']}. "
            "Only a PaymentIntent with one of the following statuses may be canceled: "
            f"{CANCELABLE}.",
            intent,
        )


def not_of_checkout(session: str | None) -> None:
    """Refuse to cancel what a buyer may be paying on a page right now."""
    if session is not None:
        raise StripeError(
            "You cannot cancel the PaymentIntent for a Checkout Session. Expire the Checkout "
            f"Session ({session}) instead.",
            saved=True,
        )


def editable(intent: Json, changed: str) -> None:
    """Refuse to change what was already charged."""
    if intent["status"] not in EDITABLE.split(", "):
        raise unexpected(
            f"This PaymentIntent's {changed} could not be updated because it has a status of "
            f"{intent['status']}. You may only update the {changed} of a PaymentIntent with one of "
            f"the following statuses: {EDITABLE}.",
            intent,
        )


def card_error(decline: Decline, intent: Json) -> StripeError:
    """Return the 402 that a server which confirms by itself is answered with."""
    last = intent["last_payment_error"]
    more = {name: last[name] for name in ("advice_code", "decline_code", "charge") if name in last}
    return StripeError(
        decline.message,
        status=402,
        kind="card_error",
        code=decline.code,
        param=PARAMS.get(decline.code),
        saved=True,
        more={**more, "payment_intent": intent, "payment_method": last["payment_method"]},
    )
