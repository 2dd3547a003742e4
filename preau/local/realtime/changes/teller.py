"""Tells changes together: one look at the database per table and question serves all of them."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from psycopg_pool import PoolTimeout

from preau.local.realtime.changes.catalogue import Catalogue
from preau.local.realtime.changes.matcher import Matcher
from preau.local.realtime.changes.pgoutput import Change
from preau.local.realtime.changes.post import Post
from preau.local.realtime.changes.questions import Questions
from preau.local.realtime.changes.rows import failure
from preau.local.realtime.changes.telling import Case, Telling
from preau.log import get_logger

BREATH: Final = 500  # messages, after which other tasks have their turn
log = get_logger(piece="realtime")


class Teller:
    """Holds changes against the subscriptions, in order."""

    def __init__(self, questions: Questions, matcher: Matcher, post: Post) -> None:
        self._questions = questions
        self._matcher = matcher
        self._post = post
        self._catalogue = Catalogue(questions)

    async def tell(self, changes: Sequence[Change]) -> None:
        """Send what all want and may see; a change that cannot be asked about is told as failed."""
        tellings, failed = await self._prepared(changes)
        sent = 0
        for number in range(len(changes)):
            if number in tellings:
                sent += tellings[number].tell(number)
            elif number in failed:
                self.fail(changes[number])
            if sent > BREATH:
                await asyncio.sleep(0)
                sent = 0

    def fail(self, change: Change) -> None:
        """Say to all who listen to its table that there was a change that cannot be told."""
        relation = change.relation
        for audience in self._matcher.audiences(relation.schema, relation.name, change.action).all:
            told = {failure(change): [one.id for one in audience.wanted]}
            self._post.send(audience, told, change.transaction)

    async def _prepared(
        self, changes: Sequence[Change]
    ) -> tuple[dict[int, Telling], frozenset[int]]:
        """Return how each change is told by its number, and the numbers of those that cannot be."""
        by_relation: dict[int, dict[int, Change]] = defaultdict(dict)
        for number, change in enumerate(changes):
            by_relation[id(change.relation)][number] = change
        tellings: dict[int, Telling] = {}
        failed: set[int] = set()
        for some in by_relation.values():
            try:
                tellings |= await self._telling(some)
            except Exception as error:  # noqa: BLE001 - found out one by one
                log.warning("changes.failed", changes=len(some), error=repr(error))
                failed |= await self._one_by_one(some, tellings)
        return tellings, frozenset(failed)

    async def _one_by_one(
        self, changes: Mapping[int, Change], tellings: dict[int, Telling]
    ) -> set[int]:
        """Add how each change of a table is told; return the numbers of those that cannot be.

        Others wait meanwhile, so the first that takes too long is the last that is asked about.
        """
        left = dict(changes)
        failed: set[int] = set()
        for number, change in changes.items():
            del left[number]
            try:
                tellings |= await self._telling({number: change})
            except Exception as error:  # the feed outlives whatever one change does
                table = f"{change.relation.schema}.{change.relation.name}"
                log.exception("change.lost", table=table, action=change.action)
                failed.add(number)
                if isinstance(error, (TimeoutError, PoolTimeout)):
                    return failed | left.keys()
        return failed

    async def _telling(self, changes: Mapping[int, Change]) -> dict[int, Telling]:
        cases: dict[int, Case] = {}
        for number, change in changes.items():
            relation = change.relation
            audiences = self._matcher.audiences(relation.schema, relation.name, change.action)
            if audiences:
                cases[number] = Case(change, audiences)
        if not cases:
            return {}
        relation = next(iter(cases.values())).change.relation
        roles = set().union(*(case.audiences.roles for case in cases.values()))
        facts = await self._catalogue.facts(relation, roles)
        if facts is None:
            table = f"{relation.schema}.{relation.name}"
            log.warning("changes.of_dropped_table", table=table, changes=len(cases))
            return {}
        telling = Telling(relation, facts, cases, self._post)
        await telling.prepare(self._questions)
        return dict.fromkeys(cases, telling)
