"""The way of `@supabase/realtime-js`, at either protocol version: its verbs, asked of a Node."""

from __future__ import annotations

from typing import Any

from tests.local.realtime.conformance.events import Inbox, Patience
from tests.local.realtime.conformance.node import Driver
from tests.local.realtime.conformance.peers import JSON, Peer, Room, Wanted


class JsRoom(Room):
    """A channel of realtime-js."""

    def __init__(self, peer: Peer, driver: Driver, client: int, inbox: Inbox) -> None:
        super().__init__(peer, inbox)
        self._driver, self._client = driver, client
        self.number = driver.number(inbox)

    async def send(self, event: str, payload: object, seconds: float = 5.0) -> str:
        return await self._ask("send", event=event, payload=payload, timeout=seconds * 1000)

    async def track(self, payload: JSON) -> str:
        return await self._ask("track", payload=payload)

    async def untrack(self) -> str:
        return await self._ask("untrack")

    async def state(self) -> JSON:
        found: JSON = await self._driver.ask("state", channel=self.number)
        return found

    async def _leave(self) -> None:
        await self._ask("leave", client=self._client)

    async def _ask(self, verb: str, **arguments: Any) -> str:
        return str(await self._driver.ask(verb, channel=self.number, **arguments))


class JsPeer(Peer):
    """A `RealtimeClient`."""

    def __init__(self, driver: Driver, patience: Patience) -> None:
        self._driver, self._patience = driver, patience
        self._number = driver.number()

    async def connect(self, url: str, key: str, token: str | None) -> None:
        """Make the client; it opens its socket with the first join."""
        address = f"{url}/realtime/v1"
        await self._ask("connect", url=address, key=key, token=token)

    async def join(self, topic: str, wanted: Wanted | None = None) -> Room:
        wanted = wanted or Wanted()
        room = JsRoom(self, self._driver, self._number, Inbox(self._patience))
        room.status = await self._ask(
            "join",
            channel=room.number,
            topic=topic,
            config=wanted.config(),
            changes=list(wanted.changes),
            presence=wanted.presence,
        )
        return room

    async def http_send(self, topic: str, event: str, payload: object, private: bool) -> str:
        config = {"private": private}
        said = await self._ask("httpSend", topic=topic, event=event, payload=payload, config=config)
        return str(said.get("error", ""))

    async def batch_send(self, topic: str, event: str, payload: JSON, private: bool) -> str:
        config = {"private": private}
        return str(
            await self._ask("batchSend", topic=topic, event=event, payload=payload, config=config)
        )

    async def set_auth(self, token: str) -> None:
        await self._ask("setAuth", token=token)

    async def connected(self) -> bool:
        return bool(await self._ask("connected"))

    async def close(self) -> None:
        await self._ask("close")

    async def _ask(self, verb: str, **arguments: Any) -> Any:
        return await self._driver.ask(verb, client=self._number, **arguments)
