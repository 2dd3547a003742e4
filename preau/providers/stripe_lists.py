"""What Stripe lists of an account: the charges, refunds and disputes that were made in a span.

Every object has one shape, in which `worker.stage_objects` takes them. Stripe pages by a hundred;
here a page is what one call of ours carries.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any, Final

import stripe

from preau.errors import PermanentError
from preau.providers.stripe_errors import id_of, typed
from preau.providers.stripe_refunds import attempt_of

if TYPE_CHECKING:
    from preau.providers.stripe import StripePayments

LISTED, PAGE = 100, 500
EXPAND: Final = ["data.payment_intent"]


async def pages(
    provider: StripePayments, since: int, until: int
) -> AsyncIterator[list[dict[str, Any]]]:
    """Yield everything made from `since` to before `until` (epoch seconds), `PAGE` at a time."""
    if until <= since:
        return
    params: Any = {"created": {"gte": since, "lt": until}, "limit": LISTED, "expand": EXPAND}
    v1 = provider.client.v1
    services: tuple[Any, ...] = (v1.charges, v1.refunds, v1.disputes)
    page: list[dict[str, Any]] = []
    for service in services:
        listed: Any = aiter((await typed(service.list_async(params))).auto_paging_iter())
        while (found := await typed(anext(listed, None))) is not None:
            page.append(_facts(found))
            if len(page) == PAGE:
                yield page
                page = []
    if page:
        yield page


async def look_up(provider: StripePayments, kind: str, identifier: str) -> dict[str, Any]:
    """Return one object by its id, a payment by its intent; `absent` where Stripe has none."""
    v1 = provider.client.v1
    try:
        if kind == "payment":
            only_charge: Any = {"expand": ["latest_charge"]}
            return _of_intent(
                await typed(v1.payment_intents.retrieve_async(identifier, only_charge))
            )
        expand: Any = {"expand": ["payment_intent"]}
        if kind == "refund":
            return _facts(await typed(v1.refunds.retrieve_async(identifier, expand)))
        return _facts(await typed(v1.disputes.retrieve_async(identifier, expand)))
    except PermanentError as error:
        if error.code != "payment_object_missing":
            raise
    absent = {"object": kind, "id": identifier, "status": "absent"}
    return absent | ({"payment_intent": identifier} if kind == "payment" else {})


def _facts(found: stripe.Charge | stripe.Refund | stripe.Dispute) -> dict[str, Any]:
    """Return what is compared; of a charge only what was captured is money."""
    metadata = found.metadata.to_dict() if found.metadata else {}
    amount = found.amount
    if isinstance(found, stripe.Charge) and found.status == "succeeded":
        amount = found.amount_captured
    return {
        "object": "payment" if found.object == "charge" else found.object,
        "id": found.id,
        "payment_intent": id_of(found.payment_intent),
        "attempt_id": attempt_of(found.payment_intent) or metadata.get("attempt_id"),
        "refund_id": metadata.get("refund_id"),
        "status": found.status,
        "amount": amount,
        "currency": found.currency,
    }


def _of_intent(intent: stripe.PaymentIntent) -> dict[str, Any]:
    """Return an intent's charge; without one, nobody has paid it."""
    charge = intent.latest_charge
    said = _facts(charge) if isinstance(charge, stripe.Charge) else {"status": intent.status}
    return {
        "object": "payment",
        "id": intent.id,
        "amount": intent.amount,
        "currency": intent.currency,
        **said,
        "payment_intent": intent.id,
        "attempt_id": attempt_of(intent),
    }
