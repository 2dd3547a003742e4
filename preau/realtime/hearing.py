"""A listener on one connection: what the server refuses or ends is joined again, in time."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Final

from preau.log import get_logger
from preau.realtime.channel import Channel
from preau.retry import Backoff

if TYPE_CHECKING:
    from realtime import AsyncRealtimeClient

    from preau.realtime.listener import Listener

STEADY_SECONDS: Final = 30.0  # a refusal of row changes may come long after the join succeeded
WAIT_BASE: Final = 1.0
LIMITED_SECONDS: Final = 30.0  # where Realtime says that there are too many of us


class Hearing:
    """Hears one topic until `end`, or until the connection is gone: `drop`.

    `before` is the hearing of the same topic that is being left: this one begins when it is over.
    Raises what the listener's `attach` raises.
    """

    def __init__(
        self,
        client: AsyncRealtimeClient,
        listener: Listener,
        before: Hearing | None,
        *,
        wait_cap: float,
    ) -> None:
        self._client = client
        self._listener = listener
        self._channel = Channel(client, listener)
        self._backoff = Backoff(WAIT_BASE, wait_cap)
        self._ended = asyncio.Event()
        self._told = False
        self.task = asyncio.create_task(self._run(before))

    def end(self) -> None:
        """Leave the topic, in the background: `task` is done when the server has let it go."""
        self._ended.set()
        self._channel.over.set()

    def drop(self) -> None:
        """Hear nothing from this moment on, and say nothing to the server."""
        self._channel.over.set()
        self.task.cancel()

    async def _run(self, before: Hearing | None) -> None:
        if before is not None:
            await before.task  # and no `wait`: to drop this one is to drop that one, too
        while not self._ended.is_set():
            try:
                await self._once()
            finally:
                self._channel.forget()
            await self._pause()
            if not self._ended.is_set():
                self._channel = Channel(self._client, self._listener)

    async def _once(self) -> None:
        clock = asyncio.get_running_loop().time
        since = clock()
        await self._channel.hear()
        if not self._client.is_connected:
            await self._ended.wait()  # to be dropped: that is no refusal of the topic
        if clock() - since > STEADY_SECONDS:
            self._backoff.reset()
            self._told = False
        if not self._ended.is_set():
            self._tell()
        await self._channel.leave()

    def _tell(self) -> None:
        """Say that the topic is refused: once, and not for each try."""
        if not self._told:
            self._told = True
            get_logger().warning(
                "realtime.refused",
                topic=self._listener.topic,
                state=self._channel.state,
                error=self._channel.error,
            )

    async def _pause(self) -> None:
        limited = "RateLimitReached" in self._channel.error
        wait = LIMITED_SECONDS if limited else self._backoff.next()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._ended.wait(), wait)
