"""What every socket and channel is given: the other parts of the server, one of each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal, Protocol

from preau.local.realtime.rates import Rates

if TYPE_CHECKING:
    from preau.local.realtime.authoriser import Authoriser
    from preau.local.realtime.changes.feed import Feed
    from preau.local.realtime.changes.wal import Reader
    from preau.local.realtime.config import Config
    from preau.local.realtime.database import Database
    from preau.local.realtime.frames import BinaryMessage, Message
    from preau.local.realtime.hub import Hub, Topic
    from preau.local.realtime.metrics import Metrics
    from preau.local.realtime.presence import Presence
    from preau.local.realtime.replay import Replay

Extension = Literal["broadcast", "presence"]


class Subscriber(Protocol):
    """Who gets row changes: a channel."""

    topic: Topic

    def send(self, message: Message | BinaryMessage) -> None:
        """Take a message; never waits."""
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

    @cached_property
    def rates(self) -> Rates:
        """Return the counts that the server's rates are held by."""
        return Rates.of(self.config.limits)
