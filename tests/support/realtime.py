"""A stand-in for Realtime that speaks protocol 1.0.0 as far as workers need it, on loopback."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.server import Server, ServerConnection, serve


@dataclass
class RealtimeStandIn:
    """Accepts every join but those of `refused` topics; tells what a test makes it tell."""

    port: int = 0
    refused: set[str] = field(default_factory=set)
    joined: Counter[str] = field(default_factory=Counter)
    payloads: list[dict[str, Any]] = field(default_factory=list)
    _server: Server | None = None
    _members: dict[ServerConnection, set[str]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """What to use as the project's URL."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def connections(self) -> int:
        """How many clients are connected now."""
        return len(self._members)

    def clients(self) -> list[ServerConnection]:
        """The connections, to break them."""
        return list(self._members)

    def members(self, topic: str) -> int:
        """How many clients have joined the topic now."""
        return sum(topic in topics for topics in self._members.values())

    def topics(self) -> set[str]:
        """The topics that somebody has joined now."""
        return set().union(*self._members.values())

    async def start(self) -> None:
        """Listen, on the same port as before."""
        self._server = await serve(self._client, "127.0.0.1", self.port)
        self.port = next(iter(self._server.sockets)).getsockname()[1]

    async def kill(self) -> None:
        """Break every connection without a word, and refuse new ones."""
        if self._server:
            for client in self.clients():
                client.transport.abort()
            self._server.close()
            await self._server.wait_closed()

    async def __aenter__(self) -> RealtimeStandIn:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.kill()

    async def publish(self, topic: str, event: str, payload: object) -> None:
        """Send a message to the members of a topic."""
        for client, topics in list(self._members.items()):
            if topic in topics:
                await self._send(client, topic, event, payload)

    async def broadcast(self, topic: str, event: str) -> None:
        """Send a broadcast, as the database does."""
        said = {"type": "broadcast", "event": event, "payload": {}, "meta": {"id": "1"}}
        await self.publish(topic, "broadcast", said)

    async def _client(self, client: ServerConnection) -> None:
        self._members[client] = set()
        try:
            async for text in client:
                await self._handle(client, json.loads(text))
        finally:
            del self._members[client]

    async def _handle(self, client: ServerConnection, message: dict[str, Any]) -> None:
        topic = message["topic"].removeprefix("realtime:")
        status = "ok"
        response: dict[str, object] = {}
        if message["event"] == "phx_join":
            self.payloads.append(message["payload"])
            if topic in self.refused:
                status, response = "error", {"reason": "Unauthorized: no"}
            else:
                self.joined[topic] += 1
                self._members[client].add(topic)
                wanted = message["payload"]["config"]["postgres_changes"]
                listened = [{**entry, "id": n} for n, entry in enumerate(wanted, 1)]
                response = {"postgres_changes": listened}
        elif message["event"] == "phx_leave":
            self._members[client].discard(topic)
        answer = {"status": status, "response": response}
        await self._send(client, topic, "phx_reply", answer, message["ref"])

    async def _send(
        self,
        client: ServerConnection,
        topic: str,
        event: str,
        payload: object,
        ref: str | None = None,
    ) -> None:
        name = topic if topic == "phoenix" else f"realtime:{topic}"
        message = {"topic": name, "event": event, "payload": payload, "ref": ref}
        await client.send(json.dumps(message))
