"""Cutting a connection as a broken network does: TCP RST, no answer."""

from __future__ import annotations

import asyncio
import socket
import struct

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

KEY = "standin.transport"
LINGER_NOT = struct.pack("ii", 1, 0)


class WithTransport:
    """Leave uvicorn's transport in the scope: a route has no other way to its socket."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its transport."""
        cycle = getattr(send, "__self__", None)
        scope[KEY] = getattr(cycle, "transport", None)
        await self._app(scope, receive, send)


async def cut(request: Request) -> Response:
    """Cut the request's connection; what is returned reaches nobody."""
    transport: asyncio.Transport = request.scope[KEY]
    open_socket: socket.socket = transport.get_extra_info("socket")
    open_socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NOT)
    transport.abort()
    # the server must learn of it before it is handed an answer to write
    await asyncio.sleep(0.01)
    return Response(status_code=503)
