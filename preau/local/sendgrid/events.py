"""The event webhook as SendGrid sends it: an array, ended by CRLF, signed with ECDSA."""

from __future__ import annotations

import json
import secrets
import time
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

SIGNATURE = "X-Twilio-Email-Event-Webhook-Signature"
TIMESTAMP = "X-Twilio-Email-Event-Webhook-Timestamp"


@dataclass(frozen=True)
class Key:
    """An account's signing key. `public` is what its settings page shows: DER, in base64."""

    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    @property
    def public(self) -> str:
        """The public key as SendGrid shows it."""
        der = self.private.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return b64encode(der).decode()


def event(kind: str, email_id: str, to: str, **more: Any) -> dict[str, Any]:
    """Return one event about a mail; its custom_args stand at the top level, as SendGrid's do."""
    return {
        "email": to,
        "timestamp": int(time.time()),
        "event": kind,
        "sg_event_id": secrets.token_urlsafe(24),
        "sg_message_id": f"{secrets.token_urlsafe(16)}.recvd-7c6d-1",
        "smtp-id": "<x@ismtpd>",
        "category": ["welcome"],
        "email_id": email_id,
    } | more


def batch(events: Sequence[Mapping[str, Any]]) -> bytes:
    """Return a webhook's body."""
    return json.dumps(list(events)).encode() + b"\r\n"


def signed(body: bytes, key: Key, at: float | None = None) -> dict[str, str]:
    """Return the headers with which SendGrid sends the body at a moment, in epoch seconds."""
    timestamp = str(int(time.time() if at is None else at))
    signature = key.private.sign(timestamp.encode() + body, ec.ECDSA(hashes.SHA256()))
    return {
        "Content-Type": "application/json",
        SIGNATURE: b64encode(signature).decode(),
        TIMESTAMP: timestamp,
    }
