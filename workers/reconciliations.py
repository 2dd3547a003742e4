"""The queue `reconciliations`: lay a day of an account's at the provider beside our books.

The clock queues a message with `due_at`, which becomes one run for each day to look at. A run
stages what the provider lists, then asks for what we have and the list has not, and has SQL compare
both: nothing is decided or corrected here, neither at the provider nor in our books.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from preau import messages
from preau.errors import RefusedError
from preau.providers.accounts import ProviderAccount
from preau.providers.stripe import StripePayments
from preau.providers.stripe_lists import look_up, pages
from preau.worker import Context, crash_point

QUEUE: Final = "reconciliations"
CONCURRENCY: Final = 2  # Stripe's limit of calls is for learners who pay


class Message(messages.Message):
    """The run to do; without one, see which there are."""

    reconciliation_id: UUID | None = None
    due_at: datetime | None = None


async def handle(message: Message, context: Context) -> None:
    """Queue the night's runs, or do one."""
    if message.reconciliation_id is None:
        if message.due_at is not None:
            due = {"due_at": message.due_at.isoformat()}
            planned = await context.db.call("plan_reconciliations", due)
            context.log.info("reconciliations.planned", runs=planned)
        return
    run = {"reconciliation_id": str(message.reconciliation_id)}
    started = await context.db.call("start_reconciliation", run)
    if started is None:
        context.log.info("reconciliation.done_before", **run)
        return
    account = ProviderAccount.model_validate(started["account"])
    provider = StripePayments(account, context.settings)
    ours = run | {"try": started["try"]}
    crash_point("reconciliations.before_effect")
    try:
        await _stage(started, ours, provider, context)
        crash_point("reconciliations.before_commit")
        result = await context.db.call("finish_reconciliation", ours)
    except RefusedError as error:
        if error.code != "reconciliation_taken_over":
            raise
        context.log.info("reconciliation.taken_over", **run)
        return
    crash_point("reconciliations.after_commit")
    tell = context.log.warning if result["appeared"] else context.log.info
    tell("reconciliation.finished", account=account.slug, **run, **result)


async def _stage(
    started: dict[str, Any], ours: dict[str, Any], provider: StripePayments, context: Context
) -> None:
    """Send SQL what the provider lists, then what it says of those that SQL misses there."""
    async for page in pages(provider, started["since"], started["until"]):
        await context.db.call("stage_objects", ours | {"objects": page})
    crash_point("reconciliations.after_external_call")
    while doubts := await context.db.call("reconciliation_doubts", ours):
        found = [await look_up(provider, each["object"], each["id"]) for each in doubts]
        await context.db.call("stage_objects", ours | {"objects": found})
