"""Tells changes together: one look at the database per table and question serves all of them."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

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
        """Send what all want and may see. Raises what `Questions` raises, and then sent nothing."""
        tellings = await self._prepared(changes)
        sent = 0
        for number in range(len(changes)):
            if number in tellings:
                sent += tellings[number].tell(number)
            if sent > BREATH:
                await asyncio.sleep(0)
                sent = 0

    def fail(self, change: Change) -> None:
        """Say to all who listen to its table that there was a change that cannot be told."""
        relation = change.relation
        for audience in self._matcher.audiences(relation.schema, relation.name, change.action).all:
            told = {failure(change): [one.id for one in audience.wanted]}
            self._post.send(audience, told, change.transaction)

    async def _prepared(self, changes: Iterable[Change]) -> dict[int, Telling]:
        by_relation: dict[int, dict[int, Case]] = defaultdict(dict)
        for number, change in enumerate(changes):
            relation = change.relation
            audiences = self._matcher.audiences(relation.schema, relation.name, change.action)
            if audiences:
                by_relation[id(relation)][number] = Case(change, audiences)
        tellings: dict[int, Telling] = {}
        for cases in by_relation.values():
            telling = await self._telling(cases)
            if telling is not None:
                tellings |= dict.fromkeys(cases, telling)
        return tellings

    async def _telling(self, cases: dict[int, Case]) -> Telling | None:
        relation = next(iter(cases.values())).change.relation
        roles = set().union(*(case.audiences.roles for case in cases.values()))
        facts = await self._catalogue.facts(relation, roles)
        if facts is None:
            table = f"{relation.schema}.{relation.name}"
            log.warning("changes.of_dropped_table", table=table, changes=len(cases))
            return None
        telling = Telling(relation, facts, cases, self._post)
        await telling.prepare(self._questions)
        return telling
