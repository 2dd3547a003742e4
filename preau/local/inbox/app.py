"""The inbox's web application: the pages and the JSON API over one mailbox."""

from __future__ import annotations

from fastapi import FastAPI, Request
from starlette.middleware.base import RequestResponseEndpoint
from starlette.responses import Response

from preau.local.inbox import api, pages
from preau.local.inbox.faults import Faults
from preau.local.inbox.guard import LoopbackOnly
from preau.local.inbox.mailbox import Mailbox


def create_app(mailbox: Mailbox, faults: Faults) -> FastAPI:
    """Return the ASGI application."""
    app = FastAPI(title="Préau inbox", docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(api.router(mailbox, faults))
    app.include_router(pages.router(mailbox))

    @app.middleware("http")
    async def harden(request: Request, call_next: RequestResponseEndpoint) -> Response:
        response = await call_next(request)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cache-Control"] = "no-store"
        return response

    app.add_middleware(LoopbackOnly)
    return app
