"""Which subscriptions have filters made for another type than a changed row's column has."""

from __future__ import annotations

from preau.local.realtime.changes.matcher import Matcher, Subscription
from preau.local.realtime.changes.pgoutput import Relation


def stale(matcher: Matcher, relation: Relation, action: str) -> list[Subscription]:
    """Return those that would hold a filter against a value that it was not made for."""
    found: list[Subscription] = []
    types: dict[str, int] = {}
    for audience in matcher.audiences(relation.schema, relation.name, action):
        conditions = [condition for one in audience.wanted for condition in one.conditions]
        if conditions and not types:
            types = {column.name: column.type_oid for column in relation.columns}
        if any(types.get(one.column, one.type_oid) != one.type_oid for one in conditions):
            for subscriptions in audience.subscriptions.values():
                found.extend(subscriptions)
    return found
