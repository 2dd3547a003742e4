"""`sendgrid-events/<account>`: verify, and keep what became of mails, in one call for a batch.

The account `default` is the environment's own, which serves academies without one.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Path, Request
from pydantic import BaseModel

from functions.context import Services, ServicesOf
from functions.problems import problems
from preau.errors import ExpectedError
from preau.log import get_logger
from preau.providers.accounts import ProviderAccount
from preau.providers.sendgrid_events import read, verify

router = APIRouter(tags=["webhooks"])
DEFAULT = "default"


class Tally(BaseModel):
    """How many events came, and how many of them were new and about mails of ours."""

    received: int
    kept: int


@router.post(
    "/sendgrid-events/{account}",
    responses=problems(400, 404, 413, 503),
    openapi_extra={
        "requestBody": {
            "required": True,
            "description": "Events as SendGrid sent them; the signature covers these very bytes.",
            "content": {"application/json": {"schema": {"type": "array"}}},
        }
    },
)
async def sendgrid_events(
    account: Annotated[str, Path(max_length=100, pattern=r"^[a-z0-9-]+$")],
    request: Request,
    shared: ServicesOf,
    x_twilio_email_event_webhook_signature: Annotated[str | None, Header()] = None,
    x_twilio_email_event_webhook_timestamp: Annotated[str | None, Header()] = None,
) -> Tally:
    """Take in what SendGrid tells of one account's mails."""
    body = await request.body()
    keys = await _keys(account, shared)
    verify(
        body,
        x_twilio_email_event_webhook_signature,
        x_twilio_email_event_webhook_timestamp,
        keys,
    )
    events = read(body)
    told = [each for each in (event.told() for event in events) if each is not None]
    kept = {"kept": 0, "suppressed": 0}
    if told:
        kept = await shared.db.call(
            "receive_email_events",
            {"account": None if account == DEFAULT else account, "events": told},
        )
    get_logger().info(
        "mail.events",
        account=account,
        received=len(events),
        kept=kept["kept"],
        suppressed=kept["suppressed"],
    )
    return Tally(received=len(events), kept=kept["kept"])


async def _keys(account: str, shared: Services) -> str:
    if account == DEFAULT and shared.settings.sendgrid_webhook_key is not None:
        return shared.settings.sendgrid_webhook_key
    # An account that is called so would speak for everybody's mails.
    named = account != DEFAULT
    row = await shared.db.call("provider_account", {"slug": account}) if named else None
    if row is None or row["provider"] != "sendgrid":
        raise ExpectedError(
            "unknown_account",
            f"There is no SendGrid account {account}.",
            404,
            "The last part of the address is the provider account's slug, or default.",
        )
    return ProviderAccount.model_validate(row).secret("WEBHOOK_KEY")
