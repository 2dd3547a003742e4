"""The one connection of a process to Realtime, made anew whenever it breaks.

realtime-py gives up after five failed tries: its listening task dies and `is_connected` stays false
when the server is back (realtime 2.34, `AsyncRealtimeClient._reconnect`). Its reconnecting is
therefore switched off, and one loop, this one, makes a new client for each connection: there is
never more than one of them, and whatever the old one left behind goes with it.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Final

from preau.errors import PreauError
from preau.log import get_logger
from preau.realtime.line import Line, connected
from preau.retry import full_jitter

if TYPE_CHECKING:
    from preau.realtime.listener import Listener

STEADY_SECONDS: Final = 5.0  # a connection that lived shorter counts as one more failure
WAIT_BASE: Final = 0.5  # with full jitter: a restart of Realtime meets every process at once
WAIT_CAP: Final = 10.0


class Connection:
    """Hears the listeners' topics while it is kept; without any it connects to nothing.

    `url` is the project's, `key` a secret key.
    """

    def __init__(self, url: str, key: str, *, wait_cap: float = WAIT_CAP) -> None:
        self._url = f"{url}/realtime/v1"
        self._key = key
        self._wait_cap = wait_cap
        self._listeners: dict[str, Listener] = {}  # by topic
        self._wanted = asyncio.Event()
        self._reason = ""
        self._line: Line | None = None
        self._told: bool | None = None  # what the log said last
        self._log = get_logger().bind()
        self.connected = 0  # how often, since the process began

    @property
    def up(self) -> bool:
        """Whether there is a connection now."""
        return self._line is not None

    def add(self, listener: Listener) -> None:
        """Hear a topic from now on, on this connection and on those after it.

        Raises PreauError if the topic is heard already: a client has one channel for each; and
        what the listener's `attach` raises. In both cases nothing is kept of the listener.
        """
        if listener.topic in self._listeners:
            raise PreauError(
                "topic_heard_already",
                f"This process listens to {listener.topic} already.",
                "End the other stream first, or share what it tells.",
            )
        if self._line is not None:
            self._line.hear(listener)
        self._listeners[listener.topic] = listener
        self._wanted.set()

    def remove(self, listener: Listener) -> None:
        """Hear the topic no more; it is left in the background."""
        if self._listeners.get(listener.topic) is not listener:
            return
        del self._listeners[listener.topic]
        if not self._listeners:
            self._wanted.clear()
        if self._line is not None:
            self._line.leave(listener.topic)
        listener.turn(False)

    @contextlib.asynccontextmanager
    async def kept(self) -> AsyncIterator[None]:
        """Keep a connection while the block runs, and close it at its end."""
        keeper = asyncio.create_task(self._keep())
        keeper.add_done_callback(self._gave_up)
        try:
            yield
        finally:
            keeper.cancel()
            await asyncio.wait([keeper])  # which only the caller's own cancellation ends

    def _gave_up(self, keeper: asyncio.Task[None]) -> None:
        """Say at once that nothing is heard any more; who keeps it polls, and need not end."""
        if not keeper.cancelled() and (error := keeper.exception()):
            self._log.error("realtime.ended", exc_info=error)

    async def _keep(self) -> None:
        failures = 0
        while True:
            await self._wanted.wait()
            failures = 1 if await self._one() > STEADY_SECONDS else failures + 1
            await asyncio.sleep(full_jitter(failures, WAIT_BASE, self._wait_cap))

    async def _one(self) -> float:
        """Connect and stay connected until it breaks; return for how many seconds that was.

        The time that it took to connect, or to fail to, does not count.
        """
        clock = asyncio.get_running_loop().time
        since = None
        try:
            async with connected(self._url, self._key, self._wait_cap) as line:
                since = clock()
                self.connected += 1
                self._tell(True)
                self._reason = await self._use(line)
        except Exception as error:  # noqa: BLE001 - whatever it was, another try is the answer
            self._reason = f"{type(error).__name__}: {error}"
        if self._listeners:
            self._tell(False)
        return 0.0 if since is None else clock() - since

    async def _use(self, line: Line) -> str:
        """Hear all listeners on a line until it breaks; return why it did."""
        self._line = line
        for listener in self._listeners.values():
            try:
                line.hear(listener)
            except Exception:  # noqa: BLE001 - one listener's mistake is not to deafen the others
                self._log.exception("realtime.not_attached", topic=listener.topic)
        try:
            return await line.broken()
        finally:
            self._line = None
            line.drop()
            for listener in self._listeners.values():
                listener.turn(False)

    def _tell(self, up: bool) -> None:
        if up != self._told:
            self._told = up
            if up:
                self._log.info("realtime.up")
            else:
                self._log.warning("realtime.down", reason=self._reason)
