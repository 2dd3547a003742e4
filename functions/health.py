"""`health`: whether the pieces that all share answer, and how long the queues are.

Accounts of an academy's own are not asked here: anybody may ask us, and each would cost a request.
`preau doctor --production` looks at every one of them.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from importlib.metadata import version
from typing import Annotated, Literal

import httpx
from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel

from functions.context import Services, ServicesOf
from preau.errors import PreauError
from preau.log import get_logger
from preau.providers.stripe import api_base

router = APIRouter(tags=["operations"])
TIMEOUT_SECONDS = 3.0
VERSION = version("preau")  # `preau doctor --production` compares it with its own
KEPT_SECONDS = 2.0  # anybody may ask: no more than one round of checks in this time


class Check(BaseModel):
    """One piece: whether it answers, and in how many milliseconds."""

    status: Literal["ok", "failed", "not_configured"]
    ms: float


class QueueDepth(BaseModel):
    """One queue: messages waiting, the age of the oldest in seconds, dead letters."""

    queue: str
    depth: int
    oldest_seconds: float | None
    dead: int


class Health(BaseModel):
    """`degraded` when a configured piece does not answer; the HTTP status is then 503."""

    status: Literal["ok", "degraded"]
    version: str
    checks: dict[str, Check]
    queues: list[QueueDepth]


class HealthChecks:
    """Runs the checks, at most one round every two seconds however many ask."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._last: Health | None = None
        self._until = 0.0

    async def read(self, shared: Services) -> Health:
        """Return the present state, or the last if it is younger than two seconds."""
        async with self._lock:
            if self._last is None or time.monotonic() >= self._until:
                self._last = await _check_all(shared)
                self._until = time.monotonic() + KEPT_SECONDS
            return self._last


def _checks(request: Request) -> HealthChecks:
    found: HealthChecks = request.app.state.health
    return found


@router.get("/health", responses={503: {"model": Health}})
async def health(
    shared: ServicesOf, checks: Annotated[HealthChecks, Depends(_checks)], response: Response
) -> Health:
    """Return the state of the database and queues, and of provider and mail server if shared."""
    state = await checks.read(shared)
    if state.status != "ok":
        response.status_code = 503
    return state


async def _check_all(shared: Services) -> Health:
    queues: list[QueueDepth] = []

    async def database() -> None:
        rows = await shared.db.call("queue_depths", attempts=1)
        queues.extend(QueueDepth.model_validate(row) for row in rows)

    names: dict[str, Callable[[], Awaitable[None]] | None] = {
        "database": database,
        "stripe": _stripe(shared),
        "mail": _mail(shared),
    }
    results = await asyncio.gather(*(_check(name, probe) for name, probe in names.items()))
    checks = dict(zip(names, results, strict=True))
    failed = any(check.status == "failed" for check in results)
    status: Literal["ok", "degraded"] = "degraded" if failed else "ok"
    return Health(status=status, version=VERSION, checks=checks, queues=queues)


async def _check(name: str, probe: Callable[[], Awaitable[None]] | None) -> Check:
    if probe is None:
        return Check(status="not_configured", ms=0)
    begun = time.perf_counter()
    status: Literal["ok", "failed"] = "ok"
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            await probe()
    except (PreauError, httpx.HTTPError, OSError, ValueError, TypeError) as error:
        get_logger().warning("health.failed", check=name, error=repr(error))
        status = "failed"
    return Check(status=status, ms=round((time.perf_counter() - begun) * 1000, 1))


def _stripe(shared: Services) -> Callable[[], Awaitable[None]] | None:
    settings = shared.settings
    if settings.stripe_api_base is None and settings.stripe_secret_key is None:
        return None

    async def probe() -> None:
        # Any answer will do, 401 included: the key is each account's own affair.
        await shared.http.get(f"{api_base(settings)}/v1/account")

    return probe


def _mail(shared: Services) -> Callable[[], Awaitable[None]] | None:
    host, port = shared.settings.smtp_host, shared.settings.smtp_port
    if host is None:
        return None

    async def probe() -> None:
        _, writer = await asyncio.open_connection(host, port)
        writer.close()
        await writer.wait_closed()

    return probe
