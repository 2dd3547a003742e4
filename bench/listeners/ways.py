"""The ways an insert reaches a listener: what a listener joins, and what the writer runs."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from bench.listeners.crowd import Group
from bench.listeners.wire import join
from bench.stack import Target
from tests.local.tokens import sign

OWNER = "00000000-0000-4000-8000-00000000000b"
VERSIONS = ("1.0.0", "2.0.0")
REPLIED = "phx_reply"


@dataclass(frozen=True)
class Way:
    """`insert` takes the moment and the topic; `config` is a topic's join, None for the peer."""

    name: str
    insert: str
    config: Callable[[int], dict[str, object]] | None = None
    expected: tuple[str, ...] = (REPLIED,)

    def groups(self, target: Target, topics: int, each: int) -> list[Group]:
        """`each` listeners for each topic, half of them of either protocol."""
        if self.config is None:
            return [Group(each, f"/{topic}", [], []) for topic in range(topics)]
        key = target.environment["SUPABASE_PUBLISHABLE_KEY"]
        token = token_of(OWNER, target)
        return [
            Group(
                count=(each + turn) // 2,
                path=f"/realtime/v1/websocket?apikey={key}&vsn={version}",
                hello=[join(version, f"bench:{topic}", self.config(topic), token)],
                expected=list(self.expected),
                version=version,
            )
            for topic in range(topics)
            for turn, version in enumerate(VERSIONS)
        ]


def token_of(person: str, target: Target) -> str:
    """A token of somebody who is in no table: policies here only look at it."""
    claims: dict[str, object] = {
        "sub": person,
        "role": "authenticated",
        "aud": "authenticated",
        "exp": int(time.time()) + 3600,
    }
    return sign(claims, target.environment["SUPABASE_JWT_SECRET"])


def _private(_: int) -> dict[str, object]:
    return {"private": True}


def _filtered(topic: int) -> dict[str, object]:
    wanted = {"event": "INSERT", "schema": "bench_live", "table": "published"}
    return {"postgres_changes": [wanted | {"filter": f"topic=eq.{topic}"}]}


BROADCAST = Way(
    "private broadcast from a trigger",
    "insert into bench_live.told (at, topic) values ($1, $2)",
    _private,
)
CHANGES = Way(
    "Postgres Changes, filtered, under RLS",
    "insert into bench_live.published (at, topic) values ($1, $2)",
    _filtered,
    (REPLIED, "Subscribed to PostgreSQL"),
)
NOTIFY = Way(
    "LISTEN/NOTIFY and a bare websockets relay",
    "insert into bench_live.notified (at, topic) values ($1, $2)",
)
