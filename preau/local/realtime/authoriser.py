"""Asks the policies of realtime.messages who may hear and send on a private topic.

As supabase/realtime does: within a transaction that is always undone, rows are written that are
nobody's message, and the caller either sees them or may write such, or not. The policies' authors
count on exactly that: on `realtime.topic()`, on `extension`, and on `event` and `payload` being
null.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg
from psycopg import errors

from preau.local.realtime import sql
from preau.local.realtime.access import NOTHING, Access
from preau.local.realtime.claims import Caller
from preau.local.realtime.database import Connection, Database
from preau.local.realtime.limits import Limits
from preau.local.realtime.metrics import Metrics
from preau.local.realtime.services import Extension
from preau.log import get_logger

# A migration's lock brings these about, and so may load. Nothing is given, yet the caller is not
# refused either: who has joined is told of an error and joins again, as no client does after that.
PASSING = (errors.QueryCanceled, errors.LockNotAvailable, errors.DeadlockDetected)
log = get_logger(piece="realtime")


class Authoriser:
    """Each question is one transaction; nothing is remembered here."""

    def __init__(self, database: Database, limits: Limits, metrics: Metrics) -> None:
        self._database = database
        self._timeout = f"{round(limits.policy_seconds * 1000)}ms"
        self._metrics = metrics

    async def read(
        self, topic: str, caller: Caller, headers: dict[str, str], presence: bool
    ) -> Access:
        """Tell what a caller may hear; a policy that raises gives nothing.

        Without `presence` the policy is not asked about it. Raises `psycopg.OperationalError` while
        there is no database to ask, or none that answers in time.
        """
        extensions: list[Extension] = ["broadcast", "presence"] if presence else ["broadcast"]
        ids = [uuid.uuid4() for _ in extensions]
        probes = {"topic": topic, "ids": ids, "extensions": extensions}
        try:
            async with self._undone() as connection:
                await connection.execute(sql.load("add_probes"), probes)
                await self._become(connection, topic, caller, headers)
                visible = await connection.execute(sql.load("visible_probes"), {"ids": ids})
                found = {row[0] for row in await visible.fetchall()}
        except PolicyRaisedError as error:
            log.warning("policy.raised", topic=topic, role=caller.role, error=str(error))
            return NOTHING
        return Access(broadcast="broadcast" in found, presence="presence" in found)

    async def write(
        self, topic: str, caller: Caller, headers: dict[str, str], extension: Extension
    ) -> bool:
        """Tell whether a caller may send; a policy that raises says no.

        Raises `psycopg.OperationalError` while there is no database to ask, or none that answers in
        time.
        """
        try:
            async with self._undone() as connection:
                await self._become(connection, topic, caller, headers)
                await connection.execute(
                    sql.load("try_to_send"), {"topic": topic, "extension": extension}
                )
        except PolicyRaisedError as error:
            if not isinstance(error.__cause__, errors.InsufficientPrivilege):
                log.warning("policy.raised", topic=topic, role=caller.role, error=str(error))
            return False
        return True

    @asynccontextmanager
    async def _undone(self) -> AsyncIterator[Connection]:
        self._metrics.policy_checks += 1
        async with self._database.connection() as connection:
            try:
                async with connection.transaction(force_rollback=True):
                    await connection.execute(sql.load("limit_time"), {"timeout": self._timeout})
                    yield connection
            except psycopg.Error as error:
                if connection.closed or isinstance(error, PASSING):  # no policy's doing
                    raise
                raise PolicyRaisedError(str(error).strip()) from error

    async def _become(
        self, connection: Connection, topic: str, caller: Caller, headers: dict[str, str]
    ) -> None:
        settings: dict[str, Any] = {
            "topic": topic,
            "claims": caller.canonical,
            "sub": str(caller.claims.get("sub") or ""),
            "role": caller.role,
            "headers": json.dumps(headers),
        }
        await connection.execute(sql.load("become_caller"), settings)


class PolicyRaisedError(Exception):
    """Asking a policy ended in an error; its cause is psycopg's."""
