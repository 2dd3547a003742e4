"""Who may open a socket: the key, the version and the room for one more.

A refusal is an HTTP status with `{"error": …}`, as supabase/realtime's socket answers.
"""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from preau.local.realtime import claims
from preau.local.realtime.frames import Version
from preau.local.realtime.services import Services

UNAUTHORIZED, FORBIDDEN, TOO_MANY = 401, 403, 429


@dataclass(frozen=True)
class Welcome:
    """What a socket was opened with. `headers` are those that policies may read."""

    version: Version
    token: str
    headers: dict[str, str]


class RefusedError(Exception):
    """The handshake is refused with a status and a sentence."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(status, text)
        self.status = status
        self.text = text

    def response(self) -> web.Response:
        """Return the answer."""
        return web.json_response({"error": self.text}, status=self.status)


def check(request: web.Request, services: Services, connections: int) -> Welcome:
    """Return what the socket is opened with. Raises `RefusedError`."""
    token = request.headers.get("x-api-key") or request.query.get("apikey")
    if not token:
        raise RefusedError(UNAUTHORIZED, "API key is missing")
    try:
        version = Version(request.query.get("vsn") or Version.V1)
    except ValueError:
        raise RefusedError(FORBIDDEN, "The protocol version is not supported") from None
    try:
        claims.verify(token, services.config.jwt_secret)
    except claims.TokenError as error:
        # At the handshake upstream says this without the seconds.
        text = "Token has expired" if error.text.startswith("Token has expired") else error.text
        raise RefusedError(UNAUTHORIZED, text) from None
    if connections >= services.config.limits.connections:
        raise RefusedError(TOO_MANY, "Too many connected users")
    headers = {
        name.lower(): value
        for name, value in request.headers.items()
        if name.lower().startswith("x-")
    }
    return Welcome(version, token, headers)
