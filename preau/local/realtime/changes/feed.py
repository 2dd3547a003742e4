"""Row changes for those who listen: who wants one, who may see it, and how it is told.

`receive` takes what the log says and waits only where too much is waiting already; `run` tells it,
some changes at a time, so that one look at the database serves many.
"""

from __future__ import annotations

from collections.abc import Sequence

from preau.local.realtime.changes.backlog import Backlog
from preau.local.realtime.changes.bindings import Binding
from preau.local.realtime.changes.pgoutput import Change
from preau.local.realtime.claims import Caller
from preau.local.realtime.database import Database
from preau.local.realtime.limits import Limits
from preau.local.realtime.services import Subscriber


class SubscriptionRefused(Exception):  # noqa: N818 - the name of what happened
    """Nobody listens now; `text` is for the client. If `passing`, trying again may help."""

    def __init__(self, text: str, *, passing: bool) -> None:
        super().__init__(text)
        self.text = text
        self.passing = passing


class Feed:
    """The subscriptions, and the changes on their way to them."""

    def __init__(self, database: Database, limits: Limits | None = None) -> None:
        self._database = database
        self._limits = limits or Limits()
        self._backlog = Backlog()
        self._subscribed: dict[Subscriber, tuple[Caller, list[Binding]]] = {}

    async def run(self) -> None:
        """Tell changes for ever."""
        while True:
            await self._backlog.take(100, 1_000_000)

    async def subscribe(
        self, subscriber: Subscriber, bindings: Sequence[Binding], caller: Caller
    ) -> None:
        """Tell a subscriber from now on what its bindings ask for and its caller may see.

        It takes the place of what the subscriber had. Raises `SubscriptionRefused`, and then the
        subscriber hears nothing more.
        """
        self.unsubscribe(subscriber)
        self._subscribed[subscriber] = (caller, list(bindings))

    def unsubscribe(self, subscriber: Subscriber) -> None:
        """Tell a subscriber nothing more; nothing happens if it heard nothing."""
        self._subscribed.pop(subscriber, None)

    async def receive(self, changes: Sequence[Change]) -> None:
        """Take changes in commit order; waits while too much is waiting."""
        for change in changes:
            await self._backlog.put(change)
