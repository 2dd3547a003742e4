"""A client's verbs, the same whichever client it is: `Peer` is a connection, `Room` a channel."""

from __future__ import annotations

import abc
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from tests.local.realtime.conformance.events import Inbox

JSON = dict[str, Any]


@dataclass(frozen=True)
class Wanted:
    """What a channel is joined with; `changes` are entries of postgres_changes."""

    private: bool = False
    ack: bool = False
    echo: bool = False  # `self`: the sender hears its own broadcasts
    replay: JSON | None = None
    presence: bool = False
    presence_key: str = ""
    changes: Sequence[JSON] = field(default=())

    def config(self) -> JSON:
        """Return it as both clients take it."""
        broadcast: JSON = {"ack": self.ack, "self": self.echo}
        if self.replay is not None:
            broadcast["replay"] = self.replay
        presence = {"key": self.presence_key, "enabled": False}
        return {"broadcast": broadcast, "presence": presence, "private": self.private}


class Room(abc.ABC):
    """A channel that was joined, or refused: `status` says which."""

    def __init__(self, peer: Peer, inbox: Inbox) -> None:
        self._peer = peer
        self.inbox = inbox
        self.status: JSON = {}

    @abc.abstractmethod
    async def send(self, event: str, payload: object, seconds: float = 5.0) -> str:
        """Broadcast; with `ack` returns "ok", "error" or "timed out", else "ok" at once."""

    @abc.abstractmethod
    async def track(self, payload: JSON) -> str:
        """Say something of oneself; returns as `send` with `ack`."""

    @abc.abstractmethod
    async def untrack(self) -> str:
        """Take it back."""

    @abc.abstractmethod
    async def state(self) -> JSON:
        """Who is present, by key: a list of metas each."""

    async def leave(self) -> None:
        """Leave the channel and wait until it is closed."""
        await self._leave()
        await self.inbox.next("status", status="CLOSED")

    @abc.abstractmethod
    async def _leave(self) -> None: ...

    async def subscribed(self) -> None:
        """Wait until row changes are really listened to."""
        await self.inbox.next("system", status="ok", message="Subscribed to PostgreSQL")

    async def quiet(self, kind: str) -> None:
        """Assert that nothing of a kind is left unread, nor on its way before an answer."""
        other = await self._peer.join(f"round trip {uuid4().hex}")
        assert other.status["status"] == "SUBSCRIBED", other.status
        await other.leave()
        assert self.inbox.unread(kind) == []


class Peer(abc.ABC):
    """One client with a connection of its own, and the token it joins with."""

    @abc.abstractmethod
    async def join(self, topic: str, wanted: Wanted | None = None) -> Room:
        """Join a topic; returns when the server has answered, well or badly."""

    @abc.abstractmethod
    async def http_send(self, topic: str, event: str, payload: object, private: bool) -> str:
        """Broadcast over HTTP; returns "" or the client's error."""

    @abc.abstractmethod
    async def batch_send(self, topic: str, event: str, payload: JSON, private: bool) -> str:
        """Broadcast over HTTP as a batch of one; returns "ok" or what went wrong."""

    @abc.abstractmethod
    async def set_auth(self, token: str) -> None:
        """Go on with another token."""

    @abc.abstractmethod
    async def connected(self) -> bool:
        """Tell whether the socket is open."""

    @abc.abstractmethod
    async def close(self) -> None:
        """Close the connection."""
