"""The HTTP functions as one ASGI app: `uvicorn --factory functions.app:create_app`.

Everything is under /functions/v1, so that `supabase.functions.invoke("<name>")` reaches it through
the gateway, which also owns CORS.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.routing import APIRoute

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
from functions.door import OPEN_TAGS, DoorMiddleware
from functions.middleware import RequestMiddleware
from preau.client import ServiceClient, new_http_client
from preau.log import configure
from preau.settings import Settings, get_settings

PREFIX = "/functions/v1"
PARTS = (
    checkout,
    payment_intents,
    webhooks,
    payment_status,
    mail_events,
    unsubscribe,
    auth_mails,
    health,
)


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
    if used.preau_forward_secret is not None:
        app.add_middleware(
            DoorMiddleware,
            prefix=PREFIX,
            secrets=used.preau_forward_secret.get_secret_value(),
            open_functions=open_functions(),
        )
    app.add_middleware(RequestMiddleware)
    for part in PARTS:
        app.include_router(part.router, prefix=PREFIX)
    return app


def paths() -> list[str]:
    """Return the path of every function, as the app routes it."""
    return [f"{PREFIX}{route.path}" for route in _routes()]


def open_functions() -> set[str]:
    """Return the functions that others than front ends call: providers, and who asks for health."""
    return {route.path.split("/")[1] for route in _routes() if OPEN_TAGS.intersection(route.tags)}


def _routes() -> list[APIRoute]:
    found = (route for part in PARTS for route in part.router.routes)
    return [route for route in found if isinstance(route, APIRoute)]
