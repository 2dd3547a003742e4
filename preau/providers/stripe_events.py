"""Telling a webhook of Stripe's from anybody else's post.

The signature covers the raw bytes (docs.stripe.com/webhooks#verify-manually): nothing may parse the
body before. The library refuses stamps that are too old; we refuse stamps from the future, too.
"""

from __future__ import annotations

import time

import stripe
from pydantic import BaseModel, Field, ValidationError

from preau.errors import ExpectedError

TOLERANCE_SECONDS = 300


class StripeEvent(BaseModel):
    """The part of an event we read; the object it is about is fetched again by the worker."""

    id: str = Field(pattern=r"^evt_[A-Za-z0-9_]{1,240}$")
    type: str = Field(pattern=r"^[a-z0-9_.]{1,120}$")


def verify(body: bytes, signature: str | None, secrets: str) -> StripeEvent:
    """Return the event in `body`, signed by one of the comma-separated `secrets`.

    Raises ExpectedError 400: `invalid_signature` for a missing, wrong or untimely signature (more
    than 300 s away from now), `invalid_event` for a body that is signed but is not an event.
    """
    candidates = [secret.strip() for secret in secrets.split(",") if secret.strip()]
    if not any(_is_signed(body, signature, secret) for secret in candidates):
        raise ExpectedError(
            "invalid_signature",
            "The Stripe-Signature header does not fit this body, this account and this time.",
            400,
            "Check the endpoint's signing secret and the clock of this machine.",
        )
    try:
        return StripeEvent.model_validate_json(body)
    except ValidationError as error:
        raise ExpectedError(
            "invalid_event", "The body is not an event of Stripe's API v1.", 400
        ) from error


def _is_signed(body: bytes, signature: str | None, secret: str) -> bool:
    try:
        stripe.WebhookSignature.verify_header(body, signature, secret, TOLERANCE_SECONDS)
        stamps = [part[2:] for part in (signature or "").split(",") if part.startswith("t=")]
        return all(int(stamp) <= time.time() + TOLERANCE_SECONDS for stamp in stamps)
    except (stripe.SignatureVerificationError, TypeError, ValueError):
        # TypeError: hmac compares ASCII texts only; ValueError: the body is not UTF-8.
        return False
