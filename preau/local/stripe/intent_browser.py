"""What a browser may ask of a payment intent, and what it is told: less than a server."""

from __future__ import annotations

from preau.local.stripe.context import Call
from preau.local.stripe.errors import Json, StripeError

# what a browser is told of an intent
PUBLIC = (
    *("id", "object", "amount", "amount_details", "automatic_payment_methods", "canceled_at"),
    *("cancellation_reason", "capture_method", "client_secret", "confirmation_method", "created"),
    *("currency", "description", "excluded_payment_method_types", "last_payment_error"),
    *("livemode", "next_action", "payment_method", "payment_method_configuration_details"),
    *("payment_method_types", "processing", "receipt_email", "setup_future_usage", "shipping"),
    *("source", "status"),
)


def shown(call: Call, intent: Json) -> None:
    """Refuse a browser that does not know the intent's secret."""
    if call.client_secret is not None and call.client_secret != intent["client_secret"]:
        raise StripeError(
            "The client_secret provided does not match any associated PaymentIntent on this "
            "account. Ensure the publishable key used belongs to the same account that created "
            "the PaymentIntent.",
            code="payment_intent_invalid_parameter",
            param="client_secret",
        )


def public(call: Call, intent: Json) -> Json:
    """Return the intent as the caller may see it: a browser is told less."""
    if call.client_secret is None:
        return intent
    return {name: intent[name] for name in PUBLIC}
