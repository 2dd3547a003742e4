"""`create-payment-intent`: a payment for a form of the academy's own, with Stripe's elements in it.

The rules are those of `create-checkout`: SQL decides what is paid, the attempt is stored before the
provider hears of it, and opening a form closes the page that was open, as the other way round.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from functions import paying
from functions.context import CallerOf, ServicesOf
from functions.problems import problems
from preau.errors import RefusedError
from preau.providers.accounts import ProviderAccount
from preau.providers.payments import Intent, IntentRequest

router = APIRouter(tags=["payments"])


class IntentBody(BaseModel):
    """The order to pay."""

    model_config = ConfigDict(extra="forbid")

    order_id: UUID


class PaymentForm(BaseModel):
    """What Stripe.js needs to show the form. The amount is in minor units."""

    client_secret: str = Field(
        description="For this buyer's browser alone: do not log or store it."
    )
    payment_intent_id: str
    publishable_key: str | None = Field(
        description="Of the academy's account; null where the front end has it already."
    )
    amount: int
    currency: str
    expires_at: datetime = Field(description="Until when the seat is kept for this form.")


@router.post("/create-payment-intent", responses=problems(400, 401, 403, 404, 409, 429, 502, 503))
async def create_payment_intent(
    body: IntentBody, caller: CallerOf, shared: ServicesOf
) -> PaymentForm:
    """Return the payment of a pending order of the caller's; again: the same payment."""
    attempt = await shared.db.call(
        "intent_attempt", {"order_id": str(body.order_id), "user_id": caller.user_id}
    )
    async with paying.ready(attempt, caller, shared) as (provider, customer_id):
        if attempt["intent_id"] is not None:
            known = await provider.open_intent(attempt["intent_id"])
            if known is None:
                raise paying.in_progress()
            return _form(known, attempt)
        intent = await provider.create_intent(_request(attempt, customer_id))
    try:
        await shared.db.call(
            "record_intent", {"attempt_id": attempt["attempt_id"], "intent_id": intent.id}
        )
    except RefusedError:  # replaced while we were asking: its successor does not know this one
        await provider.cancel_intent(intent.id)
        raise
    return _form(intent, attempt)


def _request(attempt: dict[str, Any], customer_id: str) -> IntentRequest:
    """Return what the provider is asked for: the stored attempt, word for word, at every try."""
    return IntentRequest(
        customer_id=customer_id,
        amount=attempt["amount"],
        currency=attempt["currency"],
        description=attempt["reference"],
        metadata={name: attempt[name] for name in ("order_id", "academy_id", "attempt_id")},
        idempotency_key=attempt["idempotency_key"],
    )


def _form(intent: Intent, attempt: dict[str, Any]) -> PaymentForm:
    return PaymentForm(
        client_secret=intent.client_secret,
        payment_intent_id=intent.id,
        publishable_key=ProviderAccount.model_validate(attempt["account"]).publishable_key(),
        amount=attempt["amount"],
        currency=attempt["currency"],
        expires_at=datetime.fromtimestamp(attempt["expires_at"], UTC),
    )
