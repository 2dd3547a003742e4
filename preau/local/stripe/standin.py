"""The stand-in as a whole: its accounts, memory, clock and what is under way."""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from preau.local.stripe import agenda, nouns
from preau.local.stripe.accounts import Account, Accounts
from preau.local.stripe.context import Context
from preau.local.stripe.faults import Faults
from preau.local.stripe.idempotency import InProgress
from preau.local.stripe.store import Row, Store, Transaction


class Standin:
    """What the routes, the pages and the background tasks share.

    The clock is the machine's plus an offset that tests may advance; it is kept, so that a
    restart doesn't turn time back.
    """

    def __init__(self, store: Store, accounts: Accounts, base_url: str) -> None:
        self.store = store
        self.accounts = accounts
        self.base_url = base_url
        self.in_progress = InProgress()
        self.faults = Faults()
        # set by the deliverer: sends one webhook now
        self.deliver: Callable[[Account, Row], Awaitable[None]] | None = None
        with store.transaction() as tx:
            self.offset = int(tx.setting("clock_offset") or 0)

    def now(self) -> int:
        """Return the stand-in's time in epoch seconds."""
        return int(time.time()) + self.offset

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Open a transaction in which all that was due has happened."""
        with self.store.transaction() as tx:
            agenda.play(tx, self.accounts, self.now(), self.base_url, nouns.ACTIONS)
            yield tx

    def context(self, tx: Transaction, account: Account) -> Context:
        """Return the context of what is not an API request."""
        return Context(account=account, tx=tx, now=self.now(), base_url=self.base_url)

    def set_offset(self, offset: int) -> None:
        """Set how far the clock is ahead, in seconds, and play what that makes due."""
        with self.store.transaction() as tx:
            tx.set_setting("clock_offset", str(offset))
        self.offset = offset
        with self.transaction():
            pass

    def paused(self, tx: Transaction) -> list[str]:
        """Return the accounts whose webhooks are held back."""
        paused: list[str] = json.loads(tx.setting("paused") or "[]")
        return paused
