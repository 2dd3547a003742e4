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
from functools import partial
from typing import TYPE_CHECKING, Final

from realtime import AsyncRealtimeClient, RealtimeSubscribeStates

from preau.errors import PreauError
from preau.log import get_logger
from preau.retry import full_jitter

if TYPE_CHECKING:
    from realtime import AsyncRealtimeChannel

    from preau.realtime.listener import Listener

ANSWER_SECONDS: Final = 10  # for the connection, and for each join
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
        self._broken = asyncio.Event()
        self._reason = ""
        self._client: AsyncRealtimeClient | None = None
        self._joins: set[asyncio.Task[AsyncRealtimeChannel]] = set()
        self._told: bool | None = None  # what the log said last
        self._log = get_logger().bind()
        self.connected = 0  # how often, since the process began

    @property
    def up(self) -> bool:
        """Whether there is a connection now."""
        return self._client is not None

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
        if self._client is not None:
            self._join(self._client, listener)
        self._listeners[listener.topic] = listener
        self._wanted.set()

    async def remove(self, listener: Listener) -> None:
        """Hear the topic no more."""
        if self._listeners.get(listener.topic) is listener:
            del self._listeners[listener.topic]
            listener.lose()
        if not self._listeners:
            self._wanted.clear()
        if self._client is not None:
            await self._client.remove_channel(self._client.channel(listener.topic))

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
        self._broken.clear()
        try:
            async with self._new_client() as client:
                since = clock()
                self._client = client
                self.connected += 1
                self._tell(True)
                self._join_all(client)
                await self._watch(client)
        except Exception as error:  # noqa: BLE001 - whatever it was, another try is the answer
            self._reason = f"{type(error).__name__}: {error}"
        if self._listeners:
            self._tell(False)
        return 0.0 if since is None else clock() - since

    @contextlib.asynccontextmanager
    async def _new_client(self) -> AsyncIterator[AsyncRealtimeClient]:
        """Give a connected client, and leave nothing of it: no socket, no task, no timer."""
        client = AsyncRealtimeClient(
            self._url, self._key, auto_reconnect=False, timeout=ANSWER_SECONDS
        )
        try:
            await client.connect()
            yield client
        finally:
            self._client = None
            for listener in self._listeners.values():
                listener.lose()
            for task in self._joins:
                task.cancel()
            for channel in client.get_channels():
                channel.rejoin_timer.reset()
                channel.join_push.destroy()
            await client.close()

    def _join_all(self, client: AsyncRealtimeClient) -> None:
        for listener in self._listeners.values():
            try:
                self._join(client, listener)
            except Exception:  # noqa: BLE001 - one listener's mistake is not to deafen the others
                self._log.exception("realtime.not_attached", topic=listener.topic)

    def _join(self, client: AsyncRealtimeClient, listener: Listener) -> None:
        channel = client.channel(listener.topic, listener.options())
        try:
            listener.attach(channel)
        except Exception:
            del client.channels[channel.topic]  # or it would be given out again, half attached
            raise
        task = asyncio.create_task(channel.subscribe(partial(self._note, client, listener)))
        self._joins.add(task)
        task.add_done_callback(self._joined)

    def _joined(self, task: asyncio.Task[AsyncRealtimeChannel]) -> None:
        self._joins.discard(task)
        if not task.cancelled() and (error := task.exception()):
            self._break(f"{type(error).__name__}: {error}")

    def _note(
        self,
        client: AsyncRealtimeClient,
        listener: Listener,
        state: RealtimeSubscribeStates,
        error: Exception | None,
    ) -> None:
        """Take over a channel's state: what is refused is tried again by the client, in time."""
        if client is not self._client or self._listeners.get(listener.topic) is not listener:
            return
        if not client.is_connected:
            self._break(str(error or "closed"))
            return
        listener.note(state, error)
        if state is RealtimeSubscribeStates.CLOSED:  # is final: no client joins again
            self._break(f"{listener.topic} was closed")

    def _break(self, reason: str) -> None:
        if not self._broken.is_set():  # what follows from the first reason says less
            self._reason = reason
        self._broken.set()

    async def _watch(self, client: AsyncRealtimeClient) -> None:
        """Wait until the connection breaks.

        realtime-py stays connected, and deaf, when an exception ends its reading: what it reads
        may raise (a member's presence, say), so the end of its tasks counts, not `is_connected`.
        """
        for task in (client._listen_task, client._heartbeat_task):
            assert task is not None  # noqa: S101 whoever is connected has both
            task.add_done_callback(partial(self._ended, client))
        await self._broken.wait()

    def _ended(self, client: AsyncRealtimeClient, task: asyncio.Task[None]) -> None:
        error = None if task.cancelled() else task.exception()
        if client is self._client:
            self._break(f"{type(error).__name__}: {error}" if error else "closed")

    def _tell(self, up: bool) -> None:
        if up != self._told:
            self._told = up
            if up:
                self._log.info("realtime.up")
            else:
                self._log.warning("realtime.down", reason=self._reason)
