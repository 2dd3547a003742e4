"""The ways people use and misuse a socket, each one life of a few seconds or a minute."""

from __future__ import annotations

import asyncio
import random
import signal
import socket
import sys
import uuid
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.local.realtime.fuzz.grammar import Grammar
from tests.local.realtime.wire import VERSIONS, Wire, wire
from tests.local.tokens import user_token
from tests.support.stack import Stack

SILENCE = 75.0  # the server gives up on who says nothing for a minute
FLOOD = "y" * 200_000


@dataclass
class Resident:
    """Somebody in the town, with a dice of their own."""

    stack: Stack
    dice: random.Random

    def token(self) -> str:
        """A token of somebody new or of one of five regulars."""
        person = uuid.UUID(int=self.dice.randrange(5)) if self.dice.random() < 0.5 else uuid.uuid4()
        return user_token(str(person))

    def topic(self) -> str:
        return f"realtime:town:{self.dice.randrange(10)}"

    def version(self) -> str:
        return self.dice.choice(VERSIONS)

    def config(self) -> dict[str, Any]:
        """A join's config: private or public, with and without presence and row changes."""
        chance = self.dice.random
        config: dict[str, Any] = {"private": chance() < 0.6, "broadcast": {"self": chance() < 0.5}}
        if chance() < 0.5:
            config["presence"] = {"enabled": True, "key": self.dice.choice(("", "a", "b"))}
        if chance() < 0.4:
            wanted = {"event": "*", "schema": "soak", "table": "things"}
            config["postgres_changes"] = [wanted, {**wanted, "filter": "body=neq.x"}]
        return config


async def visit(who: Resident) -> None:
    """Join, talk, be present, refresh the token, join again, leave some, and go."""
    async with wire(who.stack.url, who.stack.publishable_key, who.version()) as at:
        await _busy(who, at)


async def vanish(who: Resident) -> None:
    """The same, and then be gone without a word in the middle of a join."""
    async with wire(who.stack.url, who.stack.publishable_key, who.version()) as at:
        await _busy(who, at)
        await at.push(who.topic(), "phx_join", {"config": who.config()})
        at.connection.transport.abort()


async def _busy(who: Resident, at: Wire) -> None:
    topics = [who.topic() for _ in range(who.dice.randrange(1, 5))]  # one may come twice
    for topic in topics:
        joined = await at.join(topic, who.config(), who.token())
        assert joined["status"] == "ok", joined
    for topic in topics:
        said = {"type": "broadcast", "event": "hello", "payload": {"n": who.dice.random()}}
        await at.push(topic, "broadcast", said)
        here = {"type": "presence", "event": "track", "payload": {"at": who.dice.random()}}
        await at.reply(await at.push(topic, "presence", here))
        await at.push(topic, "access_token", {"access_token": who.token()})
        await asyncio.sleep(who.dice.random())
    for topic in topics[1:]:
        await at.reply(await at.push(topic, "phx_leave", {}))
    await at.beat()


async def babble(who: Resident) -> None:
    """Send frames that no client sends."""
    topics = [who.topic() for _ in range(3)]
    version, seed = who.version(), who.dice.randrange(2**32)
    grammar = Grammar(seed, version, topics, who.topic(), who.token())
    async with wire(who.stack.url, who.stack.publishable_key, version) as at:
        for _ in range(5):
            for _ in range(30):
                await at.connection.send(grammar.frame())
            await at.beat()


async def knock(who: Resident) -> None:
    """Break off the handshake, or be refused."""
    ports, half = who.stack.ports, b"GET /realtime/v1/websocket?apikey=x HTTP/1.1\r\nHost: x\r\n"
    _, writer = await asyncio.open_connection("127.0.0.1", ports["realtime"])
    writer.write(half[: who.dice.randrange(len(half))])
    await asyncio.sleep(who.dice.random())
    writer.transport.abort()
    with suppress(InvalidStatus):
        async with wire(who.stack.url, "nobody", who.version()):
            raise AssertionError("a key that is none was let in")


async def fall_silent(who: Resident) -> None:
    """Join and read no more: a peer whose cable was pulled."""
    async with wire(who.stack.url, who.stack.publishable_key, who.version()) as at:
        await at.join(who.topic(), who.config(), who.token())
        at.connection.transport.pause_reading()
        await asyncio.sleep(SILENCE)
        at.connection.transport.resume_reading()
        try:
            await at.until(lambda _: False)
        except ConnectionClosed:
            return
        raise AssertionError("a socket that said nothing for so long is still open")


async def freeze(who: Resident) -> None:
    """Be a process that stops in the middle, and is killed in the end."""
    arguments = (who.stack.url, who.stack.publishable_key, who.token())
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.local.realtime.soak.frozen", *arguments),
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        assert await process.stdout.readline() == b"ready\n"
        process.send_signal(signal.SIGSTOP)
        await asyncio.sleep(SILENCE)
    finally:
        process.kill()
        await process.wait()


async def dawdle(who: Resident) -> None:
    """Read nothing while others talk, until the server has had enough."""
    port, key = who.stack.ports["realtime"], who.stack.publishable_key
    topic, config = f"realtime:flood:{uuid.uuid4().hex}", {"private": False}
    narrow = socket.create_connection(("127.0.0.1", port))
    narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
    address = f"ws://127.0.0.1:{port}/realtime/v1/websocket?apikey={key}"
    async with connect(address, sock=narrow, ping_interval=None, max_queue=1) as connection:
        slow = Wire(connection, "1.0.0")
        await slow.join(topic, config)
        connection.transport.pause_reading()
        async with wire(who.stack.ports.url("realtime"), key, who.version()) as flooder:
            await flooder.join(topic, config)
            said = {"type": "broadcast", "event": "flood", "payload": {"y": FLOOD}}
            for sent in range(400):
                await flooder.push(topic, "broadcast", said)
                if sent % 20 == 0:
                    await flooder.beat()
        connection.transport.resume_reading()
        try:
            await slow.until(lambda _: False)
        except ConnectionClosed:
            return
        raise AssertionError("a socket that read nothing of 80 MB is still open")


Life = Callable[[Resident], Coroutine[Any, Any, None]]
LIVES: dict[Life, int] = {
    visit: 8,
    vanish: 4,
    babble: 2,
    knock: 1,
    fall_silent: 6,
    freeze: 1,
    dawdle: 1,
}
