"""How a socket ends: because nothing is heard of its client any more, or because we close it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

from aiohttp import web


class Silence:
    """Calls `too_long` once nothing was heard for so many seconds; one timer, never moved."""

    def __init__(self, seconds: float, too_long: Callable[[], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._seconds = seconds
        self._too_long = too_long
        self._heard_at = self._loop.time()
        self._timer = self._loop.call_later(seconds, self._look)

    def heard(self) -> None:
        """Something was heard just now."""
        self._heard_at = self._loop.time()

    def cancel(self) -> None:
        """Look no more."""
        self._timer.cancel()

    def _look(self) -> None:
        left = self._heard_at + self._seconds - self._loop.time()
        if left <= 0:
            self._too_long()
        else:
            self._timer = self._loop.call_later(left, self._look)


async def close(
    websocket: web.WebSocketResponse,
    transport: asyncio.Transport,
    code: int,
    why: str,
    seconds: float,
) -> None:
    """Say that it ends. Who does not answer in time is dropped, with all that waits for them."""
    try:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await websocket.close(code=code, message=why.encode())
    finally:
        transport.abort()
