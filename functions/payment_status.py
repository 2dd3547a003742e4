"""`payment-status`: how far an order has come, as the buyer may see it.

A front end asks this after the provider has sent the buyer back: the browser's return proves
nothing, the webhook decides.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel
from supabase import AsyncClient

from functions.context import CallerOf, LanguagesOf, ServicesOf
from functions.problems import problems
from preau.client import as_caller
from preau.database import PublicEnrollments, PublicOrders, PublicPayments
from preau.errors import ExpectedError
from preau.languages import spoken

router = APIRouter(tags=["payments"])
Row = TypeVar("Row", bound=BaseModel)
SENTENCES = {
    "fr": {
        "open": "Le paiement n'est pas encore terminé.",
        "action_needed": "Votre banque attend que vous confirmiez le paiement.",
        "declined": "Le paiement a été refusé : essayez une autre carte.",
        "processing": "Votre paiement est en cours de traitement par la banque ; "
        "votre place est gardée. Cela peut prendre quelques jours.",
        "succeeded": "Votre paiement est arrivé.",
        "failed": "Le paiement n'a pas abouti : rien n'a été débité.",
        "expired": "Le temps pour payer est écoulé.",
        "refunded": "Votre paiement vous a été remboursé.",
    },
    "en": {
        "open": "The payment is not finished yet.",
        "action_needed": "Your bank is waiting for you to confirm the payment.",
        "declined": "The payment was declined: try another card.",
        "processing": "Your bank is processing the payment; your place is kept. "
        "This can take a few days.",
        "succeeded": "Your payment has arrived.",
        "failed": "The payment did not go through: nothing was taken.",
        "expired": "The time to pay is over.",
        "refunded": "Your payment has been given back to you.",
    },
}


class PaymentStatus(BaseModel):
    """The order, its latest payment and its enrolment. Amounts are in minor units.

    `attempt` is the buyer's latest try at paying: open, action_needed (the bank asks for a
    confirmation), declined (`error_code` says why; the same page or form takes another card),
    processing (days, with some methods), succeeded, failed or expired. Others than the buyer get
    null. `message` says it in the person's own locale, else as Accept-Language asks, else in the
    academy's; in French or English.
    """

    order_id: UUID
    reference: str
    status: str
    total_amount: int
    currency: str
    payment_status: str | None
    enrollment_status: str | None
    paid_at: datetime | None
    attempt: str | None = None
    error_code: str | None = None
    message: str | None = None


@router.get("/payment-status", responses=problems(401, 404, 503))
async def payment_status(
    order_id: UUID, caller: CallerOf, shared: ServicesOf, wanted: LanguagesOf
) -> PaymentStatus:
    """Return the state of an order that the caller may read."""
    key = str(order_id)
    orders, payments, enrollments = await asyncio.gather(
        _rows(caller.client, "orders", PublicOrders, id=key),
        _rows(caller.client, "payments", PublicPayments, order_id=key),
        _rows(caller.client, "enrollments", PublicEnrollments, order_id=key),
    )
    if not orders:
        raise ExpectedError(
            "order_not_found", "Cette commande n'existe pas.", 404, "Check the order's id."
        )
    (order,) = orders
    told = await shared.db.call("payment_progress", {"order_id": key, "user_id": caller.user_id})
    tried: dict[str, Any] = told or {}
    state = tried.get("state")
    words = SENTENCES[spoken(tried.get("locale"), *wanted, tried.get("academy_locale"))]
    return PaymentStatus(
        order_id=order.id,
        reference=order.reference,
        status=order.status,
        total_amount=order.total_amount,
        currency=order.currency,
        payment_status=_latest_status(payments),
        enrollment_status=_latest_status(enrollments),
        paid_at=order.paid_at,
        attempt=state,
        error_code=tried.get("error_code"),
        message=words.get("refunded" if order.status == "refunded" else state or ""),
    )


async def _rows(client: AsyncClient, table: str, row: type[Row], **equals: str) -> list[Row]:
    """Return the rows the caller may see, as the schema's own generated type."""
    query = client.table(table).select(",".join(row.model_fields))
    for column, value in equals.items():
        query = query.eq(column, value)
    return [row.model_validate(each) for each in (await as_caller(query.execute())).data]


def _latest_status(rows: Sequence[PublicPayments | PublicEnrollments]) -> str | None:
    return max(rows, key=lambda row: row.created_at).status if rows else None
