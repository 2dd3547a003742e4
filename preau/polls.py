"""When an idle queue is looked into again: soon, then ever later, or at once when somebody says so.

Broadcasts may be lost, so polling never stops; while they arrive it is only the safety net. What
is enqueued in the very moment a worker registers for them is found by its first, short polls; what
becomes due by itself is looked for when it does.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from preau.retry import Backoff

if TYPE_CHECKING:
    from preau.settings import Settings

LEAST_SECONDS = 0.05  # before a look at what becomes due, however closely such jobs follow


@dataclass(frozen=True, slots=True)
class Look:
    """A claim that begins now: the nudges before it, what it brings, whether it registers us."""

    nudges: int
    reporting: bool
    idle: bool


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
        self._registered = False  # whether it made us known as idle: jobs are announced from then
        self._due_at: float | None = None  # when a hidden job becomes due, as far as we were told
        self._nudges = 0
        self._seen = 0  # nudges before the last claim

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

    def begin(self, *, reporting: bool) -> Look:
        """Return what `end` is to be given when the claim that begins now is answered.

        Twice nothing in a row, with nothing to report, is idle: a queue that is merely worked off
        needs no waking. Nor is a broadcast spent on a worker that would not hear it.
        """
        return Look(self._nudges, reporting, self._woken and self._empty and not reporting)

    def end(self, look: Look, found: int, *, full: bool, due_in: float | None) -> None:
        """Take over how many jobs a claim found, and whether those were all it asked for.

        `due_in`, which an idle one asks for, is in how many seconds a hidden job is due. Another
        that nobody announced may mean that broadcasts are lost, though the topic is joined: until
        the next one is heard, polling goes on as if there were none.
        """
        now = asyncio.get_running_loop().time()
        if found:
            nudged = self._nudges != self._seen
            was_due = self._due_at is not None and self._due_at <= now
            if self._registered and not nudged and not was_due:
                self._trusted = False
        if found or look.reporting:  # of what is reported, a retry is due soon
            self._waits.reset()
        self._empty = not found
        self._seen = look.nudges
        self._registered = look.idle and not found
        if self._registered:
            self._due_at = None if due_in is None else now + max(due_in, LEAST_SECONDS)
        overtaken = look.nudges != self._nudges  # a wake-up came before the answer without its job
        if full or overtaken:
            self.at_once()
        else:
            cap = self._woken_cap if self._woken and self._trusted else None
            self._next = now + self._waits.next(cap)
            if self._due_at is not None and self._due_at > now:
                self._next = min(self._next, self._due_at)
