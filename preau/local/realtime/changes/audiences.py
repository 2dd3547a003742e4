"""Who hears of a table's changes together, found by the values they filter by.

Subscribers who want the same with the same claims are one audience: whatever is asked about a
change is asked once for all of them, and on one topic they get one message. Where each of many
listens to rows of their own, a change must not cost a look at all the others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from preau.local.realtime.changes.bindings import Binding
from preau.local.realtime.changes.conditions import Among, Condition, Expression
from preau.local.realtime.changes.images import Image
from preau.local.realtime.changes.moment import Moment
from preau.local.realtime.changes.plans import Wanted
from preau.local.realtime.claims import Caller
from preau.local.realtime.services import Subscriber


@dataclass(frozen=True, eq=False)
class Subscription:
    """What one subscriber asked for, as whom, and what that means for the tables as they are.

    It hears of what could not be seen at the moment `since`.
    """

    subscriber: Subscriber
    caller: Caller
    bindings: tuple[Binding, ...]
    wanted: tuple[Wanted, ...]
    since: Moment


@dataclass(frozen=True, eq=False)
class Audience:
    """Subscriptions by the name of their topic; `caller` is one of theirs."""

    caller: Caller
    wanted: tuple[Wanted, ...]
    subscriptions: dict[str, list[Subscription]]

    @property
    def conditions(self) -> Iterator[Condition]:
        """Every condition of theirs."""
        return chain.from_iterable(one.conditions for one in self.wanted)


class Audiences:
    """All audiences of one table and action."""

    def __init__(self, audiences: Iterable[Audience]) -> None:
        self.all: Sequence[Audience] = tuple(audiences)
        self.roles = {audience.caller.role for audience in self.all}
        conditions = [one for audience in self.all for one in audience.conditions]
        self.expressions = {one for one in conditions if isinstance(one, Expression)}
        self.types = {(one.column, one.type_oid) for one in conditions}
        # By column and text; an audience stands there once for each thing it wants.
        self._by_value: dict[str, dict[str, list[Audience]]] = defaultdict(dict)
        self._others: list[Audience] = []
        for audience in self.all:
            self._place(audience)

    def __bool__(self) -> bool:
        return bool(self.all)

    def near(self, image: Image) -> Iterable[Audience]:
        """Return every audience whose filters a row may meet, and few of the others."""
        found = dict.fromkeys(self._others)
        for column, by_text in self._by_value.items():
            text = image.get(column)
            if text is not None:
                found.update(dict.fromkeys(by_text.get(text, ())))
        return found

    def _place(self, audience: Audience) -> None:
        chosen = [found for one in audience.wanted if (found := _selective(one))]
        if len(chosen) < len(audience.wanted):
            self._others.append(audience)
            return
        for condition in chosen:
            for text in condition.texts:
                self._by_value[condition.column].setdefault(text, []).append(audience)


def _selective(wanted: Wanted) -> Among | None:
    """Return a condition that few rows meet, and which the text of a value decides."""
    for condition in wanted.conditions:
        if isinstance(condition, Among) and not condition.negated:
            return condition
    return None
