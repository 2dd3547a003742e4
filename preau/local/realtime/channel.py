"""One channel: a topic that one socket has joined, with a token of its own.

It works off the frames of its client one after the other, for some must wait for the database.
What it is told by others (`send`) goes straight to the socket.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from aiohttp import WSCloseCode

from preau import log
from preau.local.realtime import broadcast, events, parting, rates, replies
from preau.local.realtime.access import NOTHING, Access
from preau.local.realtime.errands import Errands
from preau.local.realtime.hub import Hearing, Topic

if TYPE_CHECKING:
    from preau.local.realtime.claims import Caller
    from preau.local.realtime.frames import BinaryMessage, Frame, Message
    from preau.local.realtime.held import Held
    from preau.local.realtime.join_config import JoinConfig
    from preau.local.realtime.services import Extension
    from preau.local.realtime.socket import Socket

T = TypeVar("T")
logger = log.get_logger(piece="realtime")


class Channel:
    """Its `caller` and `access` change with its token; `headers` are the upgrade's `x-*`."""

    caller: Caller  # from the join on

    def __init__(
        self, socket: Socket, wire_topic: str, join_ref: str | None, config: JoinConfig
    ) -> None:
        self.socket = socket
        self.services = socket.services
        self.config = config
        self.topic = Topic(wire_topic.removeprefix("realtime:"), config.private)
        self.wire_topic = wire_topic
        self.join_ref = join_ref
        self.headers = socket.headers
        self.token = config.token if config.token is not None else socket.token
        self.access: Access = NOTHING
        self.may_write: dict[Extension, bool] = {}  # what policies said, until the token changes
        self.presence_key = config.presence_key
        self.hears_presence = config.presence
        self.presence_rate = rates.presence_calls(self.services.config.limits)
        self.replayed: set[str] = set()
        self.timer: asyncio.TimerHandle | None = None
        self.subscription: asyncio.Task[None] | None = None
        self.joined = False
        self.over = False
        self.held: Held | None = None  # heard before what is replayed
        most = self.services.config.limits.frames_waiting
        do, failed = partial(events.handle, self), partial(parting.crash, self)
        self.errands = Errands(most, socket.waiting, do, failed)
        self.leaving: Frame | None = None  # the leave that waits to be worked off

    def hears(self, hearing: Hearing) -> bool:
        """Tell whether messages of a kind are for this channel."""
        if hearing == "broadcast":
            return self.access.broadcast
        return self.hears_presence and self.access.presence

    def send(self, message: Message | BinaryMessage) -> None:
        """Give a message to the socket; never waits. What was replayed is not heard again."""
        if self.held is not None:
            self.held.add(message)
        elif message.id is None or message.id not in self.replayed:
            self.socket.outbox.put(message)

    def receive(self, frame: Frame) -> None:
        """Work off a frame of the client, after those before it."""
        if self.leaving is None and parting.is_leave(self, frame):
            self.leaving = frame
        if not self.errands.busy and broadcast.at_once(self, frame):
            return
        if not self.errands.add(frame):
            self.socket.close(WSCloseCode.POLICY_VIOLATION, "too much waits")

    def say(self, message: Message) -> None:
        """Answer the client itself."""
        if not self.over:
            self.socket.outbox.put(message)

    def system(self, extension: str, status: replies.Status, text: str) -> None:
        """Send a `system` message."""
        self.say(replies.system(self.wire_topic, extension, status, text, self.join_ref))

    def shut_down(self, text: str) -> None:
        """End the channel and say why; the socket stays open and the client does not rejoin."""
        logger.info("channel.shut_down", topic=self.topic.name, reason=text)
        self.system("system", "error", text)
        self.close()

    def close(self) -> None:
        """End the channel with a `phx_close`, in one piece with the answer to its leave.

        Between the two realtime-py may join anew; it reads no ref, so it would take a `phx_close`
        that comes later for the end of the new channel.
        """
        if not self.over:
            told = [replies.closed(self.wire_topic, self.join_ref)]
            if self.leaving is not None:
                told.insert(0, replies.reply(self.leaving, "ok", {}, self.join_ref))
            self.socket.outbox.put_together(*told)
        self.end()

    def end(self) -> None:
        """Leave everything, without a word to the client."""
        self.over = True
        self.socket.forget(self)
        self.services.hub.leave(self)
        if self.joined:
            self.services.presence.leave(self)
            self.services.feed.unsubscribe(self)
        if self.timer:
            self.timer.cancel()
        if self.subscription and self.subscription is not asyncio.current_task():
            self.subscription.cancel()
        self.errands.end()

    async def told(self, answer: Awaitable[T]) -> T:
        """Return what the database answers, but not to a channel that ended meanwhile.

        Its task is cancelled then; yet `asyncio.wait_for`, up to Python 3.11, may lose that.
        """
        found = await answer
        if self.over:
            raise asyncio.CancelledError
        return found
