"""Charges: one try to take the money. Source: docs.stripe.com/api/charges."""

from __future__ import annotations

from stripe.params import ChargeListParams, ChargeRetrieveParams

from preau.local.stripe import agenda, errors, events
from preau.local.stripe import balance_transactions as balance
from preau.local.stripe.charge_shape import outcome, shape
from preau.local.stripe.context import Call, Context, operation
from preau.local.stripe.debits import Debit
from preau.local.stripe.declines import Decline
from preau.local.stripe.errors import Json
from preau.local.stripe.lists import CURSORS, listing
from preau.local.stripe.payment_methods import Instrument

# seconds until the owner of a card that disputes does so
DISPUTED_AFTER = 10


def add(
    context: Context,
    intent: Json,
    method: Json,
    instrument: Instrument,
    *,
    authenticated: bool = False,
    decline: Decline | None = None,
) -> Json:
    """Keep the charge of one try and tell it: as its bank answers, or declined as given."""
    refused = decline or (None if isinstance(instrument, Debit) else instrument.decline)
    charge = shape(context, intent, method, refused, authenticated=authenticated)
    if refused is None:
        _take(context, charge, instrument)
    hidden = {"dispute": instrument.dispute, "refund": instrument.refund}
    context.tx.insert(context.account.account, charge, hidden)
    events.emit(context, f"charge.{charge['status']}", charge)
    _plan_dispute(context, charge)
    return charge


def answered(context: Context, charge: Json, decline: Decline | None) -> None:
    """Record what the bank answered to a direct debit, and take the money back if it refused."""
    if decline is None:
        charge |= {"paid": True, "status": "succeeded"}
    else:
        movement = balance.add(
            *(context, "payment_failure_refund", charge["id"], -charge["amount"]),
            charge["currency"],
        )
        charge |= {
            "failure_balance_transaction": movement["id"],
            "failure_code": decline.code,
            "failure_message": decline.message,
            "outcome": outcome(decline),
            "status": "failed",
        }
    context.tx.update(context.account.account, charge)
    events.emit(context, f"charge.{charge['status']}", charge)
    _plan_dispute(context, charge)


def _plan_dispute(context: Context, charge: Json) -> None:
    hidden = context.tx.private(context.account.account, "charge", charge["id"])
    if hidden["dispute"] and charge["status"] == "succeeded":
        agenda.plan(context, DISPUTED_AFTER, "charge_disputed", charge["id"])


def _take(context: Context, charge: Json, instrument: Instrument) -> None:
    is_debit = isinstance(instrument, Debit)
    fee = balance.DEBIT_FEE if is_debit else balance.card_fee(charge["amount"], instrument.country)
    movement = balance.add(
        *(context, "payment" if is_debit else "charge", charge["id"], charge["amount"]),
        charge["currency"],
        fee=fee,
        description=charge["description"],
    )
    charge["balance_transaction"] = movement["id"]


def get(context: Context, identifier: str, *, status: int = 404) -> Json:
    """Return a charge of the account, or raise Stripe's answer."""
    charge = context.tx.find(context.account.account, "charge", identifier)
    if charge is None:
        raise errors.no_such("charge", identifier, "charge", status=status)
    return charge


def retrieve(call: Call) -> Json:
    """GET /v1/charges/{charge}."""
    return get(call, call.path["charge"])


def index(call: Call) -> Json:
    """GET /v1/charges, by `customer`, `payment_intent`, `created`."""
    filters = {f"$.{name}": call.params.get(name) for name in ("customer", "payment_intent")}
    return listing(call, "charge", "/v1/charges", filters)


OPERATIONS = (
    operation("GET", "/v1/charges/{charge}", retrieve, ChargeRetrieveParams),
    operation("GET", "/v1/charges", index, ChargeListParams, f"{CURSORS} customer payment_intent"),
)
