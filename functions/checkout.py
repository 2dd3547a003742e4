"""`create-checkout`: a page of the payment provider on which the caller pays their order.

SQL decides whether there is something to pay and stores the attempt with its idempotency keys
before the provider hears of it. So asking again, twice at once, or after a crash in between gives
the same page.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import APIRouter
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from functions import paying
from functions.context import CallerOf, ServicesOf
from functions.problems import problems
from preau.errors import RefusedError
from preau.providers.payments import Checkout, CheckoutRequest, Line

router = APIRouter(tags=["payments"])


def _web_address(value: str) -> str:
    """Check without rewriting: the provider fills in {CHECKOUT_SESSION_ID} itself."""
    parts = urlsplit(value)
    readable = value.isprintable() and " " not in value
    if not readable or parts.scheme not in {"https", "http"} or not parts.hostname:
        raise ValueError("must be an http(s) address")
    return value


ReturnUrl = Annotated[str, Field(max_length=2000), AfterValidator(_web_address)]


class CheckoutBody(BaseModel):
    """The order to pay and where the provider sends the buyer afterwards."""

    model_config = ConfigDict(extra="forbid")

    order_id: UUID
    success_url: ReturnUrl = Field(
        description="On one of the academy's return hosts; may hold {CHECKOUT_SESSION_ID}."
    )
    cancel_url: ReturnUrl = Field(description="On one of the academy's return hosts.")


class CheckoutPage(BaseModel):
    """The page to send the buyer to."""

    url: str
    session_id: str
    expires_at: datetime


@router.post("/create-checkout", responses=problems(400, 401, 403, 404, 409, 429, 502, 503))
async def create_checkout(body: CheckoutBody, caller: CallerOf, shared: ServicesOf) -> CheckoutPage:
    """Return the page on which the caller pays a pending order of theirs; again: the same page."""
    attempt = await shared.db.call(
        "checkout_attempt",
        {
            "order_id": str(body.order_id),
            "user_id": caller.user_id,
            "success_url": body.success_url,
            "cancel_url": body.cancel_url,
        },
    )
    if attempt["url"] is not None:
        return _page(Checkout(attempt["session_id"], attempt["url"], attempt["expires_at"]))
    async with paying.ready(attempt, caller, shared) as (provider, customer_id):
        checkout = await provider.create_checkout(_request(attempt, customer_id))
    facts = {
        "attempt_id": attempt["attempt_id"],
        "session_id": checkout.id,
        "url": checkout.url,
        "expires_at": datetime.fromtimestamp(checkout.expires_at, UTC).isoformat(),
    }
    try:
        await shared.db.call("record_checkout", facts)
    except RefusedError:  # replaced while we were asking: its successor does not know this page
        await provider.close_checkout(checkout.id)
        raise
    return _page(checkout)


def _request(attempt: dict[str, Any], customer_id: str) -> CheckoutRequest:
    """Return what the provider is asked for: the stored attempt, word for word, at every try."""
    return CheckoutRequest(
        reference=attempt["order_id"],
        customer_id=customer_id,
        currency=attempt["currency"],
        lines=[Line(x["name"], x["unit_amount"], x["quantity"]) for x in attempt["lines"]],
        locale=attempt["locale"],
        success_url=attempt["success_url"],
        cancel_url=attempt["cancel_url"],
        expires_at=attempt["expires_at"],
        metadata={name: attempt[name] for name in ("order_id", "academy_id", "attempt_id")},
        idempotency_key=attempt["idempotency_key"],
    )


def _page(checkout: Checkout) -> CheckoutPage:
    return CheckoutPage(
        url=checkout.url,
        session_id=checkout.id,
        expires_at=datetime.fromtimestamp(checkout.expires_at, UTC),
    )
