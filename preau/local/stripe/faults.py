"""Faults on demand: the next API requests are slow, or fail, before or after their work.

A test's way to the cases that matter most: the answer that was lost although the object was
made, and the retry that must find it.
"""

from __future__ import annotations

import asyncio
from fnmatch import fnmatchcase
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from preau.local.stripe.errors import StripeError


class Fault(BaseModel):
    """What goes wrong, for how many requests (`times`), and when.

    `path` may hold `*`. `delay` is in seconds. `status` 0 means only the delay. With `when`
    `"after"` the work is done and kept, and only its answer is late or lost.
    """

    model_config = ConfigDict(extra="forbid")

    path: str = "/v1/*"
    method: str = "POST"
    status: Literal[0, 429, 500, 502, 503] = 0
    delay: float = Field(default=0, ge=0, le=120)
    when: Literal["before", "after"] = "before"
    times: int = Field(default=1, ge=1)


class Faults:
    """The faults still to happen, oldest first."""

    def __init__(self) -> None:
        self.pending: list[Fault] = []

    async def strike(self, method: str, path: str, when: str) -> None:
        """Wait, and raise StripeError, if a fault is due for this request at this point."""
        for fault in self.pending:
            if fault.when == when and fault.method == method and fnmatchcase(path, fault.path):
                fault.times -= 1
                if fault.times == 0:
                    self.pending.remove(fault)
                await asyncio.sleep(fault.delay)
                if fault.status:
                    raise _error(fault.status)
                return


def _error(status: int) -> StripeError:
    if status == 429:
        return StripeError(
            "Request rate limit exceeded (asked for at /_standin/faults).",
            status=429,
            code="rate_limit",
        )
    return StripeError(
        "An unknown error occurred (asked for at /_standin/faults).",
        status=status,
        kind="api_error",
    )
