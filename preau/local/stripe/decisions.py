"""Decisions that at Stripe are a bank's, taken by hand: POST /_standin/refunds/{id}."""

from __future__ import annotations

from typing import Literal

from starlette.requests import Request

from preau.local.stripe import refunds
from preau.local.stripe.control_base import Control, RefusedError, Strict, owner_of, read_body
from preau.local.stripe.errors import Json
from preau.local.stripe.standin import Standin


class RefundBody(Strict):
    """What becomes of a refund."""

    status: Literal["pending", "requires_action", "succeeded", "failed"]
    failure_reason: str | None = None


async def _refund(standin: Standin, request: Request) -> Json:
    body = RefundBody.model_validate(await read_body(request))
    identifier = request.path_params["id"]
    with standin.transaction() as tx:
        context = standin.context(tx, owner_of(standin, tx, identifier, refunds.KIND))
        refund = refunds.get(context, identifier)
        if refund["status"] in ("failed", "canceled"):
            raise RefusedError(f"The refund {identifier} is {refund['status']} for good.", 409)
        return refunds.end(context, refund, body.status, body.failure_reason)


CONTROLS: tuple[tuple[str, str, Control], ...] = (("POST", "/_standin/refunds/{id}", _refund),)
