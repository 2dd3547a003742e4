"""Which subscriptions have filters made for another type than a changed row's column has."""

from __future__ import annotations

from preau.local.realtime.changes.audiences import Subscription
from preau.local.realtime.changes.matcher import Matcher
from preau.local.realtime.changes.pgoutput import Relation


def stale(matcher: Matcher, relation: Relation, action: str) -> list[Subscription]:
    """Return those that would hold a filter against a value that it was not made for."""
    audiences = matcher.audiences(relation.schema, relation.name, action)
    if not audiences.types:
        return []
    types = {column.name: column.type_oid for column in relation.columns}
    other = {pair for pair in audiences.types if types.get(*pair) != pair[1]}
    if not other:
        return []
    return [
        subscription
        for audience in audiences.all
        if any((one.column, one.type_oid) in other for one in audience.conditions)
        for subscriptions in audience.subscriptions.values()
        for subscription in subscriptions
    ]
