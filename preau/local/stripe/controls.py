"""Test controls under /_standin/: nothing here exists at Stripe.

GET  /_standin/events…       what became of each: see `event_controls.py`
GET  /_standin/clock, POST {"advance": s} or {"offset": s}   the stand-in's time
POST /_standin/webhooks…     how webhooks are delivered: see `webhook_controls.py`
GET, POST, DELETE /_standin/faults   see `faults.py`
POST /_standin/refunds/{id}, /charges/{id}/dispute, /disputes/{id}   what a bank or a buyer would
                             decide: see `decisions.py`
POST /_standin/reset         forget everything, or one account's: {"account": slug}
"""

from __future__ import annotations

from functools import partial

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from preau.local.stripe import (
    decisions,
    event_controls,
    fault_controls,
    manners,
    signing,
    webhook_controls,
)
from preau.local.stripe.control_base import (
    Control,
    RefusedError,
    Strict,
    account_id,
    read_body,
)
from preau.local.stripe.errors import Json
from preau.local.stripe.standin import Standin


class ClockBody(Strict):
    """Seconds to add to the clock, or the offset to set."""

    advance: int | None = None
    offset: int | None = None


class ResetBody(Strict):
    """Whose objects to forget."""

    account: str | None = None


def routes(standin: Standin) -> list[Route]:
    """Return the controls' routes."""
    table: list[tuple[str, str, Control]] = [
        ("GET", "/_standin/clock", _clock),
        ("POST", "/_standin/clock", _set_clock),
        ("POST", "/_standin/reset", _reset),
        *event_controls.CONTROLS,
        *decisions.CONTROLS,
        *fault_controls.CONTROLS,
        *webhook_controls.CONTROLS,
    ]
    return [
        Route(path, partial(_serve, standin, run), methods=[method]) for method, path, run in table
    ]


async def _serve(standin: Standin, run: Control, request: Request) -> Response:
    try:
        answer = await run(standin, request)
    except RefusedError as error:
        return JSONResponse({"error": str(error)}, error.status)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        return JSONResponse({"error": f"{place or 'body'}: {first['msg']}"}, 400)
    return answer if isinstance(answer, Response) else JSONResponse(answer)


async def _clock(standin: Standin, _: Request) -> Json:
    return {"now": standin.now(), "offset": standin.offset}


async def _set_clock(standin: Standin, request: Request) -> Json:
    body = ClockBody.model_validate(await read_body(request))
    if (body.advance is None) == (body.offset is None):
        raise RefusedError('Give {"advance": seconds} or {"offset": seconds}.')
    standin.set_offset(
        standin.offset + body.advance if body.advance is not None else body.offset or 0
    )
    return await _clock(standin, request)


async def _reset(standin: Standin, request: Request) -> Json:
    account = account_id(standin, ResetBody.model_validate(await read_body(request)).account)
    with standin.store.transaction() as tx:
        for statement in ("attempts", "deliveries", "agenda", "objects", "keys"):
            tx.run(f"forget_{statement}", account=account)
        for known in standin.accounts:
            if account in (None, known.account):
                manners.keep(tx, known.account, manners.Manner())
                signing.forget(tx, known)
    if account is None:
        standin.faults.pending.clear()
        standin.set_offset(0)
        with standin.store.transaction() as tx:
            tx.set_setting("paused", "[]")
    return {"reset": account or "everything"}
