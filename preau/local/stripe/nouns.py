"""Everything the stand-in serves under /v1, in one list; a new noun is added here."""

from __future__ import annotations

from preau.local.stripe import (
    balance,
    charges,
    checkout,
    customers,
    dispute_clock,
    disputes,
    events,
    intent_calls,
    line_items,
    manners,
    payment_methods,
    prices,
    products,
    refunds,
    sessions,
    webhook_endpoints,
)
from preau.local.stripe.agenda import Action
from preau.local.stripe.context import Operation
from preau.local.stripe.expand import Include

OPERATIONS: tuple[Operation, ...] = (
    *products.OPERATIONS,
    *prices.OPERATIONS,
    *customers.OPERATIONS,
    *sessions.OPERATIONS,
    *line_items.OPERATIONS,
    *intent_calls.OPERATIONS,
    *payment_methods.OPERATIONS,
    *charges.OPERATIONS,
    *refunds.OPERATIONS,
    *disputes.OPERATIONS,
    *balance.OPERATIONS,
    *events.OPERATIONS,
    *webhook_endpoints.OPERATIONS,
)

# Fields that are absent unless `expand[]` asks for them.
INCLUDES: dict[tuple[str, str], Include] = {
    (sessions.KIND, "line_items"): line_items.page,
    ("charge", "refunds"): refunds.page,
}

# What the agenda may play.
ACTIONS: dict[str, Action] = {
    **sessions.ACTIONS,
    **checkout.ACTIONS,
    **refunds.ACTIONS,
    **dispute_clock.ACTIONS,
    **manners.ACTIONS,
}
