"""What opening a page and opening a form have in common: one payable thing at a time, one customer.

SQL has stored the attempt with its idempotency keys before any of this, so asking again, twice at
once, or after a crash in between gives the same page or form.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from functions.context import Caller, Services
from preau.errors import ExpectedError, PermanentError, RetryableError
from preau.log import get_logger
from preau.providers.accounts import ProviderAccount
from preau.providers.payments import PaymentProvider
from preau.providers.stripe import StripePayments
from preau.providers.stripe_errors import UnknownOutcomeError


@asynccontextmanager
async def ready(
    attempt: dict[str, Any], caller: Caller, shared: Services
) -> AsyncIterator[tuple[PaymentProvider, str]]:
    """Yield the provider and the buyer's customer id, once nothing else of this order is payable.

    Inside, a failure of the provider's is noted on the attempt and answered with 502.
    """
    async with failures_noted(attempt, shared):
        provider: PaymentProvider = StripePayments(
            ProviderAccount.model_validate(attempt["account"]), shared.settings
        )
        await _close_replaced(attempt, provider)
        customer_id = attempt["customer_id"] or await _make_customer(attempt, caller, provider)
    if attempt["customer_id"] is None:
        # Another attempt of the same buyer's may have been faster: theirs is the one that is kept.
        customer_id = await shared.db.call(
            "record_customer",
            {
                "account_id": attempt["account"]["id"],
                "user_id": caller.user_id,
                "customer_id": customer_id,
            },
        )
    async with failures_noted(attempt, shared):
        yield provider, customer_id


async def _close_replaced(attempt: dict[str, Any], provider: PaymentProvider) -> None:
    """Close what this one replaces: two payable things would let somebody pay twice."""
    closed = [await provider.close_checkout(each) for each in attempt["sessions_to_close"]]
    closed += [await provider.cancel_intent(each) for each in attempt["intents_to_close"]]
    if not all(closed):
        raise in_progress()


def in_progress() -> ExpectedError:
    """Return the answer to somebody who has just paid, and asks before their webhook is here."""
    return ExpectedError(
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


@asynccontextmanager
async def failures_noted(attempt: dict[str, Any], shared: Services) -> AsyncIterator[None]:
    """Answer 502 when the provider fails, and end the attempt if it refused.

    Where it may have made the page without our hearing of it, the attempt and its key are kept: the
    next try asks for the same page.
    """
    try:
        yield
    except (RetryableError, PermanentError) as error:
        facts = {"attempt_id": attempt["attempt_id"], "code": error.code, "message": error.message}
        get_logger().warning("payment.not_opened", **facts)
        if not isinstance(error, UnknownOutcomeError):
            await shared.db.call("fail_attempt", facts)
        raise ExpectedError(
            "payment_provider_unavailable",
            "Le paiement n'a pas pu être ouvert.",
            502,
            "Try again in a minute; nothing was charged.",
        ) from error
