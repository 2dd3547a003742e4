"""Listeners without sockets, and the feed they listen to."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from typing import Any

from preau.local.realtime.changes import bindings
from preau.local.realtime.changes.feed import Feed
from preau.local.realtime.changes.pgoutput import Change
from preau.local.realtime.claims import Caller
from preau.local.realtime.frames import BinaryMessage, Message
from preau.local.realtime.hub import Topic


def caller(role: str = "anon", **claims: Any) -> Caller:
    """Somebody with a token of that role."""
    claims = {"role": role, **claims}
    canonical = json.dumps(claims, sort_keys=True, separators=(",", ":"))
    return Caller(role, claims, canonical, time.time() + 3600)


class Listener:
    """A subscriber that keeps what it is sent."""

    def __init__(self, topic: str = "room") -> None:
        self.topic = Topic(topic, private=False)
        self.messages: list[Message] = []
        self.on_message: Callable[[], None] = lambda: None

    def send(self, message: Message | BinaryMessage) -> None:
        assert isinstance(message, Message)
        self.messages.append(message)
        self.on_message()

    def payloads(self) -> list[dict[str, Any]]:
        """All payloads since the last call."""
        taken, self.messages = self.messages, []
        return [json.loads(message.payload) for message in taken]

    def data(self) -> list[dict[str, Any]]:
        """The `data` of all messages since the last call."""
        return [payload["data"] for payload in self.payloads()]

    def one(self) -> dict[str, Any]:
        """The `data` of the only message since the last call."""
        (found,) = self.data()
        return found


class Listening:
    """A feed that tells at once what it is given."""

    def __init__(self, feed: Feed) -> None:
        self.feed = feed

    async def on(
        self,
        table: str,
        who: Caller | None = None,
        *,
        topic: str = "room",
        also: Sequence[dict[str, Any]] = (),
        **entry: Any,
    ) -> Listener:
        """A listener to a table of the schema public, unless `entry` says otherwise."""
        listener = Listener(topic)
        entries = [{"event": "*", "schema": "public", "table": table, **entry}, *also]
        await self.again(listener, entries, who or caller())
        return listener

    async def again(
        self, listener: Listener, entries: Sequence[dict[str, Any]], who: Caller
    ) -> None:
        """Subscribe a listener as somebody, in place of what it had."""
        await self.feed.subscribe(listener, bindings.parse(list(entries)), who)

    async def tell(self, *changes: Change) -> None:
        """Give changes to the feed, and return once they are told."""
        await self.feed.receive(changes)
        while self.feed.waiting:
            await self.feed.step()
