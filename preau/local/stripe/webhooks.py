"""Webhooks: each event sent to its account's address, signed, again and again until it is taken.

What is due is in the store, so a killed process goes on where it was; an attempt that was cut
short is made again, hence at least once, as with Stripe. Deliveries run side by side: order is
no more promised here than there. Source: docs.stripe.com/webhooks.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import asdict

import httpx
import structlog

from preau.local.stripe import manners
from preau.local.stripe.accounts import Account
from preau.local.stripe.posting import Outcome, post
from preau.local.stripe.standin import Standin
from preau.local.stripe.store import Row, dump, load

log = structlog.get_logger()

# per account, so that one whose endpoint hangs holds up no other
AT_ONCE = 8
TRIES = 20
SLOWEST = 60.0
SHORTEST_SLEEP, LONGEST_SLEEP = 0.25, 1.0
# the year 5138: a try that waits for the stand-in's clock
NOT_BY_ITSELF = 1e11


def backoff(tries: int) -> float:
    """Return the seconds until the next try: 1, 2, 4 … up to a minute, for 20 tries."""
    return float(min(2.0 ** (tries - 1), SLOWEST))


class Deliverer:
    """The background task that sends what is due."""

    def __init__(self, standin: Standin, timeout: float) -> None:
        self._standin = standin
        self._wake = asyncio.Event()
        self._flying: dict[tuple[str, str], asyncio.Task[None]] = {}
        # trust_env: a proxy of the machine must not see webhooks of the local stack
        self._client = httpx.AsyncClient(timeout=timeout, trust_env=False)
        standin.store.on_queued = self._wake.set
        standin.deliver = self.deliver

    def wake(self) -> None:
        """Look at once for what is due."""
        self._wake.set()

    async def run(self) -> None:
        """Deliver until cancelled."""
        try:
            while True:
                self._wake.clear()
                self._start_due()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), self._pause())
        finally:
            for task in self._flying.values():
                task.cancel()
            await asyncio.gather(*self._flying.values(), return_exceptions=True)
            await self._client.aclose()

    def _start_due(self) -> None:
        """Start what is due, for each account as many as it has room for."""
        for account in self._standin.accounts:
            if account.webhook_url is None:
                continue
            with self._standin.store.transaction() as tx:
                due = tx.rows(
                    "due_deliveries",
                    account=account.account,
                    now=time.time(),
                    paused=dump(self._standin.paused(tx)),
                    limit=2 * AT_ONCE,
                )
            flying = sum(owner == account.account for owner, _ in self._flying)
            for row in due:
                key = (account.account, row["event_id"])
                if key not in self._flying and flying < AT_ONCE:
                    flying += 1
                    self._start(account, row)

    async def deliver(self, account: Account, row: Row) -> None:
        """Send one webhook now, whatever holds it back, and wait for what comes of it."""
        await (self._flying.get((account.account, row["event_id"])) or self._start(account, row))

    def _start(self, account: Account, row: Row) -> asyncio.Task[None]:
        task = asyncio.create_task(self._deliver(account, row))
        self._flying[(account.account, row["event_id"])] = task
        return task

    def _pause(self) -> float:
        """Return how long to sleep: till the next try is due, and never long."""
        with self._standin.store.transaction() as tx:
            row = tx.row("next_delivery_at", paused=dump(self._standin.paused(tx)))
        at = row["at"] if row and row["at"] is not None else time.time() + LONGEST_SLEEP
        return float(min(max(at - time.time(), SHORTEST_SLEEP), LONGEST_SLEEP))

    async def _deliver(self, account: Account, row: Row) -> None:
        event = load(row["body"])
        try:
            with self._standin.store.transaction() as tx:
                manner, _ = manners.read(tx, account.account)
            sent = (post(self._client, self._standin, account, event) for _ in range(manner.copies))
            outcomes = await asyncio.gather(*sent)
            self._settle(account, event["id"], row["tries"] + 1, outcomes, manner.retries)
            outcome = outcomes[0]
            log.info(
                "webhook.attempted",
                event_id=event["id"],
                type=event["type"],
                account=account.slug,
                tries=row["tries"] + 1,
                status=outcome.status,
                error=outcome.error,
                ms=outcome.milliseconds,
            )
        finally:
            self._flying.pop((account.account, event["id"]), None)
            self._wake.set()

    def _settle(
        self, account: Account, event_id: str, tries: int, outcomes: list[Outcome], retries: str
    ) -> None:
        taken = all(outcome.taken for outcome in outcomes)
        with self._standin.store.transaction() as tx:
            for outcome in outcomes:
                tx.run(
                    "insert_attempt",
                    event_id=event_id,
                    at=time.time(),
                    url=account.webhook_url,
                    **asdict(outcome),
                )
            next_at = time.time() + backoff(tries)
            more = tries < TRIES
            if not taken and retries == "clock":
                next_at = NOT_BY_ITSELF
                more = manners.plan_retry(self._standin.context(tx, account), event_id, tries)
            state = "delivered" if taken else "pending" if more else "failed"
            tx.run("settle_delivery", event_id=event_id, state=state, tries=tries, next_at=next_at)
