"""The HTTP functions as one ASGI app: `uvicorn --factory functions.app:create_app`.

Everything is under /functions/v1, so that `supabase.functions.invoke("<name>")` reaches it through
the gateway, which also owns CORS.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from functions import (
    auth_mails,
    checkout,
    health,
    mail_events,
    payment_intents,
    payment_status,
    problems,
    unsubscribe,
    webhooks,
)
from functions.context import Services
from functions.middleware import RequestMiddleware
from preau.client import ServiceClient, new_http_client
from preau.log import configure
from preau.settings import Settings, get_settings

PREFIX = "/functions/v1"


def create_app(settings: Settings | None = None) -> FastAPI:
    """Return the app; its clients are made when it starts and closed when it ends."""
    used = settings or get_settings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        configure(used)
        async with new_http_client(used.require_url()) as http:
            db = await ServiceClient.connect(used, http)
            app.state.services = Services(db, http, used)
            app.state.health = health.HealthChecks()
            yield

    app = FastAPI(
        title="Préau functions",
        version="1",
        summary="What front ends need beyond tables, views and RPC.",
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    problems.install(app)
    app.add_middleware(RequestMiddleware)
    parts = (checkout, payment_intents, webhooks, payment_status, mail_events, unsubscribe)
    for part in (*parts, auth_mails, health):
        app.include_router(part.router, prefix=PREFIX)
    return app
