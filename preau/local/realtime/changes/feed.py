"""Row changes for those who listen: who wants one, who may see it, and how it is told.

`receive` takes what the log says and waits only where too much is waiting already; `run` tells it,
some changes at a time, so that one look at the database serves many.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from preau.local.realtime.changes.audiences import Subscription
from preau.local.realtime.changes.backlog import Backlog
from preau.local.realtime.changes.bindings import Binding
from preau.local.realtime.changes.matcher import Matcher
from preau.local.realtime.changes.pgoutput import Change
from preau.local.realtime.changes.plans import SubscriptionRefused, made
from preau.local.realtime.changes.post import Post
from preau.local.realtime.changes.questions import Questions
from preau.local.realtime.changes.staleness import stale
from preau.local.realtime.changes.teller import Teller
from preau.local.realtime.claims import Caller
from preau.local.realtime.database import Database
from preau.local.realtime.limits import Limits
from preau.local.realtime.services import Subscriber
from preau.log import get_logger

__all__ = ["Feed", "SubscriptionRefused"]
TOGETHER: Final = 100  # changes that are asked about at once
TOGETHER_BYTES: Final = 1_000_000
log = get_logger(piece="realtime")


class Feed:
    """The subscriptions, and the changes on their way to them."""

    def __init__(self, database: Database, limits: Limits | None = None) -> None:
        self._questions = Questions(database, (limits or Limits()).policy_seconds)
        self._matcher = Matcher()
        self._post = Post(self._matcher)
        self._teller = Teller(self._questions, self._matcher, self._post)
        self._backlog = Backlog()
        self._telling = asyncio.Lock()
        self._subscribing: dict[Subscriber, object] = {}

    @property
    def waiting(self) -> int:
        """How many changes have been received and not yet told."""
        return len(self._backlog)

    async def subscribe(
        self, subscriber: Subscriber, bindings: Sequence[Binding], caller: Caller
    ) -> None:
        """Tell a subscriber from now on what its bindings ask for and its caller may see.

        It takes the place of what the subscriber had, without a gap: what is just being told is
        told to what it had first. Raises `SubscriptionRefused`, and then the subscriber hears
        nothing more.
        """
        mark = self._subscribing[subscriber] = object()
        try:
            wanted, now = await made(self._questions, bindings, caller.role)
        except SubscriptionRefused:
            if self._is_current(subscriber, mark):
                self._matcher.remove(subscriber)
            raise
        async with self._telling:
            if self._is_current(subscriber, mark):
                before = self._matcher.of(subscriber)
                since = before.since if before else now
                self._matcher.set(Subscription(subscriber, caller, tuple(bindings), wanted, since))

    def _is_current(self, subscriber: Subscriber, mark: object) -> bool:
        """Tell whether it has not left, nor asked anew, while the database was asked."""
        if self._subscribing.get(subscriber) is not mark:
            return False
        del self._subscribing[subscriber]
        return True

    def unsubscribe(self, subscriber: Subscriber) -> None:
        """Tell a subscriber nothing more; nothing happens if it heard nothing."""
        self._subscribing.pop(subscriber, None)
        self._matcher.remove(subscriber)

    async def receive(self, changes: Sequence[Change]) -> None:
        """Take changes in commit order; waits while too much is waiting."""
        for change in changes:
            relation = change.relation
            if self._matcher.audiences(relation.schema, relation.name, change.action):
                await self._backlog.put(change)

    async def run(self) -> None:
        """Tell what is received, for ever."""
        while True:
            await self.step()

    async def step(self) -> None:
        """Tell some of what was received, at least one change: waits until there is one.

        A change about which the database cannot be asked, twice, is told as a failure.
        """
        changes = await self._backlog.take(TOGETHER, TOGETHER_BYTES)
        try:
            await self._tell(changes)
        except Exception as error:  # noqa: BLE001 - tried once more
            log.warning("changes.failed", changes=len(changes), error=repr(error))
            await self._tell_again(changes)

    async def _tell_again(self, changes: Sequence[Change]) -> None:
        try:
            await self._tell(changes)
        except Exception:  # the feed outlives whatever its changes do
            log.exception("changes.lost", changes=len(changes))
            for change in changes:
                self._teller.fail(change)

    async def _tell(self, changes: Sequence[Change]) -> None:
        for change in {(id(one.relation), one.action): one for one in changes}.values():
            for subscription in stale(self._matcher, change.relation, change.action):
                await self._renew(subscription)
        async with self._telling:
            await self._teller.tell(changes)

    async def _renew(self, subscription: Subscription) -> None:
        """Compile the filters anew: a column has another type than when they were.

        It changes only what it was asked of. A subscriber that asks anew meanwhile, as with another
        token, has that, whichever is done first.
        """
        caller, bindings = subscription.caller, subscription.bindings
        try:
            wanted, _ = await made(self._questions, bindings, caller.role)
        except SubscriptionRefused as refusal:
            if refusal.passing:
                raise
            self._post.end(subscription, refusal.text)
            return
        if self._matcher.holds(subscription):
            self._matcher.set(replace(subscription, wanted=wanted))
