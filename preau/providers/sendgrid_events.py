"""Telling SendGrid's event webhook from anybody else's post, and reading what it says.

The signature covers the timestamp and the raw bytes, the CRLF at their end included. SendGrid names
no tolerance for the timestamp; it is of each delivery, so 300 s either way is room enough.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import json
import time
from datetime import UTC, datetime
from typing import Annotated, Any, Final
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from preau.errors import ExpectedError

TOLERANCE_SECONDS: Final = 300
MAX_EVENTS: Final = 1000
# Openings and clicks are not asked for, "processed" says what we know.
KINDS: Final = {
    "delivered": "delivered",
    "deferred": "deferred",
    "bounce": "bounced",
    "dropped": "dropped",
    "spamreport": "complained",
    "unsubscribe": "unsubscribed",
    "group_unsubscribe": "unsubscribed",
}
# Not the address's fault, or not for long: full, the mail too large, the sender's reputation.
PASSING: Final = ("4.", "5.2.2", "5.3.4", "5.7.")
DROPPED: Final = {
    "bounced address": "bounce",
    "invalid": "bounce",
    "spam reporting address": "complaint",
    "unsubscribed address": "unsubscribe",
}


# Postgres keeps no NUL; SendGrid says null where it has nothing to say.
Text = Annotated[str, BeforeValidator(lambda value: str(value or "").replace("\0", ""))]


class SendGridEvent(BaseModel):
    """One event. `email_id` is our own, from custom_args; others' mails have none."""

    model_config = ConfigDict(extra="ignore")

    event: str = Field(max_length=100)
    sg_event_id: str = Field(pattern=r"^[^\x00]{1,200}$")
    timestamp: int = Field(ge=0, lt=2**33)
    email: str = Field("", max_length=320)
    email_id: Text = ""
    type: Text = ""
    status: Text = ""
    reason: Text = ""

    def told(self) -> dict[str, Any] | None:
        """Return what `worker.receive_email_events` takes; None for what is not kept."""
        kind = KINDS.get(self.event)
        if kind is None or not _is_uuid(self.email_id):
            return None
        return {
            "event_id": self.sg_event_id,
            "kind": kind,
            "email_id": self.email_id,
            "address": self.email.strip().lower() if "@" in self.email else None,
            "occurred_at": datetime.fromtimestamp(self.timestamp, UTC).isoformat(),
            "code": (self.status or self.type or None),
            "detail": self.reason[:1000] or None,
            "suppress": self.suppression(),
        }

    def suppression(self) -> str | None:
        """Return why the address is to be left alone, if it is."""
        if self.event == "bounce":
            hard = self.type != "blocked" and not self.status.startswith(PASSING)
            return "bounce" if hard else None
        if self.event == "dropped":
            return DROPPED.get(self.reason.strip().lower())
        known = {"spamreport": "complaint", "unsubscribe": "unsubscribe"}
        return known.get(self.event.removeprefix("group_"))


def verify(body: bytes, signature: str | None, timestamp: str | None, keys: str) -> None:
    """Refuse what is not signed by one of the comma-separated public `keys`, or not about now.

    Raises ExpectedError 400 `invalid_signature`.
    """
    candidates = [key.strip() for key in keys.split(",") if key.strip()]
    if not any(_is_signed(body, signature or "", timestamp or "", key) for key in candidates):
        raise ExpectedError(
            "invalid_signature",
            "The signature headers do not fit this body, this account and this time.",
            400,
            "Check the webhook's verification key and the clock of this machine.",
        )


def read(body: bytes) -> list[SendGridEvent]:
    """Return the events; one that is none is passed over, or all would come again for a day.

    Raises ExpectedError: 400 `invalid_event` for no array, 413 `too_many_events`.
    """
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, list):
        raise ExpectedError("invalid_event", "The body is not an array of SendGrid's events.", 400)
    if len(found) > MAX_EVENTS:
        raise ExpectedError("too_many_events", "There are more than 1,000 events.", 413)
    events = []
    for each in found:
        with contextlib.suppress(ValidationError):
            events.append(SendGridEvent.model_validate(each))
    return events


def _is_signed(body: bytes, signature: str, timestamp: str, key: str) -> bool:
    try:
        public = serialization.load_der_public_key(base64.b64decode(key, validate=True))
        if not isinstance(public, ec.EllipticCurvePublicKey):
            return False
        given = base64.b64decode(signature, validate=True)
        public.verify(given, timestamp.encode() + body, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError, TypeError, binascii.Error):
        return False
    return timestamp.isdecimal() and abs(time.time() - int(timestamp)) <= TOLERANCE_SECONDS


def _is_uuid(value: str) -> bool:
    try:
        return str(UUID(value)) == value.lower()
    except ValueError:
        return False
