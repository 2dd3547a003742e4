"""The queue `payments`: a webhook said that something happened; ask the provider what is true now.

The event is only a hint. What counts is the object as the provider shows it to the account's own
key; SQL compares it with what was asked for and acts once. So duplicates and disorder do not
matter. Which module of `preau.payments` does that is decided by the event's type.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from preau import messages
from preau.errors import PermanentError
from preau.payments import settlers
from preau.payments.outcomes import judge
from preau.providers.accounts import ProviderAccount
from preau.providers.stripe import StripePayments
from preau.worker import Context, crash_point

QUEUE: Final = "payments"


class Message(messages.Message):
    """The webhook event to act on."""

    webhook_event_id: UUID


async def handle(message: Message, context: Context) -> None:
    """Settle what the event is about."""
    event_id = str(message.webhook_event_id)
    event = await context.db.call("webhook_event", {"id": event_id})
    if event is None:
        raise PermanentError(
            "unknown_webhook_event",
            f"There is no webhook event {event_id}.",
            "It was deleted after it was queued: drop the dead letter.",
        )
    if event["processed"]:
        context.log.info("webhook.already_processed", webhook_event_id=event_id)
        return
    settle = settlers().get(event["event_type"])
    if settle is None:
        reason = f"{event['event_type']} is not acted on"
        await context.db.call("skip_webhook", {"webhook_event_id": event_id, "reason": reason})
        return
    if not event["object_id"]:
        raise PermanentError(
            "event_without_object",
            f"{event['event_id']} names no object.",
            "Look at the event in the provider's dashboard; nothing here was changed.",
        )
    provider = StripePayments(ProviderAccount.model_validate(event["account"]), context.settings)
    crash_point("payments.before_effect")
    settled = await settle(event, provider, context)
    crash_point("payments.after_commit")
    noun = event["event_type"].split(".")[0]
    judge(settled, noun, f"Event {event['event_id']}", context)
