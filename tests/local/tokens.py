"""Tokens as Auth signs them, for tests that need a user's token but no user."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
import uuid

from preau.local import keys


def user_token(
    sub: str | None = None,
    role: str = "authenticated",
    secret: str = keys.JWT_SECRET,
    seconds: int = 300,
) -> str:
    """A token of a person (by default of nobody in particular), good for five minutes."""
    claims = {"sub": sub or str(uuid.uuid4()), "role": role, "aud": "authenticated"}
    return sign({**claims, "exp": int(time.time()) + seconds}, secret)


def sign(claims: dict[str, object], secret: str = keys.JWT_SECRET) -> str:
    """Sign claims with HS256."""
    body = f"{_part({'alg': 'HS256', 'typ': 'JWT'})}.{_part(claims)}"
    digest = hmac.new(secret.encode(), body.encode(), hashlib.sha256).digest()
    return f"{body}.{base64.urlsafe_b64encode(digest).decode().rstrip('=')}"


def _part(value: dict[str, object]) -> str:
    text = json.dumps(value, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
