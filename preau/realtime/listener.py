"""One topic that a process wants to hear, on whatever connection there is at the time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from preau.log import get_logger

if TYPE_CHECKING:
    from realtime import AsyncRealtimeChannel
    from realtime.types import RealtimeChannelOptions


def _nothing(_joined: bool) -> None:
    """Nobody wants to know."""


@dataclass(eq=False, slots=True)
class Listener:
    """What to hear on a private topic. `changed` is told each time hearing begins or ends.

    `attach` adds the callbacks to a channel; there is a new one for each join.
    """

    topic: str
    attach: Callable[[AsyncRealtimeChannel], object]
    changed: Callable[[bool], None] = _nothing
    joined: bool = False

    def options(self) -> RealtimeChannelOptions:
        """Return what to join with: always privately, since anybody may join what is public."""
        return {
            "config": {
                "broadcast": {"ack": False, "self": False},
                "presence": {"key": "", "enabled": False},
                "private": True,
            }
        }

    def turn(self, joined: bool) -> None:
        """Take over whether the topic is heard now."""
        if joined != self.joined:
            self.joined = joined
            try:
                self.changed(joined)
            except Exception:  # noqa: BLE001 - is not to stop the clearing up of all the others
                get_logger().exception("realtime.changed_failed", topic=self.topic)
