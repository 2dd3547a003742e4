"""Idempotency keys, per account, for 24 hours of the stand-in's clock.

Same key and parameters: the first answer again. Other parameters, or another endpoint: 400.
Same key while the first is still being answered: 409. What validation refused is not kept, so
that the request may be put right under the same key.
Source: docs.stripe.com/api/idempotent_requests.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from preau.local.stripe.context import Context
from preau.local.stripe.errors import StripeError
from preau.local.stripe.params import Raw

KEPT = 24 * 3600
LONGEST = 255


@dataclass(frozen=True)
class Answer:
    """An answer as it was first given."""

    status: int
    body: str
    request_id: str


class InProgress:
    """The keys of requests that are being answered; forgotten with the process, as they should."""

    def __init__(self) -> None:
        self._keys: set[tuple[str, str]] = set()

    @contextmanager
    def hold(self, account: str, key: str | None) -> Iterator[None]:
        """Hold a key for the time of a request; raises StripeError 409 if it is held."""
        if key is None:
            yield
            return
        if len(key) > LONGEST:
            raise StripeError(
                f"Idempotency keys must be {LONGEST} characters or less; this one is {len(key)}.",
                kind="idempotency_error",
            )
        if (account, key) in self._keys:
            raise StripeError(
                "There is currently another in-progress request using this Idempotent Key (that "
                "probably means you submitted twice, and the other request is still going "
                f"through): {key}. Please try again later.",
                status=409,
                code="idempotency_key_in_use",
                retry=True,
            )
        self._keys.add((account, key))
        try:
            yield
        finally:
            self._keys.discard((account, key))


def replay(context: Context, path: str, raw: Raw) -> Answer | None:
    """Return the kept answer of the context's key, or None for a key that is new or too old."""
    key = context.idempotency_key
    if key is None:
        return None
    row = context.tx.row("find_key", account=context.account.account, key=key)
    if row is None or row["created"] <= context.now - KEPT:
        return None
    if row["path"] != path:
        raise StripeError(
            "Keys for idempotent requests can only be used for the same endpoint they were first "
            f"used for ('{path}' vs '{row['path']}'). Try using a key other than '{key}' if you "
            "meant to execute a different request.",
            kind="idempotency_error",
        )
    if row["fingerprint"] != _fingerprint(raw):
        raise StripeError(
            "Keys for idempotent requests can only be used with the same parameters they were "
            f"first used with. Try using a key other than '{key}' if you meant to execute a "
            "different request.",
            kind="idempotency_error",
        )
    return Answer(row["status"], row["body"], row["request_id"])


def keep(context: Context, path: str, raw: Raw, answer: Answer) -> None:
    """Keep an answer under the context's key, in the transaction that made it."""
    if context.idempotency_key is None:
        return
    context.tx.run(
        "keep_key",
        account=context.account.account,
        key=context.idempotency_key,
        path=path,
        fingerprint=_fingerprint(raw),
        status=answer.status,
        body=answer.body,
        request_id=answer.request_id,
        created=context.now,
    )


def _fingerprint(raw: Raw) -> str:
    return hashlib.sha256(json.dumps(raw, sort_keys=True).encode()).hexdigest()
