"""The little HTTP a worker speaks: /metrics for Prometheus, /ready and /live for an orchestrator.

Not uvicorn: it would take the process's signals, which belong to the drain.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING, Final

from preau.errors import PreauError
from preau.log import get_logger

if TYPE_CHECKING:
    from preau.client import ServiceClient
    from preau.consumer import Consumer
    from preau.metrics import Metrics
    from preau.settings import Settings

READY_SECONDS: Final = 10.0  # a queue that got no answer for longer is not being worked
DEPTHS_KEPT_SECONDS: Final = 5.0  # however many scrape, the queues are counted once in this time
_TEXT: Final = "text/plain; charset=utf-8"
_PROMETHEUS: Final = "text/plain; version=0.0.4; charset=utf-8"
_REASONS: Final = {200: "OK", 404: "Not Found", 405: "Method Not Allowed", 503: "Unavailable"}
_Answer = tuple[int, str, bytes]


class Probes:
    """Answers for one worker process."""

    def __init__(
        self, consumers: list[Consumer], db: ServiceClient, metrics: Metrics, stop: asyncio.Event
    ) -> None:
        self._consumers = consumers
        self._db = db
        self._metrics = metrics
        self._stop = stop
        self._counting = asyncio.Lock()
        self._counted_at = float("-inf")
        self._routes: dict[str, Callable[[], Awaitable[_Answer]]] = {
            "/live": self._live,
            "/metrics": self._scrape,
            "/ready": self._ready,
        }

    @contextlib.asynccontextmanager
    async def serve(self, settings: Settings) -> AsyncIterator[None]:
        """Listen while the block runs, if a port is set. Raises PreauError if it is taken."""
        if settings.worker_metrics_port is None:
            yield
            return
        host, port = settings.worker_metrics_host, settings.worker_metrics_port
        try:
            server = await asyncio.start_server(self._answer, host, port, limit=8192)
        except OSError as error:
            raise PreauError(
                "port_taken",
                f"{host}:{port} cannot be listened on ({error.strerror}).",
                "Set WORKER_METRICS_PORT to a free port, one for each worker process.",
            ) from error
        try:
            yield
        finally:
            server.close()

    def reason_not_ready(self) -> str | None:
        """Return why no work should be counted on here, or None."""
        if self._stop.is_set():
            return "draining"
        now = asyncio.get_running_loop().time()
        for consumer in self._consumers:
            if consumer.down:
                return f"{consumer.name}: the gateway does not answer"
            if consumer.answered_at is None:
                return f"{consumer.name}: not started"
            if now - consumer.answered_at > READY_SECONDS + consumer.longest_silence:
                return f"{consumer.name}: no answer for {now - consumer.answered_at:.0f} s"
        return None

    async def _live(self) -> _Answer:
        return 200, _TEXT, b"alive\n"

    async def _ready(self) -> _Answer:
        reason = self.reason_not_ready()
        return (503, _TEXT, f"{reason}\n".encode()) if reason else (200, _TEXT, b"ready\n")

    async def _scrape(self) -> _Answer:
        clock = asyncio.get_running_loop().time
        async with self._counting:
            if clock() - self._counted_at > DEPTHS_KEPT_SECONDS:
                try:
                    async with asyncio.timeout(3):
                        self._metrics.set_depths(await self._db.call("queue_depths", attempts=1))
                except (PreauError, TimeoutError):
                    self._metrics.set_depths(None)
                self._counted_at = clock()
        return 200, _PROMETHEUS, self._metrics.text()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(10):
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                status, kind, body = await self._reply(head)
                writer.write(
                    f"HTTP/1.1 {status} {_REASONS[status]}\r\nContent-Type: {kind}\r\n"
                    f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode()
                )
                if not head.startswith("HEAD "):
                    writer.write(body)
                await writer.drain()
        except (TimeoutError, ConnectionError, asyncio.IncompleteReadError):
            return
        except asyncio.LimitOverrunError:
            get_logger().warning("probes.request_too_long")
        finally:
            writer.close()

    async def _reply(self, head: str) -> _Answer:
        method, _, rest = head.partition(" ")
        route = self._routes.get(rest.partition(" ")[0].partition("?")[0])
        if route is None:
            return 404, _TEXT, b"There are /metrics, /ready and /live.\n"
        return await route() if method in {"GET", "HEAD"} else (405, _TEXT, b"Only GET.\n")
