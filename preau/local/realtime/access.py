"""What a caller may hear on a topic."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Access:
    """Public topics give both."""

    broadcast: bool
    presence: bool


EVERYTHING = Access(broadcast=True, presence=True)
NOTHING = Access(broadcast=False, presence=False)
