"""One channel: a topic that one socket has joined, with a token of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from preau.local.realtime.access import Access
from preau.local.realtime.hub import Hearing, Topic

if TYPE_CHECKING:
    from preau.local.realtime.claims import Caller
    from preau.local.realtime.frames import BinaryMessage, Message


class Channel:
    """Its `caller` and `access` change with its token; `headers` are the upgrade's `x-*`."""

    topic: Topic
    caller: Caller
    headers: dict[str, str]
    access: Access
    presence_key: str
    hears_presence: bool
    replayed: set[str]
    join_ref: str | None

    def hears(self, hearing: Hearing) -> bool:
        """Tell whether messages of a kind are for this channel."""
        if hearing == "broadcast":
            return self.access.broadcast
        return self.hears_presence and self.access.presence

    def send(self, message: Message | BinaryMessage) -> None:
        """Give a message to the socket; never waits."""
        raise NotImplementedError
