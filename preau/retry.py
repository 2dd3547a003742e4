"""Waiting before the next try: exponential, capped, and never in step with the other processes.

Full jitter (a uniform draw from zero to the cap) spreads a crowd of clients best; see "Exponential
Backoff And Jitter", AWS Architecture Blog, 2015.
"""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, TypeVar

import stamina

from preau.errors import RetryableError

_Result = TypeVar("_Result")
_DICE = random.SystemRandom()


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often, and after what waits, a job that failed with one code is tried again.

    `attempts` counts all tries: 1 is a dead letter at the first failure, None as many as its queue
    allows (which no policy exceeds). `base` and `cap` are seconds; None means the worker's setting.
    """

    attempts: int | None = None
    base: float | None = None
    cap: float | None = None


DEAD_AT_ONCE: Final = RetryPolicy(attempts=1)


def full_jitter(attempt: int, base: float, cap: float) -> float:
    """Return the seconds to wait after the `attempt`-th try (1 = the first) has failed."""
    ceiling = min(cap, base * 2.0 ** min(attempt - 1, 60))
    return _DICE.uniform(0, ceiling)


class Backoff:
    """Waits that double from `base` to `cap` seconds until reset, each drawn from 75–100 % of that.

    Meant for polling and for outages, where the wait should follow the count of misses closely.
    None is longer than the cap, as settings promise; at the cap, too, processes drift apart.
    """

    def __init__(self, base: float, cap: float) -> None:
        self._base = base
        self._cap = cap
        self._misses = 0

    def next(self, cap: float | None = None) -> float:
        """Return the seconds to wait after one more miss; `cap` replaces the usual one."""
        wait = min(cap or self._cap, self._base * 2.0 ** min(self._misses, 60))
        self._misses += 1
        return wait * _DICE.uniform(0.75, 1.0)

    def reset(self) -> None:
        """Begin again from `base`: something was found, or the outage is over."""
        self._misses = 0


async def with_retries(call: Callable[[], Awaitable[_Result]], attempts: int) -> _Result:
    """Await `call()` up to `attempts` times while it raises RetryableError; then raise the last.

    Only for calls that are safe to repeat. Waits 0.1 s, 0.2 s … up to 2 s with jitter, or as long
    as the other side asked for.
    """
    caller = stamina.AsyncRetryingCaller(
        attempts=attempts, timeout=30, wait_initial=0.1, wait_max=2.0, wait_jitter=0.2
    )
    return await caller(_retry_wait, call)


def _retry_wait(error: Exception) -> bool | float:
    if not isinstance(error, RetryableError):
        return False
    return True if error.retry_in is None else error.retry_in
