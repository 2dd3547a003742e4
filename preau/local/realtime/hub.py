"""Who is on which topic, and what everybody on one is told.

A public and a private topic of one name are two topics: what is said on one is not heard on the
other. Nothing here waits, so that a message reaches all members in the order of its arrival.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from preau.local.realtime.channel import Channel
    from preau.local.realtime.frames import BinaryMessage, Message

Hearing = Literal["broadcast", "presence"]


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic's name without `realtime:`, and its namespace."""

    name: str
    private: bool


class Hub:
    """The members of every topic that has any."""

    def __init__(self) -> None:
        self._members: dict[Topic, dict[Channel, None]] = {}
        self.channels = 0

    @property
    def topics(self) -> int:
        """How many topics have members."""
        return len(self._members)

    def join(self, channel: Channel) -> None:
        """Add a channel to its topic."""
        members = self._members.setdefault(channel.topic, {})
        if channel not in members:
            members[channel] = None
            self.channels += 1

    def leave(self, channel: Channel) -> None:
        """Take a channel off its topic; nothing happens if it is not on it."""
        members = self._members.get(channel.topic)
        if members is None or channel not in members:
            return
        del members[channel]
        self.channels -= 1
        if not members:
            del self._members[channel.topic]

    def members(self, topic: Topic) -> Collection[Channel]:
        """Return the channels on a topic, in the order in which they joined."""
        return self._members.get(topic, {}).keys()

    def publish(
        self,
        topic: Topic,
        message: Message | BinaryMessage,
        hearing: Hearing,
        but: Channel | None = None,
    ) -> None:
        """Send a message to the members that may hear such, except one."""
        # A copy: a socket that is cut for its slowness leaves while it is being sent to.
        for channel in tuple(self.members(topic)):
            if channel is not but and channel.hears(hearing):
                channel.send(message)
