"""The web application: the API, the payable page, the dashboard, the controls, and two tasks."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator
from functools import partial

import structlog
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from preau.local.stripe import api, controls
from preau.local.stripe.context import API_VERSION
from preau.local.stripe.pages import bank, checkout, dashboard
from preau.local.stripe.standin import Standin
from preau.local.stripe.webhooks import Deliverer

log = structlog.get_logger()

# Names a browser may call it by; anything else is a web page that tries its luck.
HOSTS = ["127.0.0.1", "localhost"]
TICK = 1.0


def create_app(standin: Standin, webhook_timeout: float) -> Starlette:
    """Return the application; its lifespan runs the deliveries and the expiry of sessions."""

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        tasks = [
            asyncio.create_task(Deliverer(standin, webhook_timeout).run()),
            asyncio.create_task(_expire(standin)),
        ]
        for task in tasks:
            task.add_done_callback(_stop_with)
        yield
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    return Starlette(
        routes=[
            Route("/health", partial(_health, standin)),
            *api.routes(standin),
            *checkout.routes(standin),
            *bank.routes(standin),
            *dashboard.routes(standin),
            *controls.routes(standin),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=HOSTS)],
        exception_handlers={Exception: _crashed},
        lifespan=lifespan,
    )


async def _expire(standin: Standin) -> None:
    """Expire open sessions when their time is over; opening a transaction does it."""
    while True:
        with standin.transaction():
            pass
        await asyncio.sleep(TICK)


def _stop_with(task: asyncio.Task[None]) -> None:
    """End the process with a task that died: the supervisor starts it again, nothing is lost."""
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("task.died", error=repr(error))
        signal.raise_signal(signal.SIGTERM)


async def _crashed(_: Request, error: Exception) -> JSONResponse:
    """Answer a defect of the stand-in in Stripe's shape; the traceback goes to the log."""
    sentence = f"The local Stripe stand-in has a defect ({type(error).__name__}); see its log."
    return JSONResponse({"error": {"message": sentence, "type": "api_error"}}, 500)


async def _health(standin: Standin, _: Request) -> JSONResponse:
    with standin.store.transaction() as tx:
        row = tx.row("count_pending")
    return JSONResponse(
        {
            "status": "ok",
            "api_version": API_VERSION,
            "accounts": len(standin.accounts),
            "pending_webhooks": row["pending"] if row else 0,
        }
    )
