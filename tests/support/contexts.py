"""A handler's context without a worker: for tests that call a handler themselves."""

from __future__ import annotations

import structlog

from preau.client import ServiceClient
from preau.handlers import Context
from preau.settings import Settings


def bare_context(db: ServiceClient, settings: Settings) -> Context:
    """Return the context of a first try whose lease never ends."""

    async def extend() -> None: ...

    return Context(db, settings, structlog.get_logger(), 1, extend, lambda: None)
