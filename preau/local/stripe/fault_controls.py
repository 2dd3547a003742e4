"""The controls of faults: GET, POST and DELETE /_standin/faults, see `faults.Fault`."""

from __future__ import annotations

from starlette.requests import Request

from preau.local.stripe.control_base import Control, read_body
from preau.local.stripe.errors import Json
from preau.local.stripe.faults import Fault
from preau.local.stripe.standin import Standin


async def _show(standin: Standin, _: Request) -> Json:
    return {"faults": [fault.model_dump() for fault in standin.faults.pending]}


async def _add(standin: Standin, request: Request) -> Json:
    standin.faults.pending.append(Fault.model_validate(await read_body(request)))
    return await _show(standin, request)


async def _clear(standin: Standin, request: Request) -> Json:
    standin.faults.pending.clear()
    return await _show(standin, request)


CONTROLS: tuple[tuple[str, str, Control], ...] = (
    ("GET", "/_standin/faults", _show),
    ("POST", "/_standin/faults", _add),
    ("DELETE", "/_standin/faults", _clear),
)
