"""When an idle queue is looked into again: soon, then ever later, or at once when somebody says so.

Broadcasts may be lost, so polling never stops; while they arrive it is only the safety net. What
is enqueued in the very moment a worker registers for them is found by its first, short polls.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from preau.retry import Backoff

if TYPE_CHECKING:
    from preau.settings import Settings


class Polls:
    """The polls of one queue; `wake` is set when one is due before its time."""

    def __init__(self, settings: Settings, wake: asyncio.Event) -> None:
        self._wake = wake
        self._waits = Backoff(settings.worker_poll_min_seconds, settings.worker_poll_max_seconds)
        self._woken_cap = settings.worker_poll_woken_seconds
        self._next = 0.0  # by the loop's clock
        self._empty = False  # whether the last claim found nothing
        self._woken = False  # whether a broadcast would reach us
        self._trusted = True  # whether the last job of the idle queue was announced
        self._nudges = 0
        self._seen = 0  # nudges before the last claim

    @property
    def asks_to_be_woken(self) -> bool:
        """Whether a claim that finds nothing should register us.

        Twice nothing in a row is idle: a queue that is merely worked off needs no waking. Nor is a
        broadcast spent on a worker that would not hear it.
        """
        return self._woken and self._empty

    def nudge(self) -> None:
        """Look at once: somebody says that there is work."""
        self._nudges += 1
        self._trusted = True
        self._waits.reset()
        self.at_once()
        self._wake.set()

    def rely_on_waking(self, woken: bool) -> None:
        """Take over whether jobs are announced from now on: then polling is the safety net."""
        self._woken = woken
        self.nudge()  # what was announced meanwhile did not reach us

    def at_once(self) -> None:
        """Look as soon as there is a hand for it."""
        self._next = 0.0

    def seconds(self) -> float:
        """Return how long the next look may wait; nothing or less: it is due."""
        return self._next - asyncio.get_running_loop().time()

    def begin(self) -> int:
        """Return what `end` is to be given when the claim that begins now is answered."""
        return self._nudges

    def end(self, begun: int, found: int, *, full: bool) -> None:
        """Take over how many jobs a claim found, and whether those were all it asked for.

        A job that nobody announced may mean that broadcasts are lost, though the topic is joined:
        until the next one is heard, polling goes on as if there were none.
        """
        if found:
            if self._empty and self._nudges == self._seen:
                self._trusted = False
            self._waits.reset()
        self._empty = not found
        self._seen = begun
        overtaken = begun != self._nudges  # the wake-up came before the answer without its job
        if full or overtaken:
            self.at_once()
        else:
            cap = self._woken_cap if self._woken and self._trusted else None
            self._next = asyncio.get_running_loop().time() + self._waits.next(cap)
