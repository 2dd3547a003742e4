"""Policies that say what a test wants, and count how often they were asked."""

from __future__ import annotations

from preau.local.realtime.access import EVERYTHING, NOTHING, Access
from preau.local.realtime.authoriser import Authoriser
from preau.local.realtime.claims import Caller
from preau.local.realtime.services import Extension


class Policies(Authoriser):
    """What a caller may hear is by the claim `may`; everybody may send, or nobody."""

    def __init__(self, reads: dict[str, Access] | None = None, *, writes: bool = True) -> None:
        self.writes = writes
        self.reads = reads or {}
        self.asked = 0

    async def read(
        self, topic: str, caller: Caller, headers: dict[str, str], presence: bool
    ) -> Access:
        """Nobody hears presence without asking for it."""
        may = caller.claims.get("may")
        found = self.reads.get(may, NOTHING) if may else EVERYTHING
        return Access(found.broadcast, found.presence and presence)

    async def write(
        self, topic: str, caller: Caller, headers: dict[str, str], extension: Extension
    ) -> bool:
        """Count the question."""
        self.asked += 1
        return self.writes
