"""Events: a snapshot of an object at the moment something happened to it.

Creating one makes its webhook due in the same transaction: see `webhooks.py` for the delivery.
"""

from __future__ import annotations

import copy

from stripe.params import EventListParams, EventRetrieveParams

from preau.local.stripe import errors, ids, manners
from preau.local.stripe.context import API_VERSION, Call, Context, operation
from preau.local.stripe.errors import Json
from preau.local.stripe.lists import CURSORS, listing
from preau.local.stripe.store import Transaction

# Stripe forgets events
KEPT = 30 * 24 * 3600


def emit(context: Context, event_type: str, body: Json, previous: Json | None = None) -> None:
    """Record that something happened to an object, and queue the webhook if one is wanted."""
    data: Json = {"object": copy.deepcopy(body)}
    if previous is not None:
        data["previous_attributes"] = previous
    event = {
        "id": ids.new("evt_1"),
        "object": "event",
        "api_version": API_VERSION,
        "created": context.now,
        "data": data,
        "livemode": False,
        "pending_webhooks": 0,
        "request": {"id": context.request_id, "idempotency_key": context.idempotency_key},
        "type": event_type,
    }
    context.tx.insert(context.account.account, event)
    if context.account.wants(event_type):
        manners.queue(context, str(event["id"]))


def render(tx: Transaction, event: Json) -> Json:
    """Return the event with the number of webhooks it still waits for."""
    delivery = tx.row("find_delivery", event_id=event["id"])
    waiting = delivery is not None and delivery["state"] != "delivered"
    return event | {"pending_webhooks": int(waiting)}


def retrieve(call: Call) -> Json:
    """GET /v1/events/{id}."""
    event = call.tx.find(call.account.account, "event", call.path["id"])
    if event is None or event["created"] < call.now - KEPT:
        raise errors.no_such("event", call.path["id"], "id")
    return render(call.tx, event)


def index(call: Call) -> Json:
    """GET /v1/events of the last 30 days, by `type`, `types`, `created`, `delivery_success`."""
    if "type" in call.params and "types" in call.params:
        raise errors.exclusive(["type", "types"])
    types = call.params.get("types") or ([call.params["type"]] if "type" in call.params else None)
    page = listing(
        call,
        "event",
        "/v1/events",
        among=types,
        among_path="$.type",
        delivered=call.params.get("delivery_success"),
        since=call.now - KEPT,
    )
    page["data"] = [render(call.tx, event) for event in page["data"]]
    return page


OPERATIONS = (
    operation("GET", "/v1/events/{id}", retrieve, EventRetrieveParams),
    operation(
        "GET", "/v1/events", index, EventListParams, f"{CURSORS} type types delivery_success"
    ),
)
