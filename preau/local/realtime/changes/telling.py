"""One table's part of some changes, from the log to the receivers.

Filters first, then policies, and both for all changes in one question each; what is then left is
put into words once per role, choice of columns, and topic.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from preau.local.realtime.changes import pictures
from preau.local.realtime.changes.catalogue import Facts
from preau.local.realtime.changes.images import images
from preau.local.realtime.changes.matcher import Audience
from preau.local.realtime.changes.pgoutput import Change, Relation
from preau.local.realtime.changes.pictures import Picture
from preau.local.realtime.changes.plans import Wanted
from preau.local.realtime.changes.post import Post
from preau.local.realtime.changes.questions import Questions
from preau.local.realtime.changes.rows import KEY_HIDDEN, NO_KEY, Row
from preau.local.realtime.changes.visibility import Inquiry


@dataclass(frozen=True, eq=False)
class Case:
    """A change and who wants such."""

    change: Change
    audiences: Sequence[Audience]


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
        self._inquiry = Inquiry(relation, facts)

    async def prepare(self, questions: Questions) -> None:
        """Ask the database all there is to ask. Raises what `Questions` raises."""
        both = [images(case.change) for case in self._cases.values()]
        audiences = {id(one): one for case in self._cases.values() for one in case.audiences}
        conditions = [
            condition
            for audience in audiences.values()
            for one in audience.wanted
            for condition in one.conditions
        ]
        taken = await pictures.taken(
            questions, self._relation, self._facts.generated, both, conditions
        )
        self._pictures = dict(zip(self._cases, taken, strict=True))
        for number, case in self._cases.items():
            for audience in case.audiences:
                if self._is_asked(case.change, audience) and self._matched(number, audience):
                    self._inquiry.ask(
                        number, self._pictures[number].images.tested, case.change, audience.caller
                    )
        await self._inquiry.answer(questions)

    def tell(self, number: int) -> int:
        """Send one change to all who want and may see it; returns how many messages that were."""
        sent = 0
        case, picture = self._cases[number], self._pictures[number]
        row = Row(case.change, self._facts, picture.record, picture.old)
        for audience in case.audiences:
            rights = self._facts.rights(audience.caller.role)
            problem = self._problem(case.change, audience)
            told: dict[str, list[int]] = defaultdict(list)
            if problem:
                told[row.refusal(problem)] = [one.id for one in audience.wanted]
            elif not self._is_asked(case.change, audience) or self._inquiry.seen(
                number, audience.caller
            ):
                for one in self._matched(number, audience):
                    told[row.data(rights, one.select)].append(one.id)
            sent += self._post.send(audience, told, case.change.transaction)
        return sent

    def _is_asked(self, change: Change, audience: Audience) -> bool:
        """Tell whether it is for policies to say if the audience sees the change."""
        return (
            self._facts.has_policies
            and change.action != "DELETE"
            and not self._facts.rights(audience.caller.role).bypasses
            and not self._problem(change, audience)
        )

    def _problem(self, change: Change, audience: Audience) -> str | None:
        if change.action == "DELETE":
            return None
        if not self._facts.key:
            return NO_KEY
        readable = self._facts.rights(audience.caller.role).readable
        return None if readable.issuperset(self._facts.key) else KEY_HIDDEN

    def _matched(self, number: int, audience: Audience) -> list[Wanted]:
        picture = self._pictures[number]
        return [one for one in audience.wanted if picture.meets(one.conditions)]
