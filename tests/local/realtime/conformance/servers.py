"""The servers that a scene can play on."""

from __future__ import annotations

import asyncio
import signal
import time

from tests.support.stack import Stack

RESTART_SECONDS = 15.0


class StackServer:
    """The piece `realtime` of a running stack, reached as its users reach it."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack

    @property
    def url(self) -> str:
        """The gateway."""
        return self._stack.url

    async def restart(self, how: signal.Signals) -> None:
        """End the piece by a signal; its supervisor starts another."""
        before = self._stack.state().pieces["realtime"].process
        assert before is not None
        before.send(how)
        deadline = time.monotonic() + RESTART_SECONDS
        while time.monotonic() < deadline:
            piece = self._stack.state().pieces["realtime"]
            if piece.process not in (None, before) and piece.status == "healthy":
                return
            await asyncio.sleep(0.05)
        raise AssertionError("the supervisor did not bring Realtime back")
