"""The controls of events: what became of each one's webhook, and sending it once more.

GET  /_standin/events        with their delivery attempts (account, type, object, limit)
POST /_standin/events/{id}/resend   send one again, even while webhooks are paused
"""

from __future__ import annotations

import time

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from preau.local.stripe import events
from preau.local.stripe.control_base import Control, RefusedError, account_id
from preau.local.stripe.errors import Json
from preau.local.stripe.standin import Standin
from preau.local.stripe.store import Transaction, load

MOST_EVENTS = 1000


def history(standin: Standin, tx: Transaction, event: Json, account_id: str) -> Json:
    """Return an event with the state and the attempts of its webhook."""
    account = standin.accounts.by_id(account_id)
    delivery = tx.row("find_delivery", event_id=event["id"])
    return {
        "id": event["id"],
        "type": event["type"],
        "created": event["created"],
        "account": account.slug if account else account_id,
        "object_id": event["data"]["object"]["id"],
        "state": delivery["state"] if delivery else "no endpoint",
        "next_attempt_at": delivery["next_at"]
        if delivery and delivery["state"] == "pending"
        else None,
        "attempts": tx.rows("attempts_of", event_id=event["id"]),
        "event": events.render(tx, event),
    }


async def _events(standin: Standin, request: Request) -> Json:
    query = request.query_params
    limit = int(query.get("limit", "100")) if query.get("limit", "100").isdigit() else 100
    with standin.transaction() as tx:
        rows = tx.rows(
            "latest_objects",
            object="event",
            account=account_id(standin, query.get("account")),
            limit=MOST_EVENTS,
        )
        found = [(row["account"], load(row["body"])) for row in rows]
        wanted = [
            history(standin, tx, event, account)
            for account, event in found
            if query.get("type") in (None, event["type"])
            and query.get("object") in (None, event["data"]["object"]["id"])
        ]
    return {"events": wanted[:limit]}


async def _resend(standin: Standin, request: Request) -> Json | Response:
    identifier = request.path_params["id"]
    with standin.transaction() as tx:
        row = tx.row("find_anywhere", id=identifier, object="event")
        account = standin.accounts.by_id(row["account"]) if row else None
        if row is None or account is None:
            raise RefusedError(f"No such event: {identifier}", 404)
        if account.webhook_url is None:
            raise RefusedError(
                f"The account {account.slug} has no webhook_url in the accounts file."
            )
        tx.run("force_delivery", event_id=identifier, account=account.account, next_at=time.time())
        tx.queued = True
    if "text/html" in request.headers.get("accept", ""):
        return RedirectResponse("/", 303)
    return {"id": identifier, "state": "pending"}


CONTROLS: tuple[tuple[str, str, Control], ...] = (
    ("GET", "/_standin/events", _events),
    ("POST", "/_standin/events/{id}/resend", _resend),
)
