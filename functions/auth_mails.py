"""`send-email`: Auth asks for a mail; it goes into the outbox and out as every other.

For hosted projects, where the hook replaces Auth's own sending; the local stack's Auth sends by
SMTP and never calls this. Never both: Auth has one way or the other.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Request
from pydantic import BaseModel

from functions.context import ServicesOf
from functions.problems import problems
from preau.auth_hook import verify
from preau.errors import ExpectedError
from preau.log import get_logger

router = APIRouter(tags=["webhooks"])


class Sent(BaseModel):
    """Auth wants an object, and reads nothing in it."""


@router.post(
    "/send-email",
    responses=problems(400, 401, 404, 413, 503),
    openapi_extra={
        "requestBody": {
            "required": True,
            "description": "Auth's call; the signature covers these very bytes.",
            "content": {"application/json": {"schema": {"type": "object"}}},
        }
    },
)
async def send_email(
    request: Request,
    shared: ServicesOf,
    webhook_id: Annotated[str | None, Header()] = None,
    webhook_timestamp: Annotated[str | None, Header()] = None,
    webhook_signature: Annotated[str | None, Header()] = None,
) -> Sent:
    """Queue the mails that Supabase Auth asks for."""
    body = await request.body()
    secret = shared.settings.send_email_hook_secret
    if secret is None:
        raise ExpectedError(
            "hook_not_configured",
            "SEND_EMAIL_HOOK_SECRET is not set here.",
            404,
            "Set it to the hook's secret, or switch the hook off.",
        )
    call = verify(body, webhook_id, webhook_timestamp, webhook_signature, secret.get_secret_value())
    mails = call.mails(shared.settings.require_url())
    action = call.email_data.email_action_type
    if not mails:
        get_logger().warning("auth_mail.unknown", action=action)
        return Sent()
    queued = await shared.db.call(
        "queue_auth_mails",
        {
            "webhook_id": webhook_id,
            "account_id": str(call.user.id),
            "host": call.host,
            "mails": mails,
        },
    )
    get_logger().info("auth_mail.queued", action=action, mails=queued)
    return Sent()
