"""The queue `payments`: a webhook said that something happened; ask the provider what is true now.

The event is only a hint. What counts is the session as the provider shows it to the account's own
key; SQL compares it with the order and fulfils it once. So duplicates and disorder do not matter.
"""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from preau import messages
from preau.errors import PermanentError
from preau.providers.accounts import ProviderAccount
from preau.providers.stripe import StripePayments
from preau.worker import Context, crash_point

QUEUE: Final = "payments"
CHECKOUT_EVENTS: Final = frozenset(
    {
        "checkout.session.completed",
        "checkout.session.async_payment_succeeded",
        "checkout.session.async_payment_failed",
        "checkout.session.expired",
    }
)
SETTLED: Final = frozenset({"fulfilled", "already_fulfilled", "expired", "unpaid"})


class Message(messages.Message):
    """The webhook event to act on."""

    webhook_event_id: UUID


async def handle(message: Message, context: Context) -> None:
    """Settle the order that the event is about."""
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
    if event["event_type"] not in CHECKOUT_EVENTS:
        reason = f"{event['event_type']} is not acted on"
        await context.db.call("skip_webhook", {"webhook_event_id": event_id, "reason": reason})
        return
    if not event["object_id"]:
        raise PermanentError(
            "event_without_session",
            f"{event['event_id']} names no session.",
            "Look at the event in the provider's dashboard; nothing here was changed.",
        )
    session = await _session_now(event, context)
    crash_point("payments.before_commit")
    settled = await context.db.call(
        "settle_checkout", {"webhook_event_id": event_id, "session": session}
    )
    crash_point("payments.after_commit")
    _judge(settled, event, context)


async def _session_now(event: dict[str, Any], context: Context) -> dict[str, Any]:
    """Fetch the session with the key of the account that the webhook came for."""
    provider = StripePayments(ProviderAccount.model_validate(event["account"]), context.settings)
    crash_point("payments.before_effect")
    session = await provider.retrieve_checkout(event["object_id"])
    crash_point("payments.after_external_call")
    return session


def _judge(settled: dict[str, Any], event: dict[str, Any], context: Context) -> None:
    """Leave what a person must look at (paid, yet not what was ordered) to the dead letters."""
    outcome, order_id = settled["outcome"], settled.get("order_id")
    if outcome not in SETTLED:
        raise PermanentError(
            f"checkout_{outcome}",
            f"Event {event['event_id']}, order {order_id}: {settled.get('reason') or outcome}.",
            "Compare the order with the payment at the provider; refund it or correct the order.",
        )
    context.log.info("checkout.settled", outcome=outcome, order_id=order_id)
