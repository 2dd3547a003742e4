"""What one client asked of one channel, worked off in its order: by a task, while there is any."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from preau.local.realtime.frames import Frame


class Budget:
    """How much may wait on all channels of one socket together, in bytes."""

    def __init__(self, most: int) -> None:
        self._left = most

    def take(self, size: int) -> bool:
        """Set so much aside; tells whether there was as much."""
        if size > self._left:
            return False
        self._left -= size
        return True

    def give_back(self, size: int) -> None:
        """So much waits no more."""
        self._left += size


class Errands:
    """The frames that wait. `handle` does what one asks; `failed` is told what it could not do."""

    def __init__(
        self,
        most: int,
        budget: Budget,
        handle: Callable[[Frame], Awaitable[None]],
        failed: Callable[[BaseException], None],
    ) -> None:
        self._most = most
        self._budget = budget
        self._handle = handle
        self._failed = failed
        self._frames: deque[Frame] = deque()
        self._task: asyncio.Task[None] | None = None
        self._ended = False

    @property
    def busy(self) -> bool:
        """Tell whether a frame would have to wait."""
        return self._task is not None

    @property
    def current(self) -> Frame:
        """The frame that is worked on, or that could not be. Raises `IndexError` without one."""
        return self._frames[0]

    def add(self, frame: Frame) -> bool:
        """Take a frame; tells whether there was room for it."""
        if len(self._frames) >= self._most or not self._budget.take(frame.size):
            return False
        self._frames.append(frame)
        if self._task is None:
            self._task = asyncio.create_task(self._work_off())
            self._task.add_done_callback(self._worked)
        return True

    def rest(self, but: Frame) -> Iterator[Frame]:
        """Take out what waits, one by one, except the frame that is worked on."""
        while self._frames:
            if (waiting := self._next()) is not but:
                yield waiting

    def end(self) -> None:
        """Drop what waits, and give up the frame that is worked on, unless it is who calls."""
        self._ended = True
        while self._frames:
            self._next()
        if self._task and self._task is not asyncio.current_task():
            self._task.cancel()

    async def _work_off(self) -> None:
        while self._frames and not self._ended:
            # It stays in the queue while it is worked on, for `failed` to know it.
            await self._handle(self._frames[0])
            if self._frames:
                self._next()
        self._task = None  # at once: a frame that comes before `_worked` must not wait for nobody

    def _next(self) -> Frame:
        frame = self._frames.popleft()
        self._budget.give_back(frame.size)
        return frame

    def _worked(self, task: asyncio.Task[None]) -> None:
        error = None if task.cancelled() else task.exception()
        if error and not self._ended:
            self._task = None
            self._failed(error)
