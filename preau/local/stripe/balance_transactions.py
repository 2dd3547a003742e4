"""Balance transactions: each movement of an account's money, and what Stripe keeps of it.

Fees as of the French price list (stripe.com/fr/pricing), rounded up: they are there to be added
up, not to be checked against an invoice. Source: docs.stripe.com/api/balance_transactions.
"""

from __future__ import annotations

from preau.local.stripe import ids
from preau.local.stripe.context import Context
from preau.local.stripe.errors import Json

KIND = "balance_transaction"
DAY = 24 * 3600
DELAY = 2 * DAY
FIXED_FEE, EUROPEAN_RATE, FOREIGN_RATE = 25, 150, 325
DEBIT_FEE = 35
DISPUTE_FEE = 2000
EEA = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK"
# What reports call each type (docs.stripe.com/reports/reporting-categories).
CATEGORIES = {
    "adjustment": "other_adjustment",
    "charge": "charge",
    "payment": "charge",
    "payment_failure_refund": "charge_failure",
    "payment_refund": "refund",
    "refund": "refund",
    "refund_failure": "refund_failure",
}


def add(
    context: Context,
    kind: str,
    source: str,
    amount: int,
    currency: str,
    *,
    fee: int = 0,
    description: str | None = None,
    category: str | None = None,
) -> Json:
    """Keep a movement of `amount` minor units (negative: out of the account)."""
    movement = {
        "id": ids.new("txn_3"),
        "object": KIND,
        "amount": amount,
        "available_on": context.now + (DELAY if amount > 0 else 0),
        "balance_type": "payments",
        "created": context.now,
        "currency": currency,
        "description": description,
        "exchange_rate": None,
        "fee": fee,
        "fee_details": _fee_details(fee, currency, dispute=kind == "adjustment"),
        "net": amount - fee,
        "reporting_category": category or CATEGORIES[kind],
        "source": source,
        "status": "pending" if amount > 0 else "available",
        "type": kind,
    }
    context.tx.insert(context.account.account, movement)
    return movement


def card_fee(amount: int, country: str) -> int:
    """Return what Stripe keeps of a card payment."""
    rate = EUROPEAN_RATE if country in EEA.split() else FOREIGN_RATE
    return -(-amount * rate // 10_000) + FIXED_FEE


def _fee_details(fee: int, currency: str, *, dispute: bool) -> list[Json]:
    if not fee:
        return []
    return [
        {
            "amount": fee,
            "application": None,
            "currency": currency,
            "description": "Dispute fee" if dispute else "Stripe processing fees",
            "type": "stripe_fee",
        }
    ]
