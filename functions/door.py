"""Who may knock: with PREAU_FORWARD_SECRET set, only the forwarders, and providers' webhooks.

It is no sign-in: every function goes on asking for what it needs. It keeps everybody else's
requests away from a service that has to be reachable from the whole internet, since Edge Functions
have no addresses of their own; so the limits and logs of the project's edge cannot be walked round.
Webhooks and the health check come straight to us, and are let through.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from functions.problems import answer

if TYPE_CHECKING:
    from collections.abc import Collection

    from starlette.types import ASGIApp, Receive, Scope, Send

HEADER = b"x-preau-forward"
# A route with one of these tags is called by others than front ends.
OPEN_TAGS = frozenset({"webhooks", "operations"})


class DoorMiddleware:
    """Answers 403 to what comes neither through a forwarder nor to an open function."""

    def __init__(
        self, app: ASGIApp, prefix: str, secrets: str, open_functions: Collection[str]
    ) -> None:
        self._app = app
        self._prefix = f"{prefix}/"
        self._secrets = [part.strip().encode() for part in secrets.split(",") if part.strip()]
        self._open = frozenset(open_functions)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one ASGI scope."""
        if scope["type"] != "http" or self._may_enter(scope):
            await self._app(scope, receive, send)
            return
        refusal = answer(
            403,
            "not_forwarded",
            "Cette adresse n'est pas ouverte.",
            "Call supabase.functions.invoke; PREAU_FORWARD_SECRET is to be the same there.",
        )
        await refusal(scope, receive, send)

    def _may_enter(self, scope: Scope) -> bool:
        name = scope["path"].removeprefix(self._prefix).partition("/")[0]
        if name in self._open:
            return True
        given = dict(scope["headers"]).get(HEADER, b"")
        return any(hmac.compare_digest(given, secret) for secret in self._secrets)
