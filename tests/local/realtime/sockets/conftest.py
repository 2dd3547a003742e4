"""A server in the test's own process, without a database, and sockets of it."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any

import aiohttp
import pytest

from preau.local.ports import HOST
from preau.local.realtime import parts
from preau.local.realtime.authoriser import Authoriser
from preau.local.realtime.config import Config
from preau.local.realtime.limits import Limits
from preau.local.realtime.server import Server
from preau.local.realtime.services import Services
from tests.local.realtime.sockets.client import Client

NO_DATABASE = f"postgresql://nobody@{HOST}:1/none"


class Running:
    """A server that answers, and its parts."""

    def __init__(self, services: Services, server: Server, port: int) -> None:
        self.services = services
        self.server = server
        self.url = f"http://{HOST}:{port}"
        self.http = aiohttp.ClientSession()

    async def socket(self, version: str = "2.0.0", **query: str) -> Client:
        """Open a socket as anybody."""
        return await Client.open(self.http, self.url, version, **query)


Serve = Callable[..., Coroutine[Any, Any, Running]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Start a server with some limits, and an authoriser of one's own."""
    async with AsyncExitStack() as stack:

        async def start(authoriser: Authoriser | None = None, **limits: Any) -> Running:
            listener = socket.create_server((HOST, 0))
            port = listener.getsockname()[1]
            services = parts.services(Config(port, NO_DATABASE, limits=Limits(**limits)))
            if authoriser:
                services = replace(services, authoriser=authoriser)
            server = Server(services, [])
            await server.start(listener)
            running = Running(services, server, port)
            stack.push_async_callback(server.stop)
            stack.push_async_callback(running.http.close)
            return running

        yield start
