"""The controls of webhooks: held back, released, delivered badly, signed with another secret.

POST /_standin/webhooks   {"paused": true|false} and the fields of `manners.Manner`
POST /_standin/webhooks/release   send what is held back, once each, in an order drawn from "seed"
POST /_standin/webhooks/secret    {"secret": "whsec_…" or absent for a new one, "overlap": s}

Each takes {"account": slug}, or means all accounts; a secret is of one.
"""

from __future__ import annotations

import random

from pydantic import Field
from starlette.requests import Request

from preau.local.stripe import ids, manners, signing
from preau.local.stripe.accounts import Account
from preau.local.stripe.control_base import Control, RefusedError, Strict, account_id, read_body
from preau.local.stripe.errors import Json
from preau.local.stripe.manners import Manner
from preau.local.stripe.standin import Standin
from preau.local.stripe.store import dump

DAY = 24 * 3600


class WebhooksBody(Manner):
    """Hold back webhooks or let them go, and how they are delivered."""

    paused: bool | None = None
    account: str | None = None


class ReleaseBody(Strict):
    """Whose webhooks to send, in which order."""

    account: str | None = None
    seed: int | None = None


class SecretBody(Strict):
    """Another secret for an endpoint; the old one is good for `overlap` seconds more."""

    account: str
    secret: str | None = Field(default=None, pattern=r"^whsec_\S+$")
    overlap: int = Field(default=DAY, ge=0, le=7 * DAY)


async def _webhooks(standin: Standin, request: Request) -> Json:
    body = WebhooksBody.model_validate(await read_body(request))
    changed = body.model_fields_set - {"paused", "account"}
    if body.paused is None and not changed:
        raise RefusedError('Give {"paused": true|false}, or how webhooks are delivered.')
    meant = _meant(standin, body.account)
    with standin.store.transaction() as tx:
        paused = set(standin.paused(tx))
        if body.paused is not None:
            paused = paused | meant if body.paused else paused - meant
            tx.set_setting("paused", dump(sorted(paused)))
        if changed:
            manner = Manner(**body.model_dump(include=set(Manner.model_fields)))
            for account in meant:
                manners.keep(tx, account, manner)
        told = {a.slug: manners.read(tx, a.account)[0].model_dump() for a in standin.accounts}
        tx.queued = True
    return {"paused": sorted(paused), "manners": told}


async def _release(standin: Standin, request: Request) -> Json:
    """Send in order, each after the one before was answered; what fails waits for its retry."""
    body = ReleaseBody.model_validate(await read_body(request))
    meant = _meant(standin, body.account)
    with standin.transaction() as tx:
        waiting = tx.rows("pending_deliveries", accounts=dump(sorted(meant)))
    if body.seed is not None:
        # not for secrets: the same seed must give the same order again
        random.Random(body.seed).shuffle(waiting)  # noqa: S311
    for row in waiting:
        account = standin.accounts.by_id(row["account"])
        if account is not None and standin.deliver is not None:
            await standin.deliver(account, row)
    return {"released": [row["event_id"] for row in waiting]}


async def _secret(standin: Standin, request: Request) -> Json:
    body = SecretBody.model_validate(await read_body(request))
    account = _one(standin, body.account)
    secret = body.secret or ids.new("whsec_", 32)
    until = standin.now() + body.overlap
    with standin.transaction() as tx:
        signing.roll(tx, account, secret, until)
    return {"secret": secret, "old_secret_good_until": until}


def _meant(standin: Standin, name: str | None) -> set[str]:
    account = account_id(standin, name)
    return {account} if account else {a.account for a in standin.accounts}


def _one(standin: Standin, name: str) -> Account:
    account = standin.accounts.named(name)
    if account is None:
        raise RefusedError(f"No account {name}.", 404)
    return account


CONTROLS: tuple[tuple[str, str, Control], ...] = (
    ("POST", "/_standin/webhooks", _webhooks),
    ("POST", "/_standin/webhooks/release", _release),
    ("POST", "/_standin/webhooks/secret", _secret),
)
