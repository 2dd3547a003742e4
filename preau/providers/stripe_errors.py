"""What an error of Stripe's means for us, whichever call it came from."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any, TypeVar

import stripe

from preau.errors import ExpectedError, PermanentError, PreauError, RetryableError

_Result = TypeVar("_Result")


class UnknownOutcomeError(RetryableError):
    """Stripe did not answer: the call may have taken effect. Repeat it with the same key."""


async def typed(call: Awaitable[_Result]) -> _Result:
    """Await a call of Stripe's library; its errors become ours."""
    try:
        return await call
    except stripe.StripeError as error:
        raise typed_error(error) from error


def typed_error(error: stripe.StripeError) -> PreauError:
    """Return what an error of Stripe's means for us; its request id stays in the sentence."""
    story = str(error).strip()
    if isinstance(error, stripe.APIConnectionError):
        return UnknownOutcomeError("payment_provider_unreachable", story)
    if isinstance(error, stripe.CardError):
        return ExpectedError("card_declined", story, 402, "Try another card.")
    if isinstance(error, stripe.InvalidRequestError) and error.code == "resource_missing":
        return PermanentError(
            "payment_object_missing", story, "Check that the account's key and mode are right."
        )
    if isinstance(
        error,
        stripe.InvalidRequestError
        | stripe.IdempotencyError
        | stripe.AuthenticationError
        | stripe.PermissionError,
    ):
        return PermanentError(
            "payment_provider_refused", story, "Check the provider account's key and settings."
        )
    if error.http_status == 409:  # a call with the same idempotency key is still under way
        return UnknownOutcomeError("payment_provider_busy", story)
    return RetryableError("payment_provider_error", story, retry_in=_retry_after(error))


def _retry_after(error: stripe.StripeError) -> float | None:
    value = (error.headers or {}).get("retry-after", "")
    return float(value) if value.isdecimal() else None


def id_of(value: Any) -> str | None:
    """Return the id of a field that Stripe gives as an id or, expanded, as an object."""
    return value if value is None or isinstance(value, str) else str(value.id)
