"""From when on a subscription hears: not of what its subscriber could have read before it asked.

The log is told a little later than it is written, so that what was committed before a subscription
may come by after it. Postgres' own account of what can be seen tells the two apart, exactly: a
change is left out only if a query after "Subscribed to PostgreSQL" was bound to find it.
"""

from __future__ import annotations

from dataclasses import dataclass

CYCLE = 1 << 32  # the log names transactions by their lower 32 bits


@dataclass(frozen=True)
class Moment:
    """All transactions below `oldest` could be seen, and below `end` those that did not run."""

    oldest: int
    end: int
    running: frozenset[int]

    def saw(self, transaction: int) -> bool:
        """Tell whether a transaction of the log, by its lower 32 bits, could be seen."""
        number = self.end + (transaction - self.end + CYCLE // 2) % CYCLE - CYCLE // 2
        return number < self.oldest or (number < self.end and number not in self.running)
