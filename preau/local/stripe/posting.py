"""One attempt to deliver a webhook: what is sent, and what came of it."""

from __future__ import annotations

import time
from dataclasses import dataclass

import httpx

from preau.local.stripe import events, signing
from preau.local.stripe.accounts import Account
from preau.local.stripe.api import pretty
from preau.local.stripe.errors import Json
from preau.local.stripe.standin import Standin

KEPT_ANSWER = 500


@dataclass(frozen=True)
class Outcome:
    """What came of one attempt."""

    status: int | None
    error: str | None
    answer: str | None
    milliseconds: int

    @property
    def taken(self) -> bool:
        """A 2xx; a redirect is a failure, as with Stripe."""
        return self.status is not None and 200 <= self.status < 300


async def post(
    client: httpx.AsyncClient, standin: Standin, account: Account, event: Json
) -> Outcome:
    """Send one event, signed now, and return what came of it."""
    with standin.store.transaction() as tx:
        payload = pretty(events.render(tx, event))
        secrets = signing.secrets(tx, account, standin.now())
    headers = {
        "Accept": "*/*; q=0.5, application/xml",
        "Cache-Control": "no-cache",
        "Content-Type": "application/json; charset=utf-8",
        "Stripe-Signature": signing.signature(payload, secrets, int(time.time())),
        "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
    }
    started = time.monotonic()
    status, error, answer = None, None, None
    try:
        response = await client.post(
            str(account.webhook_url), content=payload.encode(), headers=headers
        )
        status, answer = response.status_code, response.text[:KEPT_ANSWER]
    except httpx.HTTPError as failure:
        error = f"{type(failure).__name__}: {failure}".rstrip(": ")
    return Outcome(status, error, answer, int((time.monotonic() - started) * 1000))
