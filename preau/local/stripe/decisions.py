"""Decisions that at Stripe are a bank's, or a buyer's, taken by hand.

POST /_standin/refunds/{id}   {"status": …, "failure_reason": …}
POST /_standin/charges/{id}/dispute   {"reason": …}, any charge that was paid
POST /_standin/disputes/{id}  {"status": "won" | "lost" | "warning_closed"}
"""

from __future__ import annotations

from typing import Literal

from starlette.requests import Request

from preau.local.stripe import charges, dispute_rules, disputes, refunds
from preau.local.stripe.control_base import Control, RefusedError, Strict, owner_of, read_body
from preau.local.stripe.errors import Json
from preau.local.stripe.standin import Standin


class RefundBody(Strict):
    """What becomes of a refund."""

    status: Literal["pending", "requires_action", "succeeded", "failed"]
    failure_reason: str | None = None


class DisputeBody(Strict):
    """Why a buyer disputes."""

    reason: Literal[
        "fraudulent", "inquiry", "product_not_received", "product_unacceptable", "duplicate"
    ] = "fraudulent"


class OutcomeBody(Strict):
    """How a dispute ends."""

    status: Literal["won", "lost", "warning_closed"]


async def _refund(standin: Standin, request: Request) -> Json:
    body = RefundBody.model_validate(await read_body(request))
    identifier = request.path_params["id"]
    with standin.transaction() as tx:
        context = standin.context(tx, owner_of(standin, tx, identifier, refunds.KIND))
        refund = refunds.get(context, identifier)
        if refund["status"] in ("failed", "canceled"):
            raise RefusedError(f"The refund {identifier} is {refund['status']} for good.", 409)
        return refunds.end(context, refund, body.status, body.failure_reason)


async def _dispute(standin: Standin, request: Request) -> Json:
    body = DisputeBody.model_validate(await read_body(request))
    identifier = request.path_params["id"]
    with standin.transaction() as tx:
        context = standin.context(tx, owner_of(standin, tx, identifier, "charge"))
        charge = charges.get(context, identifier)
        if charge["disputed"] or charge["status"] != "succeeded":
            raise RefusedError(f"The charge {identifier} is disputed already, or unpaid.", 409)
        return disputes.open_(context, charge, body.reason)


async def _outcome(standin: Standin, request: Request) -> Json:
    body = OutcomeBody.model_validate(await read_body(request))
    identifier = request.path_params["id"]
    with standin.transaction() as tx:
        context = standin.context(tx, owner_of(standin, tx, identifier, disputes.KIND))
        dispute = disputes.get(context, identifier)
        if dispute["status"] in dispute_rules.OVER:
            raise RefusedError(f"The dispute {identifier} is over: {dispute['status']}.", 409)
        return disputes.end(context, dispute, body.status)


CONTROLS: tuple[tuple[str, str, Control], ...] = (
    ("POST", "/_standin/refunds/{id}", _refund),
    ("POST", "/_standin/charges/{id}/dispute", _dispute),
    ("POST", "/_standin/disputes/{id}", _outcome),
)
