"""What wraps every request: its id, its log line, the limit of its body, the last resort."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING
from uuid import uuid4

import structlog
from starlette.exceptions import HTTPException

from functions.problems import crashed
from preau.log import get_logger

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY_LIMIT = 256 * 1024  # bytes; Stripe's largest events stay below it
# A thousand events of SendGrid's, some with a mail server's long excuse.
LARGER = {"/functions/v1/sendgrid-events/": 1024 * 1024}
_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,100}")


class RequestMiddleware:
    """Gives each request an id (the caller's `x-request-id` if it is sane) and logs its answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one ASGI scope."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = dict(scope["headers"]).get(b"x-request-id", b"")
        request_id = given.decode() if _REQUEST_ID.fullmatch(given) else str(uuid4())
        scope.setdefault("state", {})["request_id"] = request_id
        begun = time.perf_counter()
        status: int | None = None

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = [*message.get("headers", ()), (b"x-request-id", request_id.encode())]
                message = {**message, "headers": headers}
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self._app(scope, _limited(receive, _limit(scope["path"])), send_with_id)
            except Exception as error:
                if status is not None:  # half an answer is out: nothing can be put right
                    raise
                response = crashed(scope["path"], request_id, error)
                await response(scope, receive, send_with_id)
            finally:
                get_logger().info(
                    "request.answered",
                    method=scope["method"],
                    path=scope["path"],
                    status=status,
                    ms=round((time.perf_counter() - begun) * 1000, 1),
                )


def _limit(path: str) -> int:
    return next((size for start, size in LARGER.items() if path.startswith(start)), BODY_LIMIT)


def _limited(receive: Receive, limit: int) -> Receive:
    """Return `receive`, refusing a body over the limit with 413 as soon as that is known."""
    received = 0

    async def receive_limited() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > limit:
            raise HTTPException(413, f"The body is larger than {limit} bytes")
        return message

    return receive_limited
