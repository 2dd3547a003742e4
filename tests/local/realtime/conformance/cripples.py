"""What is switched off for each scenario, which then must fail: a test that cannot fail is none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Cripple:
    """A sentence on what is off, and what switches it off in the server's process."""

    off: str
    switch_off: Callable[[], object]


CRIPPLES = {0: Cripple("nothing", lambda: None)}
