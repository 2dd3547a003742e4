"""How badly an account's webhooks are delivered, on demand: twice, late, out of order, never.

All of it is drawn from a seed, so that a run that found something can be played again. Kept in
the settings, so that a restart changes nothing.
"""

from __future__ import annotations

import json
import random
import time
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from preau.local.stripe import agenda
from preau.local.stripe.context import Context
from preau.local.stripe.store import Transaction

LOST = "lost (asked for at /_standin/webhooks)"
MINUTE, HOUR = 60, 3600
# seconds of the stand-in's clock between tries, as Stripe spreads them over three days
BY_CLOCK = (5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 12 * HOUR, 12 * HOUR, 12 * HOUR)


class Manner(BaseModel):
    """How an account's webhooks are delivered.

    Each is sent `copies` times at once, after `delay` seconds and a random part of `shuffle`
    seconds more. The share `lose` is never sent: its delivery is failed from the start, which
    `delivery_success=false` lists. What was not taken is tried again by the machine's clock within
    minutes, or with `retries` `"clock"` when the stand-in's own is advanced.
    """

    model_config = ConfigDict(extra="forbid")

    copies: int = Field(default=1, ge=1, le=50)
    delay: float = Field(default=0, ge=0, le=600)
    shuffle: float = Field(default=0, ge=0, le=600)
    lose: float = Field(default=0, ge=0, le=1)
    retries: Literal["wall", "clock"] = "wall"
    seed: int = 0


def read(tx: Transaction, account: str) -> tuple[Manner, int]:
    """Return an account's manner, and how many events it was applied to."""
    kept = json.loads(tx.setting(f"manner:{account}") or "{}")
    return Manner.model_validate(kept.get("manner", {})), int(kept.get("count", 0))


def keep(tx: Transaction, account: str, manner: Manner, count: int = 0) -> None:
    """Keep an account's manner; its draws begin anew."""
    kept = {"manner": manner.model_dump(), "count": count}
    tx.set_setting(f"manner:{account}", json.dumps(kept))


def queue(context: Context, event_id: str) -> None:
    """Make an event's webhook due as the account's manner wants it, or lose it."""
    tx, account = context.tx, context.account.account
    manner, count = read(tx, account)
    keep(tx, account, manner, count + 1)
    # not for secrets: the same seed must lose the same webhooks again
    draws = random.Random(f"{manner.seed}:{count}")  # noqa: S311
    if draws.random() < manner.lose:
        tx.run("lose_delivery", event_id=event_id, account=account, next_at=time.time())
        tx.run(
            "insert_attempt",
            event_id=event_id,
            at=time.time(),
            url=context.account.webhook_url,
            status=None,
            error=LOST,
            answer=None,
            milliseconds=0,
        )
        return
    tx.queue(account, event_id, time.time() + manner.delay + draws.random() * manner.shuffle)


def plan_retry(context: Context, event_id: str, tries: int) -> bool:
    """Plan the next try by the stand-in's clock; false once there have been enough."""
    if tries > len(BY_CLOCK):
        return False
    agenda.plan(context, BY_CLOCK[tries - 1], "redeliver", event_id)
    return True


def _redeliver(context: Context, event_id: str) -> None:
    context.tx.run("redeliver", event_id=event_id, next_at=time.time())
    context.tx.queued = True


ACTIONS = {"redeliver": _redeliver}
