"""Rows that scenarios write, and how row changes are asked for and read off a bare socket."""

from __future__ import annotations

from tests.local.realtime.conformance.peers import JSON, Peer, Room, Wanted
from tests.local.realtime.conformance.scene import Scene, joined, topic
from tests.local.realtime.conformance.wire import Wire


def on(table: str, **more: object) -> JSON:
    """An entry of postgres_changes for a table of the world."""
    return {"event": "*", "schema": "conf", "table": table, **more}


async def listen(scene: Scene, *entries: JSON, peer: Peer | None = None) -> Room:
    """Join a new topic for row changes; returns when they are listened to."""
    return await joined(peer or await scene.peer(), topic(), Wanted(changes=entries))


async def insert(scene: Scene, table: str, title: str) -> int:
    """Insert a row with a title; returns its key."""
    statement = "insert into $table (title) values (%s) returning id"
    return int((await scene.sql(statement, title, table=table))[0][0])


async def changes(wire: Wire, count: int) -> list[JSON]:
    """Take the data of so many row changes off a socket."""
    return [(await wire.event("postgres_changes")).payload["data"] for _ in range(count)]
