"""Faults on demand: the next API requests are slow, fail or are cut off, before or after work.

A test's way to the cases that matter most: the answer that was lost although the object was
made, and the retry that must find it.
"""

from __future__ import annotations

import asyncio
import random
from fnmatch import fnmatchcase
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

from preau.local.stripe.errors import StripeError

LOCKED = (
    "This object cannot be accessed right now because another API request or Stripe process is "
    "currently accessing it. If you see this error intermittently, retry the request."
)
ASKED = "(asked for at /_standin/faults)"


class CutOffError(Exception):
    """The connection is to be cut without an answer."""


class Fault(BaseModel):
    """What goes wrong, for how many requests (`times`), and when.

    `path` and `method` may hold `*`. `delay` is in seconds, and alone plays a time-out. `status` 0
    means only the delay; `reset` cuts the connection (TCP RST) and no answer is given. With `when`
    `"after"` the work is done and kept, and only its answer is late or lost. Of the requests it
    fits, a fault strikes the share `probability`, drawn from `seed`. `retry` is sent as
    `Stripe-Should-Retry`.
    """

    model_config = ConfigDict(extra="forbid")

    path: str = "/v1/*"
    method: str = "POST"
    status: Literal[0, 400, 402, 409, 429, 500, 502, 503, 504] = 0
    reset: bool = False
    delay: float = Field(default=0, ge=0, le=120)
    when: Literal["before", "after"] = "before"
    times: int = Field(default=1, ge=1)
    probability: float = Field(default=1, ge=0, le=1)
    seed: int = 0
    retry: bool | None = None
    _random: random.Random | None = PrivateAttr(default=None)

    def fits(self, method: str, path: str, when: str) -> bool:
        """Tell whether this request, at this point, is struck."""
        if self.when != when or not fnmatchcase(method, self.method):
            return False
        if not fnmatchcase(path, self.path):
            return False
        if self._random is None:
            # not for secrets: the same seed must strike the same requests again
            self._random = random.Random(self.seed)  # noqa: S311
        return self._random.random() < self.probability


class Faults:
    """The faults still to happen, oldest first."""

    def __init__(self) -> None:
        self.pending: list[Fault] = []

    async def strike(self, method: str, path: str, when: str) -> None:
        """Wait, and raise StripeError or CutOffError, if a fault is due at this point."""
        for fault in self.pending:
            if fault.fits(method, path, when):
                fault.times -= 1
                if fault.times == 0:
                    self.pending.remove(fault)
                await asyncio.sleep(fault.delay)
                if fault.reset:
                    raise CutOffError
                if fault.status:
                    raise _error(fault)
                return


def _error(fault: Fault) -> StripeError:
    sentence, kind, code = {
        400: ("Invalid request", "invalid_request_error", None),
        402: ("Your card was declined.", "card_error", "card_declined"),
        409: (
            LOCKED,
            "invalid_request_error",
            "lock_timeout",
        ),
        429: ("Request rate limit exceeded", "invalid_request_error", "rate_limit"),
    }.get(fault.status, ("An unknown error occurred", "api_error", None))
    return StripeError(
        f"{sentence} {ASKED}", status=fault.status, kind=kind, code=code, retry=fault.retry
    )
