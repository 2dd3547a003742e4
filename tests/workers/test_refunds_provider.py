"""The Stripe adapter's refunds: what Stripe's refusals become, on whichever page they come."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest
import stripe

from preau.errors import RetryableError
from preau.providers.stripe import StripePayments
from preau.providers.stripe_errors import UnknownOutcomeError
from preau.providers.stripe_refunds import RefundRefusedError, make_refund, refunds_of

ERRORS: Any = stripe  # its errors' constructors have no types
WANTED = {"id": "r", "payment_intent": "pi", "amount": 1, "reason": "staff", "idempotency_key": "k"}


def provider(**calls: Any) -> StripePayments:
    refunds = SimpleNamespace(**calls)
    v1 = SimpleNamespace(refunds=refunds)
    return cast("StripePayments", SimpleNamespace(client=SimpleNamespace(v1=v1)))


def refusing(error: stripe.StripeError) -> StripePayments:
    async def refuse(*_: object) -> None:
        raise error

    return provider(create_async=refuse)


@pytest.mark.parametrize(
    "code",
    ["charge_already_refunded", "charge_disputed", "refund_disputed_payment", "amount_too_large"],
)
async def test_a_final_refusal_is_final(code: str) -> None:
    with pytest.raises(RefundRefusedError) as caught:
        await make_refund(refusing(ERRORS.InvalidRequestError("No.", None, code)), WANTED)
    assert caught.value.code == code


async def test_a_networks_refusal_is_not_final() -> None:
    with pytest.raises(RetryableError) as caught:
        await make_refund(refusing(ERRORS.CardError("No.", None, "processing_error")), WANTED)
    assert caught.value.code == "processing_error"


async def test_a_page_that_fails_later_has_a_name_as_the_first_has() -> None:
    class Page:
        async def auto_paging_iter(self) -> Any:
            raise ERRORS.APIConnectionError("cut off")
            yield

    async def first(*_: object) -> Page:
        return Page()

    with pytest.raises(UnknownOutcomeError):
        await refunds_of(provider(list_async=first), charge="ch_1")
