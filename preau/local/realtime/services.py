"""What every socket and channel is given: the other parts of the server, by what they are asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    import asyncio

    from preau.local.realtime.access import Access
    from preau.local.realtime.channel import Channel
    from preau.local.realtime.claims import Caller
    from preau.local.realtime.config import Config
    from preau.local.realtime.database import Database
    from preau.local.realtime.frames import BinaryMessage, Message
    from preau.local.realtime.hub import Hub, Topic
    from preau.local.realtime.metrics import Metrics
    from preau.local.realtime.replay import Replayed

Extension = Literal["broadcast", "presence"]


class Authoriser(Protocol):
    """Asks the policies of realtime.messages; one that raises gives no access."""

    async def read(
        self, topic: str, caller: Caller, headers: dict[str, str], presence: bool
    ) -> Access:
        """Tell what a caller may hear on a private topic."""
        ...

    async def write(
        self, topic: str, caller: Caller, headers: dict[str, str], extension: Extension
    ) -> bool:
        """Tell whether a caller may send on a private topic."""
        ...


class Presence(Protocol):
    """Who is present on each topic; tells the members through the hub."""

    def track(self, channel: Channel, payload: dict[str, Any]) -> None:
        """Set what the channel says of itself."""
        ...

    def untrack(self, channel: Channel) -> None:
        """Take it back."""
        ...

    def leave(self, channel: Channel) -> None:
        """Forget a channel that is over."""
        ...

    def state(self, topic: Topic) -> dict[str, Any]:
        """Return the payload of `presence_state`."""
        ...


class Replay(Protocol):
    """Reads what was broadcast before; raises `ReplayRefused` with a text."""

    async def fetch(self, topic: str, since_ms: object, limit: object) -> Sequence[Replayed]:
        """Return the newest messages since a time, oldest first, each with its row's id."""
        ...


class Subscriber(Protocol):
    """Who gets row changes: a channel."""

    topic: Topic

    def send(self, message: Message | BinaryMessage) -> None:
        """Take a message; never waits."""
        ...


class Feed(Protocol):
    """Row changes for those who listen; raises `SubscriptionRefused(text, passing)`."""

    async def subscribe(
        self, subscriber: Subscriber, bindings: Sequence[Any], caller: Caller
    ) -> None:
        """Deliver from now on, in place of what the subscriber had."""
        ...

    def unsubscribe(self, subscriber: Subscriber) -> None:
        """Deliver no more; nothing happens if nothing was."""
        ...


class Reader(Protocol):
    """Reads the write-ahead log."""

    ready: asyncio.Event

    @property
    def lag_bytes(self) -> int:
        """How far behind Postgres it is."""
        ...


@dataclass(frozen=True)
class Services:
    """One of each."""

    config: Config
    database: Database
    hub: Hub
    authoriser: Authoriser
    presence: Presence
    replay: Replay
    feed: Feed
    reader: Reader
    metrics: Metrics
