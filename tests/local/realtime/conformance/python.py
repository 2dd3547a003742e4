"""The way of PyPI `realtime`, as supabase-py uses it."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
from realtime import AsyncRealtimeChannel
from realtime.exceptions import RealtimeHTTPError
from realtime.types import (
    RealtimeAcknowledgementStatus,
    RealtimePostgresChangesListenEvent,
    RealtimeSubscribeStates,
)
from supabase import acreate_client

from tests.local.realtime.conformance.events import Inbox, Patience
from tests.local.realtime.conformance.peers import JSON, Peer, Room, Wanted


class PyRoom(Room):
    """An `AsyncRealtimeChannel`."""

    def __init__(self, peer: Peer, channel: AsyncRealtimeChannel, inbox: Inbox) -> None:
        super().__init__(peer, inbox)
        self._channel = channel
        self._ack = False

    async def join(self, wanted: Wanted) -> None:
        """Attach every listener and subscribe."""
        channel, put = self._channel, self.inbox.put
        self._ack = wanted.ack
        channel.on_broadcast("*", lambda data: put("broadcast", dict(data)))
        channel.on_system(lambda data: put("system", data.model_dump()))
        for binding, entry in enumerate(wanted.changes):
            self._listen(binding, entry)
        if wanted.presence:
            channel.on_presence_sync(
                lambda: put("presence", {"event": "sync", "state": dict(channel.presence.state)})
            )
            channel.on_presence_join(
                lambda key, _, new: put("presence", {"event": "join", "key": key, "metas": new})
            )
            channel.on_presence_leave(
                lambda key, _, left: put("presence", {"event": "leave", "key": key, "metas": left})
            )
        await channel.subscribe(self._told)

    async def send(self, event: str, payload: object, seconds: float = 5.0) -> str:
        data = {"type": "broadcast", "event": event, "payload": payload}
        if self._ack:
            return await self._push("broadcast", data, seconds)
        await self._channel.push("broadcast", data)
        return "ok"

    async def track(self, payload: JSON) -> str:
        return await self._push("presence", {"event": "track", "payload": payload})

    async def untrack(self) -> str:
        return await self._push("presence", {"event": "untrack", "payload": {}})

    async def state(self) -> JSON:
        return dict(self._channel.presence_state())

    async def _leave(self) -> None:
        await self._channel.unsubscribe()  # `remove_channel` would not hear the answer any more

    def _told(self, status: RealtimeSubscribeStates, error: Exception | None) -> None:
        self.status = self.status or {"status": status.value, "text": str(error or "")}
        self.inbox.put("status", {"status": status.value, "text": str(error or "")})

    def _listen(self, binding: int, entry: JSON) -> None:
        def put(payload: Any) -> None:
            rows: JSON = {"record": {}, "old_record": {}}
            self.inbox.put("change", {"binding": binding} | rows | payload["data"])

        rest = {name: value for name, value in entry.items() if name != "event"}
        event = RealtimePostgresChangesListenEvent(entry["event"])
        self._channel.on_postgres_changes(event, put, **rest)

    async def _push(self, event: str, data: JSON, seconds: float = 5.0) -> str:
        pushed = await self._channel.push(event, data)
        answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()

        def settle(text: str) -> None:
            if not answer.done():
                answer.set_result(text)

        pushed.receive(RealtimeAcknowledgementStatus.Ok, lambda _: settle("ok"))
        pushed.receive(RealtimeAcknowledgementStatus.Error, lambda _: settle("error"))
        try:  # the client's own time limit is whole seconds, at least one
            return await asyncio.wait_for(answer, seconds)
        except TimeoutError:
            return "timed out"


class PyPeer(Peer):
    """An `AsyncClient` of supabase-py."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience

    async def connect(self, url: str, key: str, token: str | None) -> None:
        """Make the client; it opens its socket with the first join."""
        self._client = await acreate_client(url, key)
        if token:
            await self._client.realtime.set_auth(token)

    async def join(self, topic: str, wanted: Wanted | None = None) -> Room:
        wanted = wanted or Wanted()
        options: Any = {"config": wanted.config()}
        channel = self._client.channel(topic, options)
        room = PyRoom(self, channel, Inbox(self._patience))
        await room.join(wanted)
        return room

    async def http_send(self, topic: str, event: str, payload: object, private: bool) -> str:
        options: Any = {"config": Wanted(private=private).config()}
        name = f"realtime:{topic}"
        channel = AsyncRealtimeChannel(self._client.realtime, name, options)
        try:
            await channel.http_send(event, payload)
        except RealtimeHTTPError as error:
            return str(error)
        return ""

    async def batch_send(self, topic: str, event: str, payload: JSON, private: bool) -> str:
        # The client has no such thing: its key and token, without it.
        said = {"topic": topic, "event": event, "payload": payload, "private": private}
        token = self._client.realtime.access_token
        async with httpx.AsyncClient(trust_env=False) as http:
            answer = await http.post(
                str(self._client.supabase_url.joinpath("realtime", "v1", "api", "broadcast")),
                json={"messages": [said]},
                headers={"apikey": self._client.supabase_key, "Authorization": f"Bearer {token}"},
            )
        return "ok" if answer.is_success else answer.text

    async def set_auth(self, token: str) -> None:
        await self._client.realtime.set_auth(token)

    async def connected(self) -> bool:
        return self._client.realtime.is_connected

    async def close(self) -> None:
        await self._client.realtime.close()
