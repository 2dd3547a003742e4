"""PaymentIntents: a payment of Stripe's, behind a page of theirs or a form of the academy's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import stripe

from preau.errors import PermanentError
from preau.providers.payments import Intent, IntentRequest
from preau.providers.stripe_errors import id_of, typed

if TYPE_CHECKING:
    from stripe.params import PaymentIntentCreateParams, PaymentIntentRetrieveParams

PAYABLE = frozenset({"requires_payment_method", "requires_confirmation", "requires_action"})


class Intents:
    """The part of a Stripe account that makes payments for forms."""

    client: stripe.StripeClient

    async def create_intent(self, request: IntentRequest) -> Intent:
        """Make a PaymentIntent, or return the one its key made before."""
        params: PaymentIntentCreateParams = {
            "amount": request.amount,
            "currency": request.currency.lower(),
            "customer": request.customer_id,
            "automatic_payment_methods": {"enabled": True},
            "description": request.description,
            "metadata": dict(request.metadata),
        }
        options: stripe.RequestOptions = {"idempotency_key": request.idempotency_key}
        return _intent(await typed(self.client.v1.payment_intents.create_async(params, options)))

    async def open_intent(self, intent_id: str) -> Intent | None:
        """Return a PaymentIntent made before; None once it can't be paid any more."""
        intent = await typed(self.client.v1.payment_intents.retrieve_async(intent_id))
        return _intent(intent) if intent.status in PAYABLE else None

    async def cancel_intent(self, intent_id: str) -> bool:
        """Cancel a PaymentIntent; False if it is too late, since the money is on its way."""
        intents = self.client.v1.payment_intents
        try:
            await typed(intents.cancel_async(intent_id, {"cancellation_reason": "abandoned"}))
        except PermanentError:  # it is over, or the bank is at work: see which
            intent = await typed(intents.retrieve_async(intent_id))
            return intent.status == "canceled"
        return True

    async def retrieve_intent(self, intent_id: str) -> dict[str, Any]:
        """Return the payment's present state, in the shape `worker.settle_intent` compares."""
        params: PaymentIntentRetrieveParams = {"expand": ["payment_method"]}
        return facts(await typed(self.client.v1.payment_intents.retrieve_async(intent_id, params)))


def facts(intent: str | stripe.PaymentIntent | None) -> dict[str, Any]:
    """Return what we compare and record of a payment; nothing of one that is only an id."""
    if intent is None or isinstance(intent, str):
        return {}
    error = intent.last_payment_error if intent.status in {*PAYABLE, "canceled"} else None
    method = intent.payment_method or _said(error, "payment_method")
    return {
        "id": intent.id,
        "status": intent.status,
        "amount": intent.amount,
        "amount_received": intent.amount_received,
        "currency": intent.currency,
        "customer": id_of(intent.customer),
        "metadata": intent.metadata.to_dict() if intent.metadata else {},
        "method": method.type if isinstance(method, stripe.PaymentMethod) else None,
        "error_code": _said(error, "decline_code") or _said(error, "code"),
        "error_message": _said(error, "message"),
    }


def _said(error: stripe.PaymentIntent.LastPaymentError | None, name: str) -> Any:
    """Return a field of an error; Stripe leaves out those that do not apply."""
    return getattr(error, name, None)


def _intent(made: stripe.PaymentIntent) -> Intent:
    if made.client_secret is None:
        raise PermanentError(
            "no_client_secret",
            f"Stripe gave {made.id} no client secret.",
            "Use a secret key of the account's own.",
        )
    return Intent(made.id, made.client_secret)
