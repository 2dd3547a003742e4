"""Rows as JSON and the filters that they meet, where one filter may fail and must not harm others.

Clients write the filters. One that raises on some row, or a pattern that takes for ever, would take
the changes of a whole table from everybody, so what fails together is asked one by one.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Final

import psycopg

from preau.local.realtime.changes.questions import Described, Questions, Value
from preau.log import get_logger

TOGETHER_SECONDS: Final = 1.0
ALONE_SECONDS: Final = 0.25  # beyond what the rows take without any filter
AWAY: Final = ("08", "57P")  # SQLSTATEs of a server that is not there, whatever it was asked
log = get_logger(piece="realtime")


class Judged:
    """Rows of one table, and after `ask` their `texts`, what they meet, and what is broken."""

    def __init__(
        self,
        questions: Questions,
        relation: int,
        columns: Described,
        images: Sequence[Sequence[Value]],
    ) -> None:
        self._questions = questions
        self._about = (relation, columns, images)
        self.texts: list[list[str | None]] = []
        self.met: list[set[str]] = [set() for _ in images]
        self.broken: set[str] = set()

    async def ask(self, expressions: Sequence[str]) -> None:
        """Hold all filters against all rows. Raises what `Questions` raises of the rows alone."""
        if expressions:
            try:
                await self._ask(expressions, TOGETHER_SECONDS)
            except (psycopg.Error, TimeoutError) as error:
                log.warning("filters.failed", filters=len(expressions), error=repr(error))
            else:
                return
        began = time.monotonic()
        await self._ask((), None)
        limit = ALONE_SECONDS + time.monotonic() - began
        for expression in expressions:
            await self._try(expression, limit)

    async def _try(self, expression: str, limit: float) -> None:
        try:
            await self._ask([expression], limit)
        except (psycopg.Error, TimeoutError) as error:
            if isinstance(error, psycopg.Error) and (error.sqlstate or AWAY[0]).startswith(AWAY):
                raise
            log.warning("filter.broken", relation=self._about[0], error=repr(error))
            self.broken.add(expression)

    async def _ask(self, expressions: Sequence[str], seconds: float | None) -> None:
        rows = await self._questions.pictures(*self._about, expressions, seconds)
        self.texts = [texts for texts, _ in rows]
        for met, (_, holds) in zip(self.met, rows, strict=True):
            met.update(one for one, held in zip(expressions, holds, strict=True) if held)
