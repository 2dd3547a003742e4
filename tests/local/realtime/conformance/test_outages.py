"""Clients through the death of the server and of Postgres: joined and hearing again, in seconds.

Nobody starts anything by hand, and no client is told: each has what a page or a worker would have,
a private channel and a subscription to row changes under row-level security.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
import uuid
from collections.abc import AsyncIterator, Iterator, Mapping

import psycopg
import pytest

from tests.local.realtime.conformance.events import Patience
from tests.local.realtime.conformance.node import Driver
from tests.local.realtime.conformance.peers import Room, Wanted
from tests.local.realtime.conformance.rows import listen, on
from tests.local.realtime.conformance.scene import WAYS, Scene, joined, topic
from tests.local.realtime.conformance.servers import StackServer
from tests.local.realtime.conformance.world import laid_out
from tests.support import stack as stacks
from tests.support.stack import Stack

pytestmark = pytest.mark.prove
PATIENCE = 60.0
WORST = 10.0  # seconds until everybody hears again
TICK = 0.1
OWNED = "insert into conf.owned (owner, title) values (%s, 'tick')"
SEND = "select realtime.send('{}', 'tick', %s)"


@pytest.fixture(scope="module")
def own_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack of one's own: the others' would not survive it."""
    home = tmp_path_factory.mktemp("outages")
    home.chmod(0o755)  # Postgres runs as somebody else
    running = stacks.start(home, durable=True)
    yield running
    stacks.stop(running)


@pytest.mark.parametrize("victim", ["realtime", "postgres"])
async def test_every_client_hears_again_after_a_kill(
    own_stack: Stack,
    drivers: Mapping[str, Driver],
    victim: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    person, name = str(uuid.uuid4()), topic("open")
    async with laid_out(own_stack.db_url), _scenes(own_stack, drivers) as scenes:
        rooms: dict[str, tuple[Room, Room]] = {}
        for scene in scenes:
            peer = await scene.user(person)
            told = await joined(peer, name, Wanted(private=True))
            rooms[scene.way] = (told, await listen(scene, on("owned"), peer=peer))
        process = own_stack.state().pieces[victim].process
        assert process is not None
        os.kill(process.pid, signal.SIGKILL)
        process.wait_gone(5)
        began = time.monotonic()
        ticking = asyncio.create_task(_tick(own_stack.db_url, person, name))
        heard = await asyncio.gather(*(_hears(rooms[way], began) for way in WAYS))
        ticking.cancel()
    with capsys.disabled():
        figures = ", ".join(f"{way} {took:.1f} s" for way, took in zip(WAYS, heard, strict=True))
        print(f"\n{victim} killed; broadcast and row change heard again: {figures}")  # noqa: T201
    assert max(heard) < WORST


@contextlib.asynccontextmanager
async def _scenes(stack: Stack, drivers: Mapping[str, Driver]) -> AsyncIterator[list[Scene]]:
    async with await psycopg.AsyncConnection.connect(stack.db_url, autocommit=True) as db:
        server = StackServer(stack)
        scenes = [
            Scene(way, server, drivers, db, stack.superuser_db_url, Patience(PATIENCE))
            for way in WAYS
        ]
        try:
            yield scenes
        finally:
            await asyncio.gather(*(scene.close() for scene in scenes))


async def _hears(rooms: tuple[Room, Room], began: float) -> float:
    """Wait for a broadcast and for a row change; returns the seconds until both have come."""
    told, rows = rooms
    await asyncio.gather(told.inbox.next("broadcast"), rows.inbox.next("change"))
    return time.monotonic() - began


async def _tick(db_url: str, person: str, name: str) -> None:
    """Write a row and broadcast, again and again, whether or not there is a database."""
    while True:
        with contextlib.suppress(psycopg.OperationalError):
            async with await psycopg.AsyncConnection.connect(db_url, autocommit=True) as db:
                while True:
                    await db.execute(OWNED, [person])
                    await db.execute(SEND, [name])
                    await asyncio.sleep(TICK)
        await asyncio.sleep(TICK)
