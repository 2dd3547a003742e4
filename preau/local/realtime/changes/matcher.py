"""Who wants to hear of a change, by table and action; no database is asked."""

from __future__ import annotations

from collections.abc import Iterator

from preau.local.realtime.changes.audiences import Audience, Audiences, Subscription
from preau.local.realtime.changes.plans import Wanted
from preau.local.realtime.services import Subscriber


class Matcher:
    """All subscriptions; the audiences of a table and action are worked out when first asked."""

    def __init__(self) -> None:
        self._subscriptions: dict[Subscriber, Subscription] = {}
        self._audiences: dict[tuple[str, str, str], Audiences] = {}

    def set(self, subscription: Subscription) -> None:
        """Take a subscription, in place of what its subscriber had."""
        self._subscriptions[subscription.subscriber] = subscription
        self._audiences.clear()

    def remove(self, subscriber: Subscriber) -> None:
        """Forget a subscriber's, if it has one."""
        if self._subscriptions.pop(subscriber, None) is not None:
            self._audiences.clear()

    def of(self, subscriber: Subscriber) -> Subscription | None:
        """Return what a subscriber has, if it has anything."""
        return self._subscriptions.get(subscriber)

    def holds(self, subscription: Subscription) -> bool:
        """Tell whether a subscription is still what its subscriber has."""
        return self._subscriptions.get(subscription.subscriber) is subscription

    def audiences(self, schema: str, table: str, action: str) -> Audiences:
        """Return who wants changes of a table."""
        key = (schema, table, action)
        found = self._audiences.get(key)
        if found is None:
            found = self._audiences[key] = Audiences(self._grouped(schema, table, action))
        return found

    def _grouped(self, schema: str, table: str, action: str) -> Iterator[Audience]:
        groups: dict[tuple[tuple[str, str], tuple[Wanted, ...]], Audience] = {}
        for subscription in self._subscriptions.values():
            here = tuple(one for one in subscription.wanted if one.covers(schema, table, action))
            if not here:
                continue
            key = (subscription.caller.key, here)
            if key not in groups:
                groups[key] = Audience(subscription.caller, here, {})
            topic = subscription.subscriber.topic.name
            groups[key].subscriptions.setdefault(topic, []).append(subscription)
        yield from groups.values()
