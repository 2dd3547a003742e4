"""What each handler is proven with: how a real job of its is made, and what it has brought about.

A case is made per test run; `prepare` gives the payload of a job that is due and a token by which
`effects` counts what became of it. One is what it should be, whatever was killed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

RUNTIME_FIRST = ("claimed",)
RUNTIME_LAST = ("before_settle",)
HANDLER = ("before_effect", "after_external_call", "before_commit", "after_commit")
STEPS = RUNTIME_FIRST + HANDLER + RUNTIME_LAST


class Case(Protocol):
    """A handler's way to be proven."""

    @property
    def name(self) -> str:
        """What the job is about: the row's name in the table."""
        ...

    @property
    def module(self) -> str:
        """The module of `workers`, which is the queue's name too."""
        ...

    @property
    def writes(self) -> str:
        """The table its commit writes first: a lock on it holds the transaction open."""
        ...

    @property
    def copies(self) -> Mapping[str, int]:
        """The stated bound where an effect can't be fenced: the most there may be, by step."""
        ...

    async def prepare(self) -> tuple[dict[str, Any], str]:
        """Make something due, without its usual job; returns the job's payload and the token."""
        ...

    async def effects(self, token: str) -> int:
        """Count what became of it; raises AssertionError for a state that is half of something."""
        ...
