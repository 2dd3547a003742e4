"""Faults on demand: what the next requests meet instead of 202."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal[
    "unauthorized",
    "sender_not_verified",
    "too_large",
    "limited",
    "failed",
    "unavailable",
    "refused",
    "reset_before_accept",
    "reset_after_accept",
    "silent_after_accept",
]


@dataclass(slots=True)
class Fault:
    """What goes wrong for the next `times` requests, or for a `share` of all.

    - `limited`: 429 with X-RateLimit-Reset. `failed`, `unavailable`: 500, 503. None is accepted.
    - `refused`: 400, of the mails to `to` only if that is given.
    - `reset_before_accept`, `reset_after_accept`: the connection ends without an answer; with
      `after` the mail is accepted all the same, which the sender cannot know.
    - `silent_after_accept`: accepted, and no answer for `seconds`.
    """

    kind: Kind
    times: int = 1
    share: float | None = None
    to: str | None = None
    seconds: float = 2.0


@dataclass(slots=True)
class Faults:
    """The switches that are on. `seed` makes shares repeatable."""

    seed: int = 1
    _on: list[Fault] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _dice: random.Random = field(init=False)

    def __post_init__(self) -> None:
        """Start the dice."""
        self._dice = random.Random(self.seed)  # noqa: S311 - a test's dice

    def set(self, *faults: Fault) -> None:
        """Switch these on, and all others off."""
        with self._lock:
            self._on = list(faults)

    def take(self, addresses: Iterable[str]) -> Fault | None:
        """Return the fault that a request to these people meets, and count it."""
        people = {address.lower() for address in addresses}
        with self._lock:
            dice = self._dice.random()
            for fault in self._on:
                if fault.to is not None and fault.to.lower() not in people:
                    continue
                if fault.share is not None:
                    if dice < fault.share:
                        return fault
                    dice -= fault.share
                    continue
                fault.times -= 1
                if fault.times <= 0:
                    self._on.remove(fault)
                return fault
        return None
