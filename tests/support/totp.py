"""What an authenticator app shows (RFC 6238)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
import time


def code(secret: str) -> str:
    """The six digits of now, for a base32 secret."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time() // 30)), hashlib.sha1).digest()
    (number,) = struct.unpack_from(">I", digest, digest[-1] & 15)
    return f"{(number & 0x7FFFFFFF) % 1_000_000:06}"
