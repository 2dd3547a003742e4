"""Refunds at Stripe: asking for one, finding those there are, whoever made them.

A refund is asked for under the key that was stored with it. For a day Stripe answers a key as it
did before, with its errors, too; then it forgets it. So a key that got an error is replaced, and a
refund that may have been asked for before is looked for by the id of ours in its metadata.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import stripe

from preau.errors import PermanentError, RetryableError
from preau.providers.stripe_errors import id_of, typed, typed_error

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from stripe.params import RefundCreateParams, RefundListParams

    from preau.providers.stripe import StripePayments

# docs.stripe.com/api/refunds/create: the three it knows; of others it is told none.
REASONS = {
    "requested_by_customer": "requested_by_customer",
    "duplicate": "duplicate",
    "paid_twice": "duplicate",
    "fraudulent": "fraudulent",
}
# docs.stripe.com/error-codes: no later try will be answered otherwise.
FINAL = frozenset(
    {"charge_already_refunded", "charge_disputed", "refund_disputed_payment", "amount_too_large"}
)
SHORT_OF_MONEY = frozenset({"balance_insufficient", "insufficient_funds"})
EXPAND = ["payment_intent"]


class RefundRefusedError(PermanentError):
    """Stripe will not make this refund: the money has gone back already, or the bank has it."""


async def make_refund(provider: StripePayments, wanted: dict[str, Any]) -> dict[str, Any]:
    """Make a refund, or return the one its key made before.

    Raises RefundRefusedError for a refusal that is final; after any other error, ask again. What
    the card's network says of a refund is no answer to a buyer, and may be another tomorrow.
    """
    params: RefundCreateParams = {
        "payment_intent": wanted["payment_intent"],
        "amount": wanted["amount"],
        "metadata": {"refund_id": wanted["id"]},
        "expand": EXPAND,
    }
    if wanted["reason"] in REASONS:
        params["reason"] = REASONS[wanted["reason"]]
    options: stripe.RequestOptions = {"idempotency_key": wanted["idempotency_key"]}
    try:
        return facts(await provider.client.v1.refunds.create_async(params, options))
    except stripe.CardError as error:
        raise RetryableError(error.code or "card_error", str(error).strip()) from error
    except stripe.InvalidRequestError as error:
        story = str(error).strip()
        if error.code in FINAL or error.param == "amount":
            raise RefundRefusedError(error.code or "amount_too_large", story) from error
        if error.code in SHORT_OF_MONEY:
            raise RetryableError(str(error.code), story, retry_in=900) from error
        raise typed_error(error) from error
    except stripe.StripeError as error:
        raise typed_error(error) from error


async def retrieve_refund(provider: StripePayments, refund_id: str) -> dict[str, Any]:
    """Return a refund's present state, in the shape `worker.settle_refunds` compares."""
    return facts(await typed(provider.client.v1.refunds.retrieve_async(refund_id, _expanded())))


async def refunds_of(provider: StripePayments, **of: str) -> list[dict[str, Any]]:
    """Return all refunds of a `charge` or a `payment_intent`, the oldest first."""
    params: RefundListParams = {"limit": 100, "expand": ["data.payment_intent"]}
    if "charge" in of:
        params["charge"] = of["charge"]
    else:
        params["payment_intent"] = of["payment_intent"]
    return (await typed(_all_pages(provider.client.v1.refunds.list_async(params))))[::-1]


async def _all_pages(
    first: Awaitable[stripe.ListObject[stripe.Refund]],
) -> list[dict[str, Any]]:
    return [facts(refund) async for refund in (await first).auto_paging_iter()]


def facts(refund: stripe.Refund) -> dict[str, Any]:
    """Return what we record of a refund; the attempt tells whose money it is."""
    return {
        "id": refund.id,
        "status": refund.status,
        "amount": refund.amount,
        "currency": refund.currency,
        "payment_intent": id_of(refund.payment_intent),
        "attempt_id": attempt_of(refund.payment_intent),
        "metadata": refund.metadata.to_dict() if refund.metadata else {},
        "failure_reason": getattr(refund, "failure_reason", None),
    }


def attempt_of(intent: str | stripe.PaymentIntent | None) -> str | None:
    """Return the attempt that an expanded payment names in its metadata."""
    known = intent.metadata if isinstance(intent, stripe.PaymentIntent) else None
    return known.to_dict().get("attempt_id") if known else None


def _expanded() -> Any:
    return {"expand": EXPAND}
