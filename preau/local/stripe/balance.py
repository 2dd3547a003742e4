"""What an account's money looks like: its movements, listed, and their sum.

A movement is pending until its `available_on` by the stand-in's clock. There are no payouts here:
the balance only grows. Source: docs.stripe.com/api/balance_transactions and /api/balance.
"""

from __future__ import annotations

from stripe.params import (
    BalanceRetrieveParams,
    BalanceTransactionListParams,
    BalanceTransactionRetrieveParams,
)

from preau.local.stripe import errors
from preau.local.stripe.balance_transactions import KIND
from preau.local.stripe.context import Call, Context, operation
from preau.local.stripe.errors import Json
from preau.local.stripe.lists import CURSORS, listing


def render(context: Context, movement: Json) -> Json:
    """Return the movement as it stands now."""
    due = movement["available_on"] <= context.now
    return movement | {"status": "available" if due else "pending"}


def movement(call: Call) -> Json:
    """GET /v1/balance_transactions/{id}."""
    identifier = call.path["id"]
    found = call.tx.find(call.account.account, KIND, identifier)
    if found is None:
        raise errors.no_such("balance transaction", identifier, "id")
    return render(call, found)


def index(call: Call) -> Json:
    """GET /v1/balance_transactions, by `type`, `source`, `currency`, `created`."""
    filters = {f"$.{name}": call.params.get(name) for name in ("currency", "source", "type")}
    page = listing(call, KIND, "/v1/balance_transactions", filters)
    page["data"] = [render(call, found) for found in page["data"]]
    return page


def balance(call: Call) -> Json:
    """GET /v1/balance: what may be paid out, and what not yet, by currency."""
    rows = call.tx.rows("balance_of", account=call.account.account, now=call.now)
    return {
        "object": "balance",
        "available": [_sum(row["currency"], row["available"]) for row in rows] or [_sum("eur", 0)],
        "livemode": False,
        "pending": [_sum(row["currency"], row["pending"]) for row in rows] or [_sum("eur", 0)],
        "refund_and_dispute_prefunding": {
            "available": [{"amount": 0, "currency": "eur"}],
            "pending": [{"amount": 0, "currency": "eur"}],
        },
    }


def _sum(currency: str, amount: int) -> Json:
    return {"amount": amount, "currency": currency, "source_types": {"card": amount}}


OPERATIONS = (
    operation("GET", "/v1/balance", balance, BalanceRetrieveParams),
    operation("GET", "/v1/balance_transactions/{id}", movement, BalanceTransactionRetrieveParams),
    operation(
        *("GET", "/v1/balance_transactions", index, BalanceTransactionListParams),
        f"{CURSORS} currency source type",
    ),
)
