"""The stand-in's server: POST /v3/mail/send as SendGrid answers it.

Over plain sockets rather than an ASGI server, since a connection that ends without an answer is
what matters most here.
"""

from __future__ import annotations

import json
import secrets
import socket
import struct
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

from preau.local.sendgrid.faults import Fault, Faults, Kind
from preau.local.sendgrid.rules import check

LIMIT = 30 * 1024 * 1024
_ANSWERS: dict[Kind, tuple[int, str]] = {
    "unauthorized": (
        401,
        "The provided authorization grant is invalid, expired, or revoked",
    ),
    "sender_not_verified": (403, "The from address does not match a verified Sender Identity."),
    "too_large": (413, "Payload Too Large"),
    "limited": (429, "too many requests"),
    "failed": (500, "Internal Server Error"),
    "unavailable": (503, "Service Unavailable"),
}


@dataclass(frozen=True, slots=True)
class Accepted:
    """One mail to one person that SendGrid has taken. `request` counts from 1."""

    request: int
    message_id: str
    to: str
    body: dict[str, Any]
    personalization: dict[str, Any]

    @property
    def email_id(self) -> str:
        """The outbox row, from custom_args."""
        return str(self.personalization["custom_args"]["email_id"])


@dataclass
class SendGrid:
    """A running stand-in on a free port, unless one is given. Use it as a context manager."""

    api_key: str = "SG.standin"
    port: int = 0
    faults: Faults = field(default_factory=Faults)
    accepted: list[Accepted] = field(default_factory=list)
    requests: int = 0

    def __enter__(self) -> SendGrid:
        """Start serving."""
        handler = type("Handler", (_Handler,), {"standin": self})
        self._server = _Server(("127.0.0.1", self.port), handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        """Where its API is."""
        return f"http://127.0.0.1:{self.port}"

    def fail(self, kind: Kind, times: int = 1, **more: Any) -> None:
        """Make the next requests go wrong."""
        self.faults.set(Fault(kind, times, **more))

    def to(self, address: str) -> list[Accepted]:
        """Return the mails accepted for an address, oldest first."""
        return [mail for mail in self.accepted if mail.to == address]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


class _Handler(BaseHTTPRequestHandler):
    standin: ClassVar[SendGrid]
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Answer POST /v3/mail/send."""
        raw = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), LIMIT + 1))
        self.standin.requests += 1
        if self.path != "/v3/mail/send":
            return self._errors(404, "Not Found")
        if self.headers.get("Authorization") != f"Bearer {self.standin.api_key}":
            return self._errors(*_ANSWERS["unauthorized"])
        if len(raw) > LIMIT:
            return self._errors(*_ANSWERS["too_large"])
        try:
            body = json.loads(raw)
        except ValueError:
            return self._errors(400, "Bad Request")
        wrong = check(body)
        if wrong:
            return self._answer(400, {"errors": wrong})
        people = [to["email"] for one in body["personalizations"] for to in one["to"]]
        fault = self.standin.faults.take(people)
        if fault is not None and fault.kind == "refused":
            return self._refuse(people, fault)
        if fault is not None and fault.kind in _ANSWERS:
            return self._errors(*_ANSWERS[fault.kind])
        if fault is not None and fault.kind == "reset_before_accept":
            return self._reset()
        message_id = self._accept(body)
        if fault is not None and fault.kind == "reset_after_accept":
            return self._reset()
        if fault is not None:
            time.sleep(fault.seconds)
            return self._reset()
        return self._answer(202, None, {"X-Message-Id": message_id})

    def _accept(self, body: dict[str, Any]) -> str:
        message_id = secrets.token_urlsafe(16)
        number = self.standin.requests
        for one in body["personalizations"]:
            for to in one["to"]:
                mail = Accepted(number, message_id, to["email"], body, one)
                self.standin.accepted.append(mail)
        return message_id

    def _refuse(self, people: list[str], fault: Fault) -> None:
        place = next((i for i, to in enumerate(people) if to == fault.to), 0)
        where = f"personalizations.{place}.to.0.email"
        told = {"message": "Does not contain a valid address.", "field": where, "help": None}
        self._answer(400, {"errors": [told]})

    def _errors(self, status: int, message: str) -> None:
        headers = {}
        if status == 429:
            reset = str(int(time.time()) + 1)
            headers = {
                "X-RateLimit-Limit": "600",
                "X-RateLimit-Remaining": "0",
                "X-RateLimit-Reset": reset,
            }
        told = {"message": message, "field": None, "help": None}
        self._answer(status, {"errors": [told]}, headers)

    def _answer(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        content = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {**(headers or {}), "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def _reset(self) -> None:
        """End the connection as a crash would: no answer, and no polite goodbye (RST)."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def finish(self) -> None:
        """Close, unless the connection was reset."""
        try:
            super().finish()
        except OSError:
            return

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Stay silent."""
