"""A client that says exactly what a test wants, and reads what comes."""

from __future__ import annotations

import asyncio
import itertools
import json
from typing import Any

import aiohttp

from preau.local import keys

SECONDS = 3.0


class Client:
    """One socket. Messages of both versions are read as [join_ref, ref, topic, event, payload]."""

    def __init__(self, websocket: aiohttp.ClientWebSocketResponse, version: str) -> None:
        self.websocket = websocket
        self._old = version == "1.0.0"
        self._refs = itertools.count(1)

    @classmethod
    async def open(
        cls, http: aiohttp.ClientSession, url: str, version: str, **query: str
    ) -> Client:
        """Open a socket as anybody, if the query says nothing else."""
        asked = {"apikey": keys.PUBLISHABLE_KEY, "vsn": version} | query
        address = f"{url}/realtime/v1/websocket"
        return cls(await http.ws_connect(address, params=asked, max_msg_size=0), version)

    async def say(
        self,
        topic: str,
        event: str,
        payload: Any = None,
        *,
        ref: str | None = None,
        join_ref: str | None = "1",
    ) -> str:
        """Send a frame; returns its ref."""
        ref = ref or str(next(self._refs))
        payload = {} if payload is None else payload
        frame: Any = [join_ref, ref, topic, event, payload]
        if self._old:
            names = ("join_ref", "ref", "topic", "event", "payload")
            frame = dict(zip(names, frame, strict=True))
        await self.websocket.send_str(json.dumps(frame))
        return ref

    async def hear(self) -> list[Any]:
        """Return the next message, `join_ref` None where the version has none."""
        message = await self.websocket.receive(timeout=SECONDS)
        assert message.type is aiohttp.WSMsgType.TEXT, message
        found = json.loads(message.data)
        if self._old:
            return [None, *(found[name] for name in ("ref", "topic", "event", "payload"))]
        assert isinstance(found, list)
        return found

    async def hears_nothing(self) -> None:
        """Check that nothing has come: what is asked now is answered first."""
        ref = await self.say("phoenix", "heartbeat", ref="nothing")
        message = await self.hear()
        assert message[1] == ref, message

    async def join(self, topic: str, join_ref: str = "1", **config: Any) -> dict[str, Any]:
        """Join and return the answer's payload."""
        token = config.pop("access_token", None)
        payload = {"config": config} | ({"access_token": token} if token is not None else {})
        ref = await self.say(topic, "phx_join", payload, ref=f"join {join_ref}", join_ref=join_ref)
        message = await self.hear()
        assert message[1:4] == [ref, topic, "phx_reply"], message
        answer = message[4]
        assert isinstance(answer, dict)
        return answer

    async def close_code(self) -> int | None:
        """Return the code with which the server closes the socket, whatever comes before."""
        async with asyncio.timeout(SECONDS):
            async for _ in self.websocket:
                pass
        return self.websocket.close_code
