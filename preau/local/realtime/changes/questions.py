"""What the feed asks the database, each one round trip.

The functions behind the questions are temporary ones, made once on each connection: no client can
call them, and no schema shows them.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Any, Final, Literal
from weakref import WeakSet

import psycopg
from psycopg.rows import dict_row

from preau.local.realtime.changes.filters import Filter
from preau.local.realtime.changes.moment import Moment
from preau.local.realtime.database import Connection, Database
from preau.local.realtime.sql import load

FUNCTIONS: Final = ("readable", "condition", "pictures", "visible")
CONNECTIONS: Final = 10  # tried for one question
COMPILING: Final = 2  # regular expressions at once, of a pool of eight connections
Described = Sequence[tuple[str, int]]
"""Columns: name and type's oid."""
Value = str | Literal[False] | None
"""Of an image: its text, or False where the log tells nothing."""


class Questions:
    """Asks over the pool; a question may take `seconds`, then it raises `TimeoutError`.

    Each may raise `psycopg.Error`.
    """

    def __init__(self, database: Database, seconds: float) -> None:
        self._database = database
        self._seconds = seconds
        self.compiling = asyncio.Semaphore(COMPILING)
        self._equipped: WeakSet[Connection] = WeakSet()

    async def facts(self, relation: int, roles: Sequence[str]) -> dict[str, Any] | None:
        """Return what `facts.sql` says of a table, or None if there is none."""
        rows = await self._ask("facts", relation=relation, roles=list(roles))
        return rows[0] if rows else None

    async def moment(self) -> Moment:
        """Return which transactions can be seen now."""
        (found,) = await self._ask("moment")
        return Moment(found["oldest"], found["upper_end"], frozenset(found["running"]))

    async def published(self, schema: str, table: str) -> list[dict[str, Any]]:
        """Return the published tables that two names or `*` mean: schema, name, relation."""
        return await self._ask("published", schema=schema, table=table)

    async def selectable(self, relation: int, role: str, columns: Sequence[str]) -> None:
        """Raise where a role may not read one of the columns."""
        await self._ask("selectable", relation=relation, role=role, columns=list(columns))

    async def condition(
        self, relation: int, role: str, asked: Filter, seconds: float | None = None
    ) -> dict[str, Any]:
        """Return a filter as `condition.sql` makes it: type_oid, expression, among."""
        (found,) = await self._ask(
            "call_condition",
            relation=relation,
            role=role,
            column=asked.column,
            operator=asked.operator,
            operand=asked.value,
            negated=asked.negated,
            seconds=seconds,
        )
        return found

    async def pictures(
        self,
        relation: int,
        columns: Described,
        images: Sequence[Sequence[Value]],
        conditions: Sequence[str],
        seconds: float | None = None,
    ) -> list[tuple[list[str | None], list[bool | None]]]:
        """Return for each image its values as JSON texts, and which conditions it meets.

        The values of a generated column are computed, whatever the image says of it. It may take
        `seconds` where that is less than any question may.
        """
        rows = await self._ask(
            "call_pictures",
            relation=relation,
            columns=json.dumps(columns),
            images=json.dumps(images),
            conditions=list(conditions),
            seconds=seconds,
        )
        return [(row["texts"], row["met"]) for row in rows]

    async def visible(
        self,
        relation: int,
        key: Sequence[str],
        keys: Sequence[Sequence[str | None]],
        viewers: Sequence[dict[str, Any]],
        transactions: Sequence[int],
    ) -> list[tuple[list[int], str | None]]:
        """Return for each viewer which of its rows it finds, and what its policy raised."""
        rows = await self._ask(
            "call_visible",
            relation=relation,
            key=list(key),
            keys=json.dumps(keys),
            viewers=json.dumps(viewers),
            transactions=list(transactions),
        )
        return [(row["seen"] or [], row["problem"]) for row in rows]

    async def _ask(
        self, name: str, *, seconds: float | None = None, **values: object
    ) -> list[dict[str, Any]]:
        limit = self._seconds if seconds is None else min(seconds, self._seconds)
        for _ in range(CONNECTIONS):
            async with self._database.connection() as connection:
                try:
                    return await self._answer(connection, name, values, limit)
                except psycopg.OperationalError:
                    # One that Postgres has ended meanwhile; it may have ended all of the pool's.
                    if not connection.closed:
                        raise
        raise psycopg.OperationalError("every connection was ended")

    async def _answer(
        self, connection: Connection, name: str, values: dict[str, object], seconds: float
    ) -> list[dict[str, Any]]:
        async with (
            asyncio.timeout(seconds),
            connection.cursor(row_factory=dict_row) as cursor,
        ):
            if connection not in self._equipped:
                for function in FUNCTIONS:
                    await cursor.execute(load(function))
                self._equipped.add(connection)
            await cursor.execute(load(name), values)
            return await cursor.fetchall()
