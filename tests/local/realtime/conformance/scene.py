"""What a scenario plays on: a way to the server, the server itself, and the world's database."""

from __future__ import annotations

import asyncio
import signal
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

import httpx
import psycopg

from preau.local import keys
from tests.local.realtime.conformance.events import Patience
from tests.local.realtime.conformance.javascript import JsPeer
from tests.local.realtime.conformance.node import Driver
from tests.local.realtime.conformance.peers import Peer, Room, Wanted
from tests.local.realtime.conformance.python import PyPeer
from tests.local.realtime.conformance.wire import V1, V2, Wire, wire
from tests.local.tokens import sign, user_token

WAYS = ("python", "js 2.0.0", "js 1.0.0")
Connection = psycopg.AsyncConnection[tuple[Any, ...]]


class Server(Protocol):
    """The server under test: the stack's behind its gateway, or a crippled one."""

    @property
    def url(self) -> str:
        """Where clients are sent."""
        ...

    async def restart(self, how: signal.Signals) -> None:
        """End it by a signal and wait until another serves in its place."""
        ...


@dataclass
class Scene:
    """One scenario through one way. Every peer and wire made here is closed with it."""

    way: str
    server: Server
    drivers: Mapping[str, Driver]
    db: Connection
    superuser_url: str
    patience: Patience = field(default_factory=Patience)
    _peers: list[Peer] = field(default_factory=list)
    _closing: AsyncExitStack = field(default_factory=AsyncExitStack)

    @property
    def version(self) -> str:
        """The protocol version of the way."""
        return V2 if self.way == "js 2.0.0" else V1

    @property
    def other_way(self) -> str:
        """A way at the other protocol version."""
        return "python" if self.version == V2 else "js 2.0.0"

    async def peer(
        self, token: str | None = None, key: str = keys.ANON_JWT, way: str | None = None
    ) -> Peer:
        """Connect a client."""
        name = way or self.way
        if name == "python":
            peer: PyPeer | JsPeer = PyPeer(self.patience)
        else:
            peer = JsPeer(self.drivers[name], self.patience)
        await peer.connect(self.server.url, key, token)
        self._peers.append(peer)
        return peer

    async def user(self, person: str | None = None, **claims: object) -> Peer:
        """Connect as somebody signed in."""
        return await self.peer(token_of(person or str(uuid.uuid4()), **claims))

    async def join(self, topic: str, wanted: Wanted | None = None, **person: Any) -> Room:
        """Join with a client of its own, as `anon` or as `peer` is told, and be let in."""
        return await joined(await self.peer(**person), topic, wanted)

    async def wire(
        self,
        key: str | None = keys.ANON_JWT,
        version: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> Wire:
        """Open a bare socket, at the way's version unless another is named."""
        opened = wire(self.server.url, version or self.version, self.patience, key, headers)
        return await self._closing.enter_async_context(opened)

    async def sql(self, statement: str, *values: object, table: str = "") -> list[tuple[Any, ...]]:
        """Run a statement as the role `postgres`; `table` takes the place of `$table`."""
        text = statement.replace("$table", f"conf.{table}")
        cursor = await self.db.execute(text.encode(), values)
        return await cursor.fetchall() if cursor.description else []

    @asynccontextmanager
    async def acting_as(self, person: str) -> AsyncIterator[Connection]:
        """Run statements in one transaction as somebody signed in."""
        async with self.db.transaction():
            claims = f'{{"sub": "{person}", "role": "authenticated"}}'
            await self.db.execute("select set_config('request.jwt.claims', %s, true)", [claims])
            await self.db.execute("set local role authenticated")
            yield self.db

    def http(self, key: str | None = keys.ANON_JWT, token: str | None = None) -> httpx.AsyncClient:
        """A client of Realtime's HTTP API; the caller closes it."""
        headers = {"apikey": key} if key else {}
        headers |= {"Authorization": f"Bearer {token}"} if token else {}
        return httpx.AsyncClient(
            base_url=f"{self.server.url}/realtime/v1/api", headers=headers, trust_env=False
        )

    async def close(self) -> None:
        """Close everything made here."""
        await asyncio.gather(*(peer.close() for peer in self._peers))
        await self._closing.aclose()


Scenario = Callable[[Scene], Awaitable[None]]


def topic(kind: str = "any", *rest: str) -> str:
    """A topic nobody has used; world.sql says what the kinds mean where it is private."""
    return ":".join(("conf", kind, *rest, uuid.uuid4().hex))


def token_of(person: str, **claims: object) -> str:
    """A token of somebody, with claims besides Auth's."""
    if not claims:
        return user_token(person)
    usual = {"sub": person, "role": "authenticated", "exp": int(time.time()) + 300}
    return sign({**usual, **claims})


async def joined(peer: Peer, name: str, wanted: Wanted | None = None) -> Room:
    """Join and be let in; with row changes, wait until they are listened to."""
    room = await peer.join(name, wanted)
    assert room.status["status"] == "SUBSCRIBED", room.status
    if wanted is not None and wanted.changes:
        await room.subscribed()
    return room
