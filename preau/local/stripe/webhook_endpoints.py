"""Webhook endpoints, read only: they come from the accounts file."""

from __future__ import annotations

from stripe.params import WebhookEndpointListParams, WebhookEndpointRetrieveParams

from preau.local.stripe import errors
from preau.local.stripe.accounts import Account
from preau.local.stripe.context import API_VERSION, Call, operation
from preau.local.stripe.errors import Json
from preau.local.stripe.lists import CURSORS, envelope


def shape(account: Account, now: int) -> Json:
    """Return the account's endpoint; the secret is never shown again, as with Stripe."""
    return {
        "id": f"we_1{account.account.removeprefix('acct_')}",
        "object": "webhook_endpoint",
        "api_version": API_VERSION,
        "application": None,
        "created": now,
        "description": "from the accounts file of the local stack",
        "enabled_events": list(account.enabled_events),
        "livemode": False,
        "metadata": {},
        "status": "enabled",
        "url": account.webhook_url,
    }


def index(call: Call) -> Json:
    """GET /v1/webhook_endpoints: one, or none."""
    found = [shape(call.account, call.now)] if call.account.webhook_url else []
    return envelope("/v1/webhook_endpoints", found)


def retrieve(call: Call) -> Json:
    """GET /v1/webhook_endpoints/{webhook_endpoint}."""
    wanted = call.path["webhook_endpoint"]
    endpoint = shape(call.account, call.now)
    if call.account.webhook_url is None or endpoint["id"] != wanted:
        raise errors.no_such("webhook endpoint", wanted, "webhook_endpoint")
    return endpoint


OPERATIONS = (
    operation("GET", "/v1/webhook_endpoints", index, WebhookEndpointListParams, CURSORS),
    operation(
        "GET",
        "/v1/webhook_endpoints/{webhook_endpoint}",
        retrieve,
        WebhookEndpointRetrieveParams,
    ),
)
