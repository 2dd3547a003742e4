"""One connection to Realtime while it lives: its client, what it hears, and what broke it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from functools import partial
from typing import TYPE_CHECKING, Final

from realtime import AsyncRealtimeClient

from preau.realtime.hearing import Hearing

if TYPE_CHECKING:
    from preau.realtime.listener import Listener

ANSWER_SECONDS: Final = 10  # for the connection, each join and each leave


@contextlib.asynccontextmanager
async def connected(url: str, key: str, wait_cap: float) -> AsyncIterator[Line]:
    """Give a line that is connected, and close it; who used it has dropped what it heard."""
    client = AsyncRealtimeClient(url, key, auto_reconnect=False, timeout=ANSWER_SECONDS)
    try:
        await client.connect()
        yield Line(client, wait_cap)
    finally:
        await client.close()


class Line:
    """A connected client. `wait_cap` is the longest wait before a refused topic is tried again."""

    def __init__(self, client: AsyncRealtimeClient, wait_cap: float) -> None:
        self._client = client
        self._wait_cap = wait_cap
        self._hearings: dict[str, Hearing] = {}  # by topic, those that are being left included
        self._broken: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def hear(self, listener: Listener) -> None:
        """Hear a topic from now on, or from when it has been left. Raises what `attach` raises."""
        before = self._hearings.get(listener.topic)
        hearing = Hearing(self._client, listener, before, wait_cap=self._wait_cap)
        self._hearings[listener.topic] = hearing
        hearing.task.add_done_callback(partial(self._over, listener.topic, hearing))

    def leave(self, topic: str) -> None:
        """Hear a topic no more; it is left in the background. Without any the line ends."""
        if hearing := self._hearings.get(topic):
            hearing.end()
        self._need()

    def drop(self) -> None:
        """Hear nothing any more, at once and without a word to the server."""
        for hearing in self._hearings.values():
            hearing.drop()
        self._hearings.clear()

    async def broken(self) -> str:
        """Wait until the connection breaks, or nobody needs it; return why.

        realtime-py stays connected, and deaf, when an exception ends its reading: what it reads
        may raise (a member's presence, say), so the end of its tasks counts, not `is_connected`.
        """
        socket = self._client._ws_connection

        def ended(task: asyncio.Task[None]) -> None:
            code = socket.close_code if socket else None
            self._break(_error(task) or f"closed with {code}")

        for task in (self._client._listen_task, self._client._heartbeat_task):
            assert task is not None  # noqa: S101 whoever is connected has both
            task.add_done_callback(ended)
        return await self._broken

    def _over(self, topic: str, hearing: Hearing, task: asyncio.Task[None]) -> None:
        if error := _error(task):
            self._break(error)
        if self._hearings.get(topic) is hearing:
            del self._hearings[topic]
        self._need()

    def _need(self) -> None:
        if not self._hearings:
            self._break("nobody listens")

    def _break(self, reason: str) -> None:
        if not self._broken.done():  # what follows from the first reason says less
            self._broken.set_result(reason)


def _error(task: asyncio.Task[None]) -> str | None:
    error = None if task.cancelled() else task.exception()
    return f"{type(error).__name__}: {error}" if error else None
