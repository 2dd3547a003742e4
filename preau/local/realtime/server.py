"""The server: one port for sockets and HTTP, the tasks behind it, and its end.

`/health`, `/status` and `/metrics` are for this machine; the gateway passes none of them on.
"""

from __future__ import annotations

import asyncio
import socket as sockets
from typing import Any

from aiohttp import WSCloseCode, web

from preau import log
from preau.local.realtime import handshake
from preau.local.realtime.services import Services
from preau.local.realtime.socket import Socket

# The gateway's path, and upstream's own.
PATHS = ("/realtime/v1/websocket", "/socket/websocket")
HEADER_BYTES = 2**15  # as the gateway: tokens in headers and addresses are long
logger = log.get_logger(piece="realtime")


class Server:
    """Sockets and HTTP; the services' own tasks are their callers' business."""

    def __init__(self, services: Services, routes: list[web.RouteDef]) -> None:
        self._services = services
        self._sockets: set[Socket] = set()
        self._stopping = False
        app = web.Application(client_max_size=services.config.limits.frame_bytes)
        app.add_routes([web.get(path, self._open) for path in PATHS])
        app.add_routes(
            [
                web.get("/health", self._health),
                web.get("/status", self._status),
                web.get("/metrics", self._metrics),
                *routes,
            ]
        )
        self._runner = web.AppRunner(
            app,
            access_log=None,
            shutdown_timeout=services.config.limits.closing_seconds,
            max_line_size=HEADER_BYTES,
            max_field_size=HEADER_BYTES,
        )
        services.metrics.gauges |= {
            "connections": lambda: len(self._sockets),
            "channels": lambda: services.hub.channels,
            "lag_bytes": lambda: services.reader.lag_bytes,
            "batches_waiting": lambda: services.reader.waiting,
            "changes_waiting": lambda: services.feed.waiting,
        }

    async def start(self, listener: sockets.socket) -> None:
        """Answer on a listening socket from now on."""
        await self._runner.setup()
        await web.SockSite(self._runner, listener).start()

    async def stop(self) -> None:
        """Close every socket with 1001 and without `phx_close`, so that clients come back."""
        self._stopping = True
        for socket in self._sockets:
            socket.close(WSCloseCode.GOING_AWAY, "the server stops")
        await asyncio.gather(*(socket.closed() for socket in self._sockets))
        await self._runner.cleanup()

    async def _open(self, request: web.Request) -> web.StreamResponse:
        try:
            welcome = handshake.check(request, self._services, len(self._sockets))
        except handshake.RefusedError as error:
            self._services.metrics.sockets_refused += 1
            logger.info("socket.refused", status=error.status, reason=error.text)
            return error.response()
        if self._stopping:
            raise web.HTTPServiceUnavailable
        socket = Socket(self._services, welcome)
        self._sockets.add(socket)
        try:
            return await socket.serve(request)
        finally:
            self._sockets.discard(socket)

    async def _health(self, _request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def _status(self, _request: web.Request) -> web.Response:
        services = self._services
        found: dict[str, Any] = {
            "connections": len(self._sockets),
            "channels": services.hub.channels,
            "topics": services.hub.topics,
            "tasks": len(asyncio.all_tasks()),
            "lag_bytes": services.reader.lag_bytes,
            "ready": services.reader.ready.is_set(),
            "counts": services.metrics.counts(),
        }
        return web.json_response(found)

    async def _metrics(self, _request: web.Request) -> web.Response:
        return web.Response(body=self._services.metrics.exposition(), content_type="text/plain")
