"""How an event's object gets into our books, and what of that is left to a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from preau.errors import PermanentError, RetryableError
from preau.worker import crash_point

if TYPE_CHECKING:
    from preau.handlers import Context


async def record(
    function: str, event: dict[str, Any], context: Context, **shown: Any
) -> dict[str, Any]:
    """Tell SQL's `function` what the provider shows now; return what that settled."""
    crash_point("payments.after_external_call")
    crash_point("payments.before_commit")
    settled: dict[str, Any] = await context.db.call(
        function, {"webhook_event_id": event["id"], **shown}
    )
    return settled


def judge(settled: dict[str, Any], noun: str, about: str, context: Context) -> None:
    """Log what was settled; raise PermanentError, so that a dead letter says it, where no rule did.

    `noun` begins the code, `about` names the event or the attempt in the sentence.
    """
    outcome, order_id = str(settled["outcome"]), settled.get("order_id")
    if outcome == "mismatch" or outcome.startswith("unknown_"):
        raise PermanentError(
            f"{noun}_{outcome}",
            f"{about}, order {order_id}: {settled.get('reason') or outcome}.",
            "Compare the order with the payment at the provider; refund it or correct the order.",
        )
    context.log.info("payment.settled", outcome=outcome, order_id=order_id, of=about)


def wait_for_payment(settled: dict[str, Any]) -> dict[str, Any]:
    """Return what was settled; raise RetryableError where the payment's own event comes first."""
    if settled["outcome"] == "not_settled_yet":
        raise RetryableError(
            "payment_not_settled_yet",
            f"What became of the payment of order {settled['order_id']} waits for the payment.",
            "If its own event is a dead letter, settle that one first.",
        )
    return settled
