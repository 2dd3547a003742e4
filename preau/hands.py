"""The hands of a process: how many calls of handlers run at the same time, over all its queues.

With WORKER_TOTAL_CONCURRENCY unset each queue has its own and this only counts. With it, queues
share them: a hand that becomes free goes to the queue with the highest priority of those that wait
for one, and among equals to the one that has waited longest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class _Want:
    priority: int
    wake: Callable[[], None]


class Hands:
    """A number of hands, or, for None, as many as anybody asks for."""

    def __init__(self, total: int | None = None) -> None:
        self._free = total
        self._waiting: dict[object, _Want] = {}

    def take(self, who: object, most: int, priority: int, wake: Callable[[], None]) -> int:
        """Return how many hands `who` gets, up to `most`.

        Where it wants more than it gets it is next in line, and `wake` is called when a hand is
        free. Nobody gets one while somebody more urgent is in line.
        """
        if self._free is None or most <= 0:
            return most
        urgent = any(w.priority > priority for k, w in self._waiting.items() if k is not who)
        given = 0 if urgent else min(most, self._free)
        self._free -= given
        if given < most:
            self._waiting.setdefault(who, _Want(priority, wake))
        else:
            self._waiting.pop(who, None)
        if given and self._free:
            self._wake_next()
        return given

    def give_back(self, count: int) -> None:
        """Take `count` hands back, and wake whoever is next."""
        if self._free is not None and count:
            self._free += count
            self._wake_next()

    def leave(self, who: object) -> None:
        """Forget that `who` is in line: its queue has no more, or it does not answer."""
        if self._waiting.pop(who, None) and self._free:
            self._wake_next()

    def _wake_next(self) -> None:
        if self._waiting:
            max(self._waiting.values(), key=lambda want: want.priority).wake()
