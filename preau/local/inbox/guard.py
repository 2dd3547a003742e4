"""Keeps the inbox to the person at this machine, although any web page can send it requests.

Mails hold sign-up confirmations and password links. A page from elsewhere may reach a loopback
port by a name that resolves to it (DNS rebinding) or by posting a form; both show in the headers.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

_OWN_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
_READING = frozenset({"GET", "HEAD", "OPTIONS"})


class LoopbackOnly:
    """ASGI middleware: the Host must be loopback's, changes must not come from another site."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 403 with a sentence."""
        if scope["type"] == "http" and (problem := _problem(scope)):
            await JSONResponse({"code": "forbidden", "message": problem}, 403)(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _problem(scope: Scope) -> str | None:
    headers = Headers(scope=scope)
    if not _is_loopback(f"//{headers.get('host', '')}"):
        return "The inbox answers to 127.0.0.1 and localhost only; open it by one of these names."
    origin = headers.get("origin")
    if scope["method"] not in _READING and origin is not None and not _is_loopback(origin):
        return "The inbox takes no changes from another site's page."
    return None


def _is_loopback(address: str) -> bool:
    try:
        return urlsplit(address).hostname in _OWN_NAMES
    except ValueError:
        return False
