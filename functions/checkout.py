"""`create-checkout`: a page of the payment provider on which the caller pays their order.

SQL decides whether there is something to pay and stores the attempt with its idempotency keys
before the provider hears of it. So asking again, twice at once, or after a crash in between gives
the same page.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import APIRouter
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from functions.context import Caller, CallerOf, Services, ServicesOf
from functions.problems import problems
from preau.errors import ExpectedError, PermanentError, RefusedError, RetryableError
from preau.log import get_logger
from preau.providers.accounts import ProviderAccount
from preau.providers.payments import Checkout, CheckoutRequest, Line, PaymentProvider
from preau.providers.stripe import StripePayments
from preau.providers.stripe_errors import UnknownOutcomeError

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
    async with _failures_noted(attempt, shared):
        provider: PaymentProvider = StripePayments(
            ProviderAccount.model_validate(attempt["account"]), shared.settings
        )
        await _close_replaced(attempt, provider)
        customer_id = attempt["customer_id"] or await _make_customer(attempt, caller, provider)
    if attempt["customer_id"] is None:
        await shared.db.call(
            "record_customer",
            {
                "account_id": attempt["account"]["id"],
                "user_id": caller.user_id,
                "customer_id": customer_id,
            },
        )
    async with _failures_noted(attempt, shared):
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


async def _close_replaced(attempt: dict[str, Any], provider: PaymentProvider) -> None:
    """Close the pages that this one replaces: two payable pages would let somebody pay twice."""
    for session_id in attempt["sessions_to_close"]:
        if not await provider.close_checkout(session_id):
            raise ExpectedError(
                "payment_in_progress",
                "Votre paiement est en cours d'enregistrement.",
                409,
                "Ask payment-status in a few seconds.",
            )


async def _make_customer(attempt: dict[str, Any], caller: Caller, provider: PaymentProvider) -> str:
    return await provider.ensure_customer(
        attempt["customer"]["email"],
        attempt["customer"]["name"],
        {"user_id": caller.user_id, "academy_id": attempt["academy_id"]},
        attempt["customer_idempotency_key"],
    )


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


@asynccontextmanager
async def _failures_noted(attempt: dict[str, Any], shared: Services) -> AsyncIterator[None]:
    """Answer 502 when the provider fails, and end the attempt if it refused.

    Where it may have made the page without our hearing of it, the attempt and its key are kept: the
    next try asks for the same page.
    """
    try:
        yield
    except (RetryableError, PermanentError) as error:
        facts = {"attempt_id": attempt["attempt_id"], "code": error.code, "message": error.message}
        get_logger().warning("checkout.failed", **facts)
        if not isinstance(error, UnknownOutcomeError):
            await shared.db.call("fail_attempt", facts)
        raise ExpectedError(
            "payment_provider_unavailable",
            "La page de paiement n'a pas pu être ouverte.",
            502,
            "Try again in a minute; nothing was charged.",
        ) from error


def _page(checkout: Checkout) -> CheckoutPage:
    return CheckoutPage(
        url=checkout.url,
        session_id=checkout.id,
        expires_at=datetime.fromtimestamp(checkout.expires_at, UTC),
    )
