"""The queue `sweeps`: payments whose webhook did not come; the provider is asked by ourselves.

The clock queues a message with `due_at`, which becomes one message for each attempt to ask about.
What the provider shows goes the way of a webhook, so a webhook that comes late changes nothing.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from preau import messages
from preau.payments.outcomes import judge
from preau.providers.accounts import ProviderAccount
from preau.providers.stripe import StripePayments
from preau.worker import Context, crash_point

QUEUE: Final = "sweeps"
CONCURRENCY: Final = 5


class Message(messages.Message):
    """An attempt to ask about; without one, see which there are."""

    attempt_id: UUID | None = None
    due_at: datetime | None = None


async def handle(message: Message, context: Context) -> None:
    """Queue what is to be asked about, or ask about one attempt."""
    if message.attempt_id is None:
        found = await context.db.call("sweep_payments")
        context.log.info("payments.swept", **found)
        return
    attempt_id = str(message.attempt_id)
    attempt = await context.db.call("swept_attempt", {"attempt_id": attempt_id})
    if attempt is None:
        context.log.info("sweep.not_needed", attempt_id=attempt_id)
        return
    provider = StripePayments(ProviderAccount.model_validate(attempt["account"]), context.settings)
    crash_point("sweeps.before_effect")
    found = await _ask(attempt, provider)
    crash_point("sweeps.after_external_call")
    crash_point("sweeps.before_commit")
    settled = await context.db.call("settle_swept", {"attempt_id": attempt_id, "object": found})
    crash_point("sweeps.after_commit")
    if settled.get("repeated") and context.attempt == 1:
        context.log.info("sweep.known", attempt_id=attempt_id, outcome=settled["outcome"])
        return
    judge(settled, "sweep", f"Attempt {attempt_id}", context)


async def _ask(attempt: dict[str, Any], provider: StripePayments) -> dict[str, Any]:
    """Return what the page or form is now, after closing it where we have given it up."""
    if attempt["kind"] == "checkout":
        if attempt["close"]:
            await provider.close_checkout(attempt["session_id"])
        return await provider.retrieve_checkout(attempt["session_id"])
    if attempt["close"]:
        await provider.cancel_intent(attempt["intent_id"])
    return await provider.retrieve_intent(attempt["intent_id"])
