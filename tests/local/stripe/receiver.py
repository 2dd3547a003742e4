"""A webhook endpoint on loopback that keeps what it gets and refuses when told to."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Delivery:
    """One webhook as it came in."""

    path: str
    signature: str
    headers: dict[str, str]
    body: bytes
    answered: int
    at: float

    @property
    def event(self) -> dict[str, Any]:
        loaded: dict[str, Any] = json.loads(self.body)
        return loaded

    @property
    def object_id(self) -> str:
        return str(self.event["data"]["object"]["id"])

    @property
    def type(self) -> str:
        return str(self.event["type"])


@dataclass
class Refusal:
    """Answer `status` to the next `times` webhooks whose body holds `text`, after `delay` s."""

    text: str
    status: int = 500
    times: int = 1
    delay: float = 0.0


@dataclass
class Receiver:
    """The endpoint; `url` is its address, each account has its own path below it."""

    deliveries: list[Delivery] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)

    def __post_init__(self) -> None:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                receiver._take(self)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 the base's name
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def about(self, object_id: str, event_type: str | None = None) -> list[Delivery]:
        """Return what came in about an object, oldest first."""
        return [
            d
            for d in list(self.deliveries)
            if d.object_id == object_id and event_type in (None, d.type)
        ]

    def wait(
        self, object_id: str, event_type: str, times: int = 1, seconds: float = 10
    ) -> list[Delivery]:
        """Wait until an event about an object came in so many times."""
        return self.until(
            lambda: self.about(object_id, event_type), times, seconds, f"{event_type} {object_id}"
        )

    def until(
        self, look: Callable[[], list[Delivery]], times: int, seconds: float, what: str
    ) -> list[Delivery]:
        end = time.monotonic() + seconds
        while len(found := look()) < times:
            assert time.monotonic() < end, (
                f"{len(found)} of {times} × {what} within {seconds} s; came in: "
                f"{[(d.type, d.answered) for d in self.deliveries[-20:]]}"
            )
            time.sleep(0.02)
        return found

    def _take(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        status = 200
        for refusal in self.refusals:
            if refusal.times and refusal.text in body.decode():
                refusal.times -= 1
                status = refusal.status
                time.sleep(refusal.delay)
                break
        headers = dict(handler.headers.items())
        self.deliveries.append(
            Delivery(
                handler.path,
                headers.get("Stripe-Signature", ""),
                headers,
                body,
                status,
                time.monotonic(),
            )
        )
        try:
            handler.send_response(status)
            if status in (301, 302):
                handler.send_header("Location", f"{self.url}/elsewhere")
            handler.send_header("Content-Length", "0")
            handler.end_headers()
        except (BrokenPipeError, ConnectionResetError):
            pass  # the stand-in gave up waiting, as the test wants
