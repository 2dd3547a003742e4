"""A topic as it is joined once: from the join to the last word of the server about it.

realtime-py joins a channel again by itself after an error. Where the server still has the channel
(a refused subscription to row changes leaves it joined) it answers that second join with the
`phx_close` of the first; realtime-py reads no ref, takes it for the end of the new one, and is
deaf. Here a channel is therefore joined once, left in any case, and followed by a fresh one.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Final

from realtime import AsyncRealtimeChannel, RealtimeSubscribeStates

if TYPE_CHECKING:
    from realtime import AsyncRealtimeClient

    from preau.realtime.listener import Listener

CLOSE_SECONDS: Final = 1.0  # from a leave's reply to the `phx_close`, which comes right behind it


class Channel:
    """One join of a listener's topic. Raises what the listener's `attach` raises."""

    def __init__(self, client: AsyncRealtimeClient, listener: Listener) -> None:
        self.over = asyncio.Event()
        self.state = ""  # and the error: what ended it
        self.error = ""
        self._client = client
        self._listener = listener
        self._ends = asyncio.Semaphore(0)  # one for each time the client says CLOSED
        topic = f"realtime:{listener.topic}"
        self._channel = AsyncRealtimeChannel(client, topic, listener.options())
        listener.attach(self._channel)

    async def hear(self) -> None:
        """Join, and return when it is `over`: refused, broken, closed, or not wanted any more."""
        self._register()
        await self._channel.subscribe(self._note)
        await self.over.wait()

    async def leave(self) -> None:
        """Leave, and wait until the server has said all that it says about this channel.

        That is a reply and then `phx_close`, both of them CLOSED to the client, which forgets the
        channel at the first: what is joined under the same topic before the second would be taken
        for closed. A server that had no such channel gives the reply only.
        """
        self._ends = asyncio.Semaphore(0)
        self._register()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._client.timeout):
                await self._channel.unsubscribe()
                await self._ends.acquire()
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._ends.acquire()

    def forget(self) -> None:
        """Leave nothing of it at the client: no place, no timer."""
        if self._client.channels.get(self._channel.topic) is self._channel:
            del self._client.channels[self._channel.topic]
        self._channel.rejoin_timer.reset()
        for push in self._channel.messages_waiting_for_ack.values():
            push.destroy()

    def _register(self) -> None:
        self._client.channels[self._channel.topic] = self._channel

    def _note(self, state: RealtimeSubscribeStates, error: Exception | None) -> None:
        """Take over what the client says of the channel."""
        self._channel.rejoin_timer.reset()
        if state is RealtimeSubscribeStates.CLOSED:
            self._ends.release()
            self._register()  # for the second word
        if self.over.is_set():
            return
        joined = state is RealtimeSubscribeStates.SUBSCRIBED
        if not joined:
            self.state, self.error = state.value, str(error or "")
            self.over.set()
        self._listener.turn(joined)
