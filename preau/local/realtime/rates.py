"""How often something may happen, averaged over a while: a bucket that refills."""

from __future__ import annotations

import time
from dataclasses import dataclass

from preau.local.realtime.limits import Limits


class Rate:
    """Allows `per_second` on average over `seconds`; 0 allows everything."""

    def __init__(self, per_second: float, seconds: float) -> None:
        self._per_second = per_second
        self._room = per_second * seconds
        self._left = self._room
        self._at = time.monotonic()

    def allows(self) -> bool:
        """Count one more; tell whether it is within the rate. What is not is not counted."""
        if not self._per_second:
            return True
        now = time.monotonic()
        self._left = min(self._room, self._left + (now - self._at) * self._per_second)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


@dataclass
class Rates:
    """The rates of the whole server."""

    joins: Rate
    messages: Rate
    presence: Rate

    @classmethod
    def of(cls, limits: Limits) -> Rates:
        """Return the rates that the limits set."""
        return cls(
            joins=Rate(limits.joins_per_second, limits.rate_seconds),
            messages=Rate(limits.messages_per_second, limits.rate_seconds),
            presence=Rate(limits.presence_per_second, limits.rate_seconds),
        )


def presence_calls(limits: Limits) -> Rate:
    """Return the rate of one channel's presence calls."""
    return Rate(limits.presence_calls / limits.presence_window, limits.presence_window)
