"""The queue `refunds`: money is due back; ask the provider for it, once.

The refund is a row with its key before anybody is asked. A worker that dies, or whose answer gets
lost, leaves a message that comes again and asks under the same key; from the second time on, the
refund is looked for first, since the provider forgets keys, and one it has answered with an error
is replaced. Only a refusal that no later try would change makes a refund fail; everything else
leaves it pending, which is what is true of it. Each hour the clock queues a message with `due_at`:
a refund that stays pending is asked about.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from preau import messages
from preau.errors import PreauError
from preau.payments.outcomes import judge
from preau.providers.accounts import ProviderAccount
from preau.providers.stripe import StripePayments
from preau.providers.stripe_errors import UnknownOutcomeError
from preau.providers.stripe_refunds import (
    RefundRefusedError,
    make_refund,
    refunds_of,
    retrieve_refund,
)
from preau.worker import Context, crash_point

QUEUE: Final = "refunds"


class Message(messages.Message):
    """The refund to ask for, or about; without one, see which went quiet."""

    refund_id: UUID | None = None
    due_at: datetime | None = None


async def handle(message: Message, context: Context) -> None:
    """Ask for the refund, or what became of it, unless it is over, and record what it is."""
    if message.refund_id is None:
        context.log.info("refunds.swept", queued=await context.db.call("sweep_refunds"))
        return
    refund_id = str(message.refund_id)
    wanted = await context.db.call("refund_to_make", {"refund_id": refund_id})
    if wanted is None:
        context.log.info("refund.not_due", refund_id=refund_id)
        return
    provider = StripePayments(ProviderAccount.model_validate(wanted["account"]), context.settings)
    crash_point("refunds.before_effect")
    try:
        made = await _known(wanted, provider) or await _make(wanted, provider, context)
    except RefundRefusedError as error:
        crash_point("refunds.after_external_call")
        await _refused(wanted, provider, error, context)
        return
    crash_point("refunds.after_external_call")
    crash_point("refunds.before_commit")
    settled = await context.db.call("record_refund", {"refund_id": refund_id, "refund": made})
    crash_point("refunds.after_commit")
    judge(settled, "refund", f"Refund {refund_id}", context)


async def _known(wanted: dict[str, Any], provider: StripePayments) -> dict[str, Any] | None:
    """Return the refund as the provider has it, if an earlier try made it."""
    if wanted["provider_refund_id"]:
        return await retrieve_refund(provider, wanted["provider_refund_id"])
    if not wanted["asked_before"]:
        return None
    found = await refunds_of(provider, payment_intent=wanted["payment_intent"])
    ours = (each for each in found if each["metadata"].get("refund_id") == wanted["id"])
    return next(ours, None)


async def _make(
    wanted: dict[str, Any], provider: StripePayments, context: Context
) -> dict[str, Any]:
    """Ask for the refund; after an answer that was an error, the next try has a key of its own."""
    try:
        return await make_refund(provider, wanted)
    except (RefundRefusedError, UnknownOutcomeError):
        raise
    except PreauError:
        # The provider answers a key it has answered from memory, whatever has been put right since.
        await context.db.call("renew_refund_key", {"refund_id": wanted["id"]})
        raise


async def _refused(
    wanted: dict[str, Any], provider: StripePayments, error: RefundRefusedError, context: Context
) -> None:
    """Record what went back instead, most often by hand, then that this one won't."""
    for each in await refunds_of(provider, payment_intent=wanted["payment_intent"]):
        await context.db.call("record_refund", {"refund_id": wanted["id"], "refund": each})
    crash_point("refunds.before_commit")
    await context.db.call(
        "fail_refund", {"refund_id": wanted["id"], "code": error.code, "message": str(error)}
    )
    crash_point("refunds.after_commit")
    context.log.warning("refund.refused", refund_id=wanted["id"], code=error.code)
