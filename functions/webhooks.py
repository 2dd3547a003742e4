"""`stripe-webhook/<account>`: verify, store, queue – in that order, and nothing else.

The event and its job are stored in one transaction before the answer, so Stripe's redeliveries
cover every failure up to that point, and the queue every failure after it.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Path, Request
from pydantic import BaseModel

from functions.context import ServicesOf
from functions.problems import problems
from preau.errors import ExpectedError
from preau.log import get_logger
from preau.providers.accounts import ProviderAccount
from preau.providers.stripe_events import verify

router = APIRouter(tags=["webhooks"])


class Receipt(BaseModel):
    """The event is stored; `duplicate` says that it already was."""

    received: bool = True
    duplicate: bool


@router.post(
    "/stripe-webhook/{account}",
    responses=problems(400, 404, 413, 503),
    openapi_extra={
        "requestBody": {
            "required": True,
            "description": "The event as Stripe sent it; the signature covers these very bytes.",
            "content": {"application/json": {"schema": {"type": "object"}}},
        }
    },
)
async def stripe_webhook(
    account: Annotated[str, Path(max_length=100, pattern=r"^[a-z0-9-]+$")],
    request: Request,
    shared: ServicesOf,
    stripe_signature: Annotated[str | None, Header()] = None,
) -> Receipt:
    """Take in an event that Stripe sends for one academy's account."""
    body = await request.body()
    row = await shared.db.call("provider_account", {"slug": account})
    if row is None or row["provider"] != "stripe":
        raise ExpectedError(
            "unknown_account",
            f"There is no Stripe account {account}.",
            404,
            "The last part of the address is the provider account's slug.",
        )
    known = ProviderAccount.model_validate(row)
    event = verify(body, stripe_signature, known.secret("WEBHOOK_SECRET"))
    stored = await shared.db.call(
        "receive_webhook",
        {
            "account": account,
            "event_id": event.id,
            "event_type": event.type,
            "body": body.decode(),
        },
    )
    get_logger().info(
        "webhook.received",
        account=account,
        event_id=event.id,
        event_type=event.type,
        duplicate=stored["duplicate"],
    )
    return Receipt(duplicate=stored["duplicate"])
