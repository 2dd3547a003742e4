"""A server that refuses and closes as it is told to: hosted takes its time where ours does not."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.server import ServerConnection, serve

from preau.realtime import Connection


@dataclass
class Hosted:
    """Refuses for `refusal`; closes what was left `late` seconds after its reply, or never."""

    refusal: str = ""
    late: float | None = 0.0
    joins: int = 0
    _closing: set[asyncio.Task[None]] = field(default_factory=set)

    @contextlib.asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """Give a connection to it, kept, that hardly waits between its tries."""
        async with serve(self._answer, "127.0.0.1", 0) as server:
            port = next(iter(server.sockets)).getsockname()[1]
            connection = Connection(f"http://127.0.0.1:{port}", "a key", wait_cap=0.01)
            async with connection.kept():
                yield connection

    async def _answer(self, socket: ServerConnection) -> None:
        async for text in socket:
            asked = json.loads(text)
            if asked["event"] == "phx_join":
                self.joins += 1
                await self._reply(socket, asked, self.refusal)
            elif asked["event"] == "phx_leave":
                await self._reply(socket, asked)
                if self.late is not None:
                    self._closing.add(asyncio.create_task(self._close(socket, asked, self.late)))

    async def _reply(
        self, socket: ServerConnection, asked: dict[str, Any], error: str = ""
    ) -> None:
        response: dict[str, Any] = {"reason": error} if error else {"postgres_changes": []}
        payload = {"status": "error" if error else "ok", "response": response}
        await self._say(socket, asked["topic"], "phx_reply", asked["ref"], payload)

    async def _close(self, socket: ServerConnection, asked: dict[str, Any], late: float) -> None:
        await asyncio.sleep(late)
        await self._say(socket, asked["topic"], "phx_close", asked["join_ref"], {})

    async def _say(
        self, socket: ServerConnection, topic: str, event: str, ref: str, payload: dict[str, Any]
    ) -> None:
        said = {"topic": topic, "event": event, "ref": ref, "payload": payload}
        await socket.send(json.dumps(said))
