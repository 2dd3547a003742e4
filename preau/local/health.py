"""How the supervisor tells that a piece works: by asking it what its callers will ask."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from psycopg import pq

from preau.local.ports import HOST

ANSWER_SECONDS = 5.0

Check = Callable[[], Coroutine[Any, Any, bool]]


def http(port: int, path: str) -> Check:
    """Healthy when GET answers 2xx."""
    request = f"GET {path} HTTP/1.1\r\nHost: {HOST}:{port}\r\nConnection: close\r\n\r\n".encode()

    async def check() -> bool:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                reader, writer = await asyncio.open_connection(HOST, port)
                try:
                    writer.write(request)
                    status = await reader.readline()
                finally:
                    writer.close()
        except OSError:  # nothing listens yet, or it answers too late
            return False
        return status.startswith((b"HTTP/1.1 2", b"HTTP/1.0 2"))

    return check


def tcp(port: int) -> Check:
    """Healthy when something accepts a connection."""

    async def check() -> bool:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                _, writer = await asyncio.open_connection(HOST, port)
                writer.close()
        except OSError:
            return False
        return True

    return check


def postgres(port: int) -> Check:
    """Healthy when it would take a connection. Nobody logs in, so no database counts as in use."""
    address = f"host={HOST} port={port} user=ping dbname=ping connect_timeout=3".encode()

    async def check() -> bool:
        return await asyncio.to_thread(pq.PGconn.ping, address) == pq.Ping.OK

    return check


def alive(seconds: float = 1.0) -> Check:
    """Healthy when the process has not ended after this long: for pieces nobody can ask."""

    async def check() -> bool:
        await asyncio.sleep(seconds)
        return True

    return check
