"""What a channel is sent of the time before it joined."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest

from preau.local.realtime.database import Database
from preau.local.realtime.frames import BinaryMessage, Message
from preau.local.realtime.limits import Limits
from preau.local.realtime.replay import Replay, Replayed, ReplayRefused

NOON = 1_790_000_000_000  # milliseconds, within a partition or not: the default takes it

SAY = """
insert into realtime.messages
(topic, extension, private, event, payload, binary_payload, id, inserted_at)
values (
    %(topic)s, %(extension)s, %(private)s, %(event)s, %(payload)s::jsonb, %(binary_payload)s,
    %(id)s, %(inserted_at)s
)
"""


@pytest.fixture
def replay(database: Database) -> Replay:
    return Replay(database, Limits())


@pytest.fixture
def topic(owner: psycopg.Connection) -> Iterator[str]:
    name = f"replay:{uuid.uuid4()}"
    yield name
    owner.execute("delete from realtime.messages where topic = %s", [name])


def say(owner: psycopg.Connection, row_topic: str, at: int, **values: Any) -> None:
    """Write a private broadcast, `at` milliseconds after NOON."""
    row = {
        "topic": row_topic,
        "extension": "broadcast",
        "private": True,
        "event": "said",
        "payload": json.dumps({"at": at}),
        "binary_payload": None,
        "id": str(uuid.uuid4()),
        "inserted_at": datetime.fromtimestamp((NOON + at) / 1000, UTC).replace(tzinfo=None),
    }
    owner.execute(SAY, row | values)


def ats(found: list[Replayed]) -> list[int]:
    return [
        json.loads(each.message.payload)["payload"]["at"]
        for each in found
        if isinstance(each.message, Message)
    ]


async def test_messages_come_oldest_first_from_the_moment_on(
    replay: Replay, owner: psycopg.Connection, topic: str
) -> None:
    for at in (3, 1, 2, 0):
        say(owner, topic, at)
    assert ats(await replay.fetch(topic, NOON + 1, 10)) == [1, 2, 3]


async def test_the_newest_are_kept_where_there_are_more(
    replay: Replay, owner: psycopg.Connection, topic: str
) -> None:
    for at in range(5):
        say(owner, topic, at)
    assert ats(await replay.fetch(topic, NOON, 2)) == [3, 4]


@pytest.mark.parametrize(("limit", "count"), [(None, 25), (26, 25), (10**9, 25), (0, 1), (-5, 1)])
async def test_the_limit_is_brought_into_one_to_twenty_five(
    replay: Replay, owner: psycopg.Connection, topic: str, limit: int | None, count: int
) -> None:
    for at in range(30):
        say(owner, topic, at)
    assert ats(await replay.fetch(topic, NOON, limit)) == list(range(30 - count, 30))


async def test_messages_of_one_transaction_keep_their_order(
    replay: Replay, owner: psycopg.Connection, topic: str
) -> None:
    with owner.transaction():
        for at in range(4):
            owner.execute(
                "select realtime.send(%s::jsonb, 'said', %s, true)", [f'{{"at": {at}}}', topic]
            )
    assert ats(await replay.fetch(topic, NOON, 25)) == [0, 1, 2, 3]


async def test_a_replayed_message_says_so_and_has_its_row_s_id(
    replay: Replay, owner: psycopg.Connection, topic: str
) -> None:
    key = str(uuid.uuid4())
    say(owner, topic, 0, id=key)
    (found,) = await replay.fetch(topic, NOON, 1)
    assert found.id == key
    assert isinstance(found.message, Message)
    assert (found.message.topic, found.message.event) == (f"realtime:{topic}", "broadcast")
    assert json.loads(found.message.payload) == {
        "type": "broadcast",
        "event": "said",
        "payload": {"at": 0},
        "meta": {"replayed": True, "id": key},
    }


async def test_bytes_are_replayed_too(
    replay: Replay, owner: psycopg.Connection, topic: str
) -> None:
    say(owner, topic, 0, payload=None, binary_payload=b"\x00\xff")
    (found,) = await replay.fetch(topic, NOON, 1)
    assert isinstance(found.message, BinaryMessage)
    assert found.message.payload == b"\x00\xff"
    assert json.loads(found.message.meta) == {"replayed": True, "id": found.id}


@pytest.mark.parametrize(
    "other",
    [
        {"private": False},
        {"extension": "presence"},
        {"event": None},
        {"payload": None},
        {"topic": "another"},
    ],
    ids=str,
)
async def test_only_private_broadcasts_of_the_topic_are_replayed(
    replay: Replay, owner: psycopg.Connection, topic: str, other: dict[str, Any]
) -> None:
    say(owner, topic, 0, **other)
    assert await replay.fetch(topic, NOON, 25) == []
    owner.execute("delete from realtime.messages where topic = 'another'")


@pytest.mark.parametrize(
    ("since", "limit"),
    [
        (None, 10),
        ("1790000000000", 10),
        (1790000000000.5, 10),
        (True, 10),
        (-1, 10),
        (10**15, 10),
        (NOON, "10"),
        (NOON, 2.5),
        (NOON, False),
        (NOON, []),
    ],
)
async def test_other_parameters_are_refused(replay: Replay, since: object, limit: object) -> None:
    with pytest.raises(ReplayRefused, match=r"^Replay params are not valid$"):
        await replay.fetch("room", since, limit)


async def test_a_migration_that_holds_the_table_is_not_waited_for(
    database: Database, owner: psycopg.Connection
) -> None:
    impatient = Replay(database, Limits(policy_seconds=0.05))
    with owner.transaction():
        owner.execute("lock table realtime.messages in access exclusive mode")
        with pytest.raises(psycopg.errors.QueryCanceled):
            async with asyncio.timeout(3):
                await impatient.fetch("room", NOON)
    assert await impatient.fetch("room", NOON) == []
