"""What a stream was told and its handler has not read yet."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final, Generic, TypeVar

from preau.realtime.events import PresenceChange, Reconnected, RowChange

MOST_WAITING: Final = 1000  # events a handler is behind, before it is told to read anew instead
_Event = TypeVar("_Event", bound=RowChange | PresenceChange)


class Told(Generic[_Event]):
    """What was told and not yet read. When it is too much, the reader is to begin anew.

    `present` returns what a reader who begins anew must hear at once.
    """

    def __init__(self, present: Callable[[], Sequence[_Event]] = tuple) -> None:
        self._present = present
        self._waiting: deque[_Event | Reconnected] = deque()
        self._most = MOST_WAITING
        self._some = asyncio.Event()

    def put(self, event: _Event) -> None:
        """Tell an event."""
        if len(self._waiting) >= self._most:
            self.start_anew()
        else:
            self._waiting.append(event)
            self._some.set()

    def start_anew(self) -> None:
        """Tell the reader to begin anew, and who is present, instead of what waits."""
        present = self._present()
        self._most = MOST_WAITING + len(present)
        self._waiting.clear()
        self._waiting.append(Reconnected())
        self._waiting.extend(present)
        self._some.set()

    async def get(self) -> _Event | Reconnected:
        """Return what was told next, as soon as there is something."""
        while not self._waiting:
            self._some.clear()
            await self._some.wait()
        return self._waiting.popleft()
