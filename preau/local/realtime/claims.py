"""Who calls: the claims of a token or of an opaque key, verified.

Error codes and texts are supabase/realtime's; clients show them, and some match on them.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from typing import Any, TypeGuard
from urllib.parse import unquote

from preau.local import keys
from preau.local.realtime import strict_json

HASHES = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}
OPAQUE = "sb_"  # what publishable and secret keys start with
MALFORMED = ("MalformedJWT", "The token provided is not a valid JWT")
FIELDS = ("InvalidJWTToken", "Fields `role` and `exp` are required in JWT")
SIGNATURE = ("JwtSignatureError", "Failed to validate JWT signature")


class TokenError(Exception):
    """A token that is not good; `code` and `text` are what hosted answers."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(code, text)
        self.code = code
        self.text = text


@dataclass(frozen=True, eq=False)
class Caller:
    """One verified token. Callers with one `key` see the same rows: policies get nothing else."""

    role: str
    claims: dict[str, Any]
    canonical: str
    expires_at: float  # seconds since the epoch

    @property
    def key(self) -> tuple[str, str]:
        """The role and the claims as sorted, compact JSON."""
        return self.role, self.canonical


def verify(token: str, secret: str = keys.JWT_SECRET, now: float | None = None) -> Caller:
    """Return who a JWT or an opaque key stands for. Raises `TokenError`."""
    text = "".join(unquote(token).split())
    text = keys.ROLE_TOKENS.get(text, text)
    parts = text.split(".")
    if len(parts) != 3:
        raise TokenError(*MALFORMED)
    header, claims = _section(parts[0]), _section(parts[1])
    algorithm = HASHES.get(str(header.get("alg")))
    if algorithm is None:
        raise TokenError(*SIGNATURE)
    signed = f"{parts[0]}.{parts[1]}".encode()
    if not hmac.compare_digest(
        hmac.new(secret.encode(), signed, algorithm).digest(), _bytes(parts[2])
    ):
        raise TokenError(*SIGNATURE)
    return _caller(claims, time.time() if now is None else now)


def _caller(claims: dict[str, Any], now: float) -> Caller:
    role, expires_at = claims.get("role"), claims.get("exp")
    if not isinstance(role, str) or not role or not _is_number(expires_at):
        raise TokenError(*FIELDS)
    if "iat" in claims and not _is_number(claims["iat"]):
        raise TokenError(*MALFORMED)
    if expires_at <= now:
        raise TokenError("InvalidJWTToken", expired(expires_at, now))
    canonical = json.dumps(claims, sort_keys=True, separators=(",", ":"))
    return Caller(role, claims, canonical, float(expires_at))


def expired(expires_at: float, now: float) -> str:
    """Return the sentence for a token whose time is over."""
    return f"Token has expired {int(now - expires_at)} seconds ago"


def _section(text: str) -> dict[str, Any]:
    try:
        found = strict_json.load(_bytes(text).decode())
    except ValueError:
        raise TokenError(*MALFORMED) from None
    if not isinstance(found, dict):
        raise TokenError(*MALFORMED)
    return found


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise TokenError(*MALFORMED) from None


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
