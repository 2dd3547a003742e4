"""Who is present on a topic: what each channel says of itself, kept in memory.

The shapes are Phoenix Presence's: a key has a meta for each channel that tracks under it, and a
meta has a `phx_ref` that no other has. Clients tell metas apart by it, also across a restart of the
server, so it begins with something that no earlier process had.
"""

from __future__ import annotations

import itertools
import secrets
from dataclasses import dataclass
from typing import Any

from preau.local.realtime import strict_json
from preau.local.realtime.channel import Channel
from preau.local.realtime.frames import Message
from preau.local.realtime.hub import Hub, Topic

# What the server says in a meta, and clients make of it. Where a payload's own is no string,
# realtime-py drops all that is told of the topic: pydantic refuses the whole message.
RESERVED = frozenset(("phx_ref", "phx_ref_prev", "presence_ref"))
Metas = dict[str, dict[str, list[dict[str, Any]]]]


@dataclass(frozen=True, slots=True)
class _Present:
    text: str  # of the payload: in Python 1, 1.0 and True are equal, in JSON they are not
    key: str
    meta: dict[str, Any]


class Presence:
    """What every channel tracks; changes go to all members of the topic that hear presence."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._topics: dict[Topic, dict[Channel, _Present]] = {}
        prefix = secrets.token_urlsafe(6)
        self._refs = (f"{prefix}{number}" for number in itertools.count())

    def track(self, channel: Channel, payload: dict[str, Any]) -> None:
        """Set what a channel says of itself: one diff, or none where it said the same before."""
        payload = {name: value for name, value in payload.items() if name not in RESERVED}
        present = self._topics.get(channel.topic, {}).get(channel)
        text = strict_json.dump(payload)
        if present and present.text == text:
            return
        meta = payload | {"phx_ref": next(self._refs)}
        leaves: Metas = {}
        if present:
            meta["phx_ref_prev"] = present.meta["phx_ref"]
            leaves = _metas(present.key, present.meta)
        key = channel.presence_key
        self._topics.setdefault(channel.topic, {})[channel] = _Present(text, key, meta)
        self._tell(channel.topic, _metas(key, meta), leaves)

    def untrack(self, channel: Channel) -> None:
        """Take back what a channel said; it is told too. Nothing happens if it said nothing."""
        self._forget(channel, but=None)

    def leave(self, channel: Channel) -> None:
        """Forget a channel that is over; the others are told."""
        self._forget(channel, but=channel)

    def state(self, topic: Topic) -> dict[str, Any]:
        """Return who is present, as `presence_state` has it: `{key: {"metas": [meta, …]}}`."""
        found: dict[str, Any] = {}
        for present in self._topics.get(topic, {}).values():
            found.setdefault(present.key, {"metas": []})["metas"].append(present.meta)
        return found

    def _forget(self, channel: Channel, but: Channel | None) -> None:
        topic = self._topics.get(channel.topic, {})
        present = topic.pop(channel, None)
        if present is None:
            return
        if not topic:
            del self._topics[channel.topic]
        self._tell(channel.topic, {}, _metas(present.key, present.meta), but)

    def _tell(self, topic: Topic, joins: Metas, leaves: Metas, but: Channel | None = None) -> None:
        diff = strict_json.dump({"joins": joins, "leaves": leaves})
        message = Message(f"realtime:{topic.name}", "presence_diff", diff)
        self._hub.publish(topic, message, "presence", but)


def _metas(key: str, meta: dict[str, Any]) -> Metas:
    return {key: {"metas": [meta]}}
