"""The way of `@supabase/realtime-js`: one Node a protocol version, driven over its stdin."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from preau.local import programs
from tests.local.realtime.conformance.events import Inbox, Patience
from tests.local.realtime.conformance.peers import JSON, Peer, Room, Wanted

CLIENT = Path(__file__).parent / "client.mjs"
LINE_BYTES = 2**24  # an event may carry a payload of megabytes


class Driver:
    """The running Node and what it was asked."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._numbers = itertools.count(1)
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._inboxes: dict[int, Inbox] = {}

    async def ask(self, verb: str, **arguments: Any) -> Any:
        """Have it do something; returns the result, raises `AssertionError` with its error."""
        number = next(self._numbers)
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        command = {"id": number, "verb": verb, **arguments}
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(command, default=_outward).encode() + b"\n")
        return await answer

    def number(self, inbox: Inbox | None = None) -> int:
        """Return a new name for a client, or for a channel with its inbox."""
        number = next(self._numbers)
        if inbox is not None:
            self._inboxes[number] = inbox
        return number

    async def listen(self) -> None:
        """Hand out what it writes, until it ends."""
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            said = json.loads(line, object_hook=_inward)
            if "kind" in said:
                self._inboxes[said["channel"]].put(said["kind"], _plain(said))
            elif "error" in said:
                self._answers.pop(said["id"]).set_exception(AssertionError(said["error"]))
            else:
                self._answers.pop(said["id"]).set_result(said["result"])


class JsRoom(Room):
    """A channel of realtime-js."""

    def __init__(self, driver: Driver, client: int, inbox: Inbox) -> None:
        super().__init__(inbox)
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
        room = JsRoom(self._driver, self._number, Inbox(self._patience))
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


@asynccontextmanager
async def driver(version: str) -> AsyncIterator[Driver]:
    """Run a Node whose clients speak one protocol version."""
    process = await asyncio.create_subprocess_exec(
        *(programs.require().node, CLIENT, version),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=LINE_BYTES,
    )
    running = Driver(process)
    listening = asyncio.create_task(running.listen())
    try:
        yield running
    finally:
        process.kill()
        await process.wait()
        await listening


def _plain(said: JSON) -> JSON:
    """Return an event's data; a row change as the Python client names its parts."""
    data: JSON = said["data"]
    if said["kind"] != "change":
        return data
    names = {"eventType": "type", "new": "record", "old": "old_record"}
    return {names.get(name, name): value for name, value in data.items()}


def _outward(value: object) -> JSON:
    assert isinstance(value, bytes)
    return {"$bytes": value.hex()}


def _inward(value: JSON) -> Any:
    return bytes.fromhex(value["$bytes"]) if set(value) == {"$bytes"} else value
