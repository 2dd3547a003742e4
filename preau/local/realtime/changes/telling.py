"""One table's part of some changes, from the log to the receivers.

Filters first, then policies, and both for all changes in one question each; what is then left is
put into words once per role, choice of columns, and topic.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from preau.local.realtime.changes import pictures
from preau.local.realtime.changes.audiences import Audience, Audiences
from preau.local.realtime.changes.catalogue import Facts
from preau.local.realtime.changes.conditions import Expression
from preau.local.realtime.changes.images import images
from preau.local.realtime.changes.pgoutput import Change, Relation
from preau.local.realtime.changes.pictures import Picture
from preau.local.realtime.changes.plans import Wanted
from preau.local.realtime.changes.post import Post
from preau.local.realtime.changes.questions import Questions
from preau.local.realtime.changes.rows import FAILED, KEY_HIDDEN, NO_KEY, Row
from preau.local.realtime.changes.visibility import Inquiry

BROKEN: Final = "Unable to subscribe to changes: a filter fails or takes too long on a row"


@dataclass(frozen=True, eq=False)
class Case:
    """A change and who wants such."""

    change: Change
    audiences: Audiences


@dataclass(frozen=True, eq=False)
class Hearing:
    """An audience that a change is for; what of its wishes it meets, and what stands against it."""

    audience: Audience
    wanted: Sequence[Wanted]
    problem: str | None
    asked: bool


class Telling:
    """The changes of one table, by their numbers among all that are told together."""

    def __init__(
        self, relation: Relation, facts: Facts, cases: Mapping[int, Case], post: Post
    ) -> None:
        self._relation = relation
        self._facts = facts
        self._cases = cases
        self._post = post
        self._pictures: dict[int, Picture] = {}
        self._hearings: dict[int, list[Hearing]] = {}
        self._inquiry = Inquiry(relation, facts)
        # A column may have been renamed between the change and the facts.
        self._known = {column.name for column in relation.columns} | set(facts.generated)

    async def prepare(self, questions: Questions) -> None:
        """Ask the database all there is to ask. Raises what `Questions` raises."""
        both = [images(case.change) for case in self._cases.values()]
        every = {id(case.audiences): case.audiences for case in self._cases.values()}
        expressions = set().union(*(one.expressions for one in every.values()))
        taken, broken = await pictures.taken(
            questions, self._relation, self._facts.generated, both, expressions
        )
        self._end(broken)
        self._pictures = dict(zip(self._cases, taken, strict=True))
        for number, case in self._cases.items():
            picture = self._pictures[number]
            self._hearings[number] = list(self._heard_by(case, picture))
            for hearing in self._hearings[number]:
                if hearing.asked:
                    self._inquiry.ask(number, picture, case.change, hearing.audience.caller)
        await self._inquiry.answer(questions)

    def tell(self, number: int) -> int:
        """Send one change to all who want and may see it; returns how many messages that were."""
        sent = 0
        case, picture = self._cases[number], self._pictures[number]
        row = Row(case.change, self._facts, picture.record, picture.old)
        for hearing in self._hearings[number]:
            audience = hearing.audience
            told: dict[str, list[int]] = defaultdict(list)
            if hearing.problem:
                told[row.refusal(hearing.problem)] = [one.id for one in hearing.wanted]
            elif not hearing.asked or self._inquiry.seen(number, audience.caller):
                rights = self._facts.rights(audience.caller.role)
                for one in hearing.wanted:
                    told[row.data(rights, one.select)].append(one.id)
            sent += self._post.send(audience, told, case.change.transaction)
        return sent

    def _end(self, broken: frozenset[str]) -> None:
        """End those who have a filter that cannot be held against rows; it would fail again."""
        for audience in {one for case in self._cases.values() for one in case.audiences.all}:
            texts = {one.text for one in audience.conditions if isinstance(one, Expression)}
            if texts & broken:
                for subscription in chain.from_iterable(audience.subscriptions.values()):
                    self._post.end(subscription, BROKEN)

    def _heard_by(self, case: Case, picture: Picture) -> Iterator[Hearing]:
        change, audiences = case.change, case.audiences
        # A problem is told whatever the filters say, since no value may be.
        if any(self._problem(change, role) for role in audiences.roles):
            near: Iterable[Audience] = audiences.all
        else:
            near = audiences.near(picture.images.tested)
        for audience in near:
            problem = self._problem(change, audience.caller.role)
            wanted = [one for one in audience.wanted if problem or picture.meets(one.conditions)]
            if wanted:
                yield Hearing(audience, wanted, problem, self._is_asked(change, audience))

    def _is_asked(self, change: Change, audience: Audience) -> bool:
        """Tell whether it is for policies to say if the audience sees the change."""
        return (
            self._facts.has_policies
            and change.action != "DELETE"
            and not self._facts.rights(audience.caller.role).bypasses
            and not self._problem(change, audience.caller.role)
        )

    def _problem(self, change: Change, role: str) -> str | None:
        if change.action == "DELETE":
            return None
        if not self._facts.key:
            return NO_KEY
        if not self._facts.rights(role).readable.issuperset(self._facts.key):
            return KEY_HIDDEN
        return None if self._known.issuperset(self._facts.key) else FAILED
