"""What was broadcast on a private topic before a channel joined it, read from realtime.messages.

Rows are there for three days, and only what SQL has sent is a row: what a client broadcasts is not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeGuard

from preau.local.realtime import sql
from preau.local.realtime.database import Database
from preau.local.realtime.frames import BinaryMessage, Message
from preau.local.realtime.limits import Limits
from preau.local.realtime.messages import message

LAST = 253_402_300_799_999  # the end of the year 9999, as upstream's clock


class ReplayRefused(Exception):  # noqa: N818 - what happened, as upstream's word for it
    """A replay that is not given; `text` is what the join is answered with."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


@dataclass(frozen=True, slots=True)
class Replayed:
    """A message and its row's id: the same row is not delivered again when the log brings it."""

    id: str
    message: Message | BinaryMessage


class Replay:
    """Asks the table; who may hear the topic has been asked before."""

    def __init__(self, database: Database, limits: Limits) -> None:
        self._database = database
        self._most = limits.replay_messages
        self._timeout = f"{round(limits.policy_seconds * 1000)}ms"

    async def fetch(self, topic: str, since_ms: object, limit: object = None) -> list[Replayed]:
        """Return the newest messages since a time, oldest first.

        `since_ms` is in milliseconds since the epoch; `limit` is brought into 1 to
        `Limits.replay_messages`, which None stands for. Raises `ReplayRefused`, and
        `psycopg.OperationalError` while there is no database to ask, or none that answers in time.
        """
        limit = self._most if limit is None else limit
        if not _is_integer(since_ms) or not _is_integer(limit) or not 0 <= since_ms <= LAST:
            raise ReplayRefused("Replay params are not valid")
        asked = {"topic": topic, "since": since_ms, "limit": max(1, min(limit, self._most))}
        async with self._database.connection() as connection, connection.transaction():
            await connection.execute(sql.load("limit_time"), {"timeout": self._timeout})
            cursor = await connection.execute(sql.load("replayed_messages"), asked)
            rows = await cursor.fetchall()
        return [
            Replayed(key, message(topic, event, _body(payload, octets), _meta(key)))
            for key, event, payload, octets in reversed(rows)
        ]


def _meta(key: str) -> dict[str, object]:
    return {"replayed": True, "id": key}


def _body(payload: str | None, octets: bytes | None) -> str | bytes:
    return bytes(octets or b"") if payload is None else payload


def _is_integer(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)
