"""Calls of the command line as a worker makes them: over the gateway, with the secret key.

So operators' commands work on hosted Supabase as they do on the local stack, without a database
password.
"""

from __future__ import annotations

import asyncio
import os
from typing import Any

from preau.cli import target
from preau.client import ServiceClient
from preau.errors import PreauError
from preau.local import environment
from preau.local.paths import Home
from preau.local.ports import Ports
from preau.settings import Settings


def settings(home: Home) -> Settings:
    """Return the settings for the Supabase that the environment names, else for the local stack."""
    base = target.port_base(home)
    if target.is_remote(home, base):
        return Settings()
    env = environment.stack_env(Ports(base), os.environ)
    return Settings(
        supabase_url=env["SUPABASE_URL"], supabase_secret_key=env["SUPABASE_SECRET_KEY"]
    )


def call(home: Home, function: str, **params: Any) -> Any:
    """Return what `worker.<function>` returns. Raises PreauError where it cannot be asked."""

    async def once() -> Any:
        async with await ServiceClient.connect(settings(home)) as db:
            return await db.call(function, params)

    return asyncio.run(once())


def queues(home: Home) -> list[dict[str, Any]]:
    """Return what `worker.queue_depths` says of each queue."""
    found: list[dict[str, Any]] = call(home, "queue_depths")
    return found


def queue(home: Home, name: str) -> dict[str, Any]:
    """Return one queue's row. Raises PreauError `unknown_queue` with the names there are."""
    rows = queues(home)
    for row in rows:
        if row["queue"] == name:
            return row
    raise PreauError(
        "unknown_queue",
        f"There is no queue {name}.",
        f"The queues are: {', '.join(row['queue'] for row in rows)}.",
    )


def age(seconds: float | None) -> str:
    """Return a length of time as people say it: 45 s, 12 min, 3 h, 8 d; nothing for nothing."""
    if not seconds:
        return ""
    for unit, length, most in (("s", 1, 120), ("min", 60, 120), ("h", 3600, 48)):
        if seconds < length * most:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds / 86400:.0f} d"
