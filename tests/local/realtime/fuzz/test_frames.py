"""No drawn frame ends a socket, reaches who may not hear it, or makes the server stumble."""

from __future__ import annotations

import random
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from websockets.exceptions import ConnectionClosed

from tests.local.realtime.fuzz.grammar import Grammar
from tests.local.realtime.wire import VERSIONS, Heard, Wire, wire
from tests.local.tokens import user_token
from tests.support.stack import Stack

SEED = 20261121
SOCKETS = 4
RESERVED = b"\x83\xff"  # an opcode that there is not
BETWEEN = 50  # frames between two questions whether all is well
COUNTS = [2_000, pytest.param(10_000, marks=pytest.mark.prove)]


# In a log: an error nobody foresaw, as JSON or as the console shows it.
STUMBLES = ("Traceback", "never retrieved", '"level": "error"', '"level": "critical"', "[error")


class Keeper:
    """The only one who may be on a private topic, and so must hear nobody but themselves."""

    def __init__(self, at: Wire, topic: str) -> None:
        self._wire = at
        self._topic = topic
        self._refs: set[str] = set()

    async def all_well(self) -> None:
        """Say something, and hear it and its reply but nothing else."""
        said = uuid.uuid4().hex
        payload = {"type": "broadcast", "event": "lit", "payload": {"said": said}}
        self._refs.add(await self._wire.push(self._topic, "broadcast", payload))
        came = await self._wire.until(lambda one: _is(one, said))
        strange = [one for one in came[:-1] if one.ref not in self._refs]
        assert not strange, f"somebody else's: {strange}"


def _is(one: Heard, said: str) -> bool:
    return one.event == "broadcast" and one.payload["payload"].get("said") == said


@pytest.fixture(scope="module")
def lighthouse(stack: Stack) -> Iterator[tuple[str, str]]:
    """A private topic's name, and the token of the one person who may be there."""
    name, person = f"lighthouse-{uuid.uuid4().hex}", str(uuid.uuid4())
    with psycopg.connect(stack.db_url, autocommit=True) as db:
        for verb, clause in (("select", "using"), ("insert", "with check")):
            statement = sql.SQL(
                "create policy {} on realtime.messages for {} to authenticated"
                " {} (realtime.topic() = {} and (select auth.uid()) = {})"
            )
            values = (sql.SQL(verb), sql.SQL(clause), sql.Literal(name), sql.Literal(person))
            db.execute(statement.format(_policy(verb, name), *values))
        yield name, user_token(person, seconds=3600)
        for verb in ("select", "insert"):
            drop = sql.SQL("drop policy {} on realtime.messages")
            db.execute(drop.format(_policy(verb, name)))


def _policy(verb: str, name: str) -> sql.Identifier:
    return sql.Identifier(f"the keeper may {verb} {name}"[:63])


@asynccontextmanager
async def keeper(stack: Stack, version: str, lighthouse: tuple[str, str]) -> AsyncIterator[Keeper]:
    name, token = lighthouse
    async with wire(stack.url, stack.publishable_key, version) as at:
        config = {"private": True, "broadcast": {"self": True}, "presence": {"enabled": True}}
        joined = await at.join(f"realtime:{name}", config, token)
        assert joined["status"] == "ok", joined
        await at.until(lambda one: one.event == "presence_state")
        yield Keeper(at, f"realtime:{name}")


async def intrude(at: Wire, topic: str) -> None:
    """Try in a well-formed way what no frame must achieve: be heard by the keeper."""
    config = {"private": True, "presence": {"enabled": True}}
    assert (await at.join(topic, config))["status"] == "error"
    for event, inner in (("broadcast", "leak"), ("presence", "track")):
        pushed = {"type": event, "event": inner, "payload": {"said": "leak"}}
        assert (await at.reply(await at.push(topic, event, pushed)))["status"] == "error"


async def send(at: Wire, grammar: Grammar, count: int) -> None:
    """Send frames, and see every so often that this very socket is still answered."""
    for sent in range(1, count + 1):
        await at.connection.send(grammar.frame())
        if sent % BETWEEN == 0 or sent == count:
            await at.beat()


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("version", VERSIONS)
async def test_no_frame_ends_its_socket_reaches_others_or_makes_the_server_stumble(
    stack: Stack, lighthouse: tuple[str, str], version: str, count: int
) -> None:
    topics = [f"realtime:fuzz-{uuid.uuid4().hex}" for _ in range(3)]
    log = Log(stack.home.log("realtime"))
    async with keeper(stack, version, lighthouse) as bystander:
        for turn in range(SOCKETS):
            grammar = Grammar(
                SEED + turn, version, topics, f"realtime:{lighthouse[0]}", user_token()
            )
            async with wire(stack.url, stack.publishable_key, version) as at:
                await intrude(at, f"realtime:{lighthouse[0]}")
                await send(at, grammar, count // SOCKETS)
            await bystander.all_well()
    assert not log.stumbles(), "\n".join(log.stumbles()[:20])


@pytest.mark.parametrize("version", VERSIONS)
async def test_bytes_that_are_no_websocket_frames_end_their_socket_only(
    stack: Stack, lighthouse: tuple[str, str], version: str
) -> None:
    log = Log(stack.home.log("realtime"))
    dice = random.Random(SEED)
    async with keeper(stack, version, lighthouse) as bystander:
        for _ in range(20):
            async with wire(stack.url, stack.publishable_key, version) as at:
                at.connection.transport.write(RESERVED + dice.randbytes(200))
                with pytest.raises(ConnectionClosed):
                    await at.hear()
            await bystander.all_well()
    assert not log.stumbles(), "\n".join(log.stumbles()[:20])


class Log:
    """What a piece has logged since."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._start = file.stat().st_size

    def stumbles(self) -> list[str]:
        """Lines of errors nobody foresaw."""
        with self._file.open("rb") as file:
            file.seek(self._start)
            lines = file.read().decode(errors="replace").splitlines()
        return [line for line in lines if any(word in line for word in STUMBLES)]
