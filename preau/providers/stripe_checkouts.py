"""Checkout Sessions: a page of Stripe's on which an order is paid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import stripe

from preau.errors import PermanentError
from preau.providers.payments import Checkout, CheckoutRequest
from preau.providers.stripe_errors import id_of, typed
from preau.providers.stripe_intents import facts

if TYPE_CHECKING:
    from stripe.params.checkout import SessionCreateParams, SessionRetrieveParams

# docs.stripe.com/js/appendix/supported_locales, by language; others see their browser's language.
_LANGUAGES = (
    "bg cs da de el en es et fi fil fr hr hu id it ja ko lt lv ms mt nb nl pl pt ro ru sk sl sv th "
    "tr vi zh"
)


class Checkouts:
    """The part of a Stripe account that makes payment pages."""

    client: stripe.StripeClient

    async def create_checkout(self, request: CheckoutRequest) -> Checkout:
        """Make a Checkout Session, or return the one its key made before."""
        language = request.locale.split("-")[0].lower()
        params: SessionCreateParams = {
            "mode": "payment",
            "customer": request.customer_id,
            "client_reference_id": request.reference,
            "line_items": [
                {
                    "quantity": line.quantity,
                    "price_data": {
                        "currency": request.currency.lower(),
                        "unit_amount": line.unit_amount,
                        "product_data": {"name": line.name},
                    },
                }
                for line in request.lines
            ],
            "success_url": request.success_url,
            "cancel_url": request.cancel_url,
            "expires_at": request.expires_at,
            "locale": language if language in _LANGUAGES.split() else "auto",
            "metadata": dict(request.metadata),
            "payment_intent_data": {"metadata": dict(request.metadata)},
        }
        options: stripe.RequestOptions = {"idempotency_key": request.idempotency_key}
        session = await typed(self.client.v1.checkout.sessions.create_async(params, options))
        if session.url is None:
            raise PermanentError(
                "no_checkout_url",
                f"Stripe gave {session.id} no page.",
                "Look at the session in Stripe's dashboard.",
            )
        return Checkout(session.id, session.url, session.expires_at)

    async def close_checkout(self, session_id: str) -> bool:
        """Expire a Checkout Session; False if it is too late, since it is complete."""
        try:
            await typed(self.client.v1.checkout.sessions.expire_async(session_id))
        except PermanentError:  # only an open session expires: see what it is instead
            session = await typed(self.client.v1.checkout.sessions.retrieve_async(session_id))
            return session.status != "complete"
        return True

    async def retrieve_checkout(self, session_id: str) -> dict[str, Any]:
        """Return the session's present state, in the shape `worker.settle_checkout` compares."""
        params: SessionRetrieveParams = {"expand": ["payment_intent.payment_method"]}
        session = await typed(self.client.v1.checkout.sessions.retrieve_async(session_id, params))
        intent = facts(session.payment_intent)
        return {
            "id": session.id,
            "status": session.status,
            "payment_status": session.payment_status,
            "amount_total": session.amount_total,
            "currency": session.currency,
            "client_reference_id": session.client_reference_id,
            "customer": id_of(session.customer),
            "payment_intent": id_of(session.payment_intent),
            "metadata": session.metadata.to_dict() if session.metadata else {},
            "intent_status": intent.get("status"),
            "method": intent.get("method"),
            "error_code": intent.get("error_code"),
            "error_message": intent.get("error_message"),
        }
