"""A handler's context without a worker: for tests that call a handler themselves."""

from __future__ import annotations

import structlog

from preau.client import ServiceClient
from preau.handlers import Context
from preau.realtime import Connection, Realtime
from preau.settings import Settings


def unheard() -> Realtime:
    """Return a Realtime that nobody connects."""
    return Realtime(Connection("http://nowhere.test", "no key"))


def bare_context(db: ServiceClient, settings: Settings) -> Context:
    """Return the context of a first try whose lease never ends."""

    async def extend() -> None: ...

    log = structlog.get_logger()
    return Context(db, settings, log, 1, extend, lambda: None, unheard())
