"""Scenario 12: what is said again to those who come late."""

from __future__ import annotations

import asyncio
import time
import uuid
from typing import Any

import psycopg

from tests.local.realtime.conformance.peers import JSON, Wanted
from tests.local.realtime.conformance.scene import Scene, joined, token_of, topic

SEND = "select realtime.send(%s, %s, %s, %s)"


async def test_12_who_joins_late_is_told_again_what_was_said_privately(scene: Scene) -> None:
    name = topic("open")
    begin = int(time.time() * 1000) - 2000
    witness = await joined(await scene.user(), name, Wanted(private=True))
    async with scene.db.transaction():
        for n in range(30):
            await scene.db.execute(
                "insert into realtime.messages (topic, extension, event, payload, private,"
                " inserted_at) values (%s, 'broadcast', 'old', %s, true,"
                " clock_timestamp() at time zone 'utc')",
                [name, f'{{"n": {n}}}'],
            )
    for _ in range(30):  # what is not live any more
        await witness.inbox.next("broadcast", event="old")
    peer = await scene.user()

    async def replay(**asked: Any) -> list[JSON]:
        room = await joined(peer, name, Wanted(private=True, replay={"since": begin, **asked}))
        await scene.sql(SEND, '{"n": 99}', "live", name, True)
        live = await room.inbox.next("broadcast", event="live")
        assert "replayed" not in live["meta"]
        heard = room.inbox.unread("broadcast")
        await room.leave()
        await scene.sql("delete from realtime.messages where topic = %s and event = 'live'", name)
        return heard

    heard = await replay()
    assert [message["payload"]["n"] for message in heard] == list(range(5, 30))
    assert all(message["meta"]["replayed"] is True for message in heard)
    assert len({message["meta"]["id"] for message in heard}) == 25
    assert [m["payload"]["n"] for m in await replay(limit=3)] == [27, 28, 29]
    assert len(await replay(limit=100)) == 25
    assert await replay(since=int(time.time() * 1000) + 60_000) == []

    refusal = "UnableToReplayMessages: Replay params are not valid"
    wire = await scene.wire()
    for replayed in ({"since": "yesterday"}, {"since": begin, "limit": "x"}):
        config = {"private": True, "broadcast": {"replay": replayed}}
        _, reply = await wire.join(name, config, token_of(str(uuid.uuid4())))
        assert reply == {"status": "error", "response": {"reason": refusal}}, replayed
    config = {"private": False, "broadcast": {"replay": {"since": begin}}}
    _, reply = await wire.join(name, config)
    public = "UnableToReplayMessages: Replay is not allowed for public channels"
    assert reply["response"] == {"reason": public}
    await _said_while_joining(scene, name, begin)


async def _said_while_joining(scene: Scene, name: str, begin: int) -> None:
    """A message committed while a join replays is heard once, replayed or live, not twice."""
    wire = await scene.wire()
    token = token_of(str(uuid.uuid4()))
    config = {"private": True, "broadcast": {"replay": {"since": begin}}}
    async with await psycopg.AsyncConnection.connect(scene.superuser_url, autocommit=True) as db:
        sending = [db.execute(SEND, [f'{{"n": {n}}}', "race", name, True]) for n in range(5)]
        await asyncio.gather(wire.join(name, config, token), _in_turn(sending))
        await db.execute(SEND, ["{}", "last", name, True])
    heard: list[str] = []
    while (frame := await wire.event("broadcast")).payload["event"] != "last":
        heard.append(frame.payload["meta"]["id"])
    assert len(heard) == len(set(heard))


async def _in_turn(sending: list[Any]) -> None:
    for statement in sending:
        await statement
