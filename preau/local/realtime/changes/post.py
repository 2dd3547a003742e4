"""Messages to those who get a change; one who has left meanwhile gets none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from preau.local.realtime import strict_json
from preau.local.realtime.changes.audiences import Audience, Subscription
from preau.local.realtime.changes.matcher import Matcher
from preau.local.realtime.changes.rows import payload
from preau.local.realtime.frames import Message


class Post:
    """Sends; nothing here waits."""

    def __init__(self, matcher: Matcher) -> None:
        self._matcher = matcher

    def send(self, audience: Audience, told: Mapping[str, Sequence[int]], transaction: int) -> int:
        """Send each of some data with its bindings' ids; returns how many messages went out."""
        sent = 0
        for data, ids in told.items():
            text = payload(ids, data)
            for topic, subscriptions in audience.subscriptions.items():
                message = Message(f"realtime:{topic}", "postgres_changes", text)
                for subscription in subscriptions:
                    if self._matcher.holds(subscription) and not (
                        transaction and subscription.since.saw(transaction)
                    ):
                        subscription.subscriber.send(message)
                        sent += 1
        return sent

    def end(self, subscription: Subscription, why: str) -> None:
        """End what a subscriber has and say so; nothing happens if it has something else by now."""
        if self._matcher.holds(subscription):
            self._matcher.remove(subscription.subscriber)
            self._over(subscription, why)

    def _over(self, subscription: Subscription, why: str) -> None:
        """Say that a subscription has come to its end; realtime-py then joins again."""
        name = subscription.subscriber.topic.name
        told = {
            "extension": "postgres_changes",
            "status": "error",
            "message": why,
            "channel": name,
        }
        message = Message(f"realtime:{name}", "system", strict_json.dump(told))
        subscription.subscriber.send(message)
