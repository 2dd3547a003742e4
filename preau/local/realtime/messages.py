"""Broadcasts that are rows of realtime.messages: what SQL sends, and what is replayed.

A row reaches the clients in the shape in which a client's own broadcast does, with the row's id
beside it.
"""

from __future__ import annotations

from typing import Any

from preau.local.realtime import strict_json
from preau.local.realtime.changes.pgoutput import Change
from preau.local.realtime.frames import BinaryMessage, Message
from preau.local.realtime.hub import Hub, Topic
from preau.local.realtime.metrics import Metrics


class DatabaseBroadcasts:
    """Passes on each row that was inserted and committed."""

    def __init__(self, hub: Hub, metrics: Metrics) -> None:
        self._hub = hub
        self._metrics = metrics

    def receive(self, change: Change) -> None:
        """Deliver a row, if it is one that says something. Never waits."""
        relation = change.relation
        # A partition may come under its own name: the publication is a migration's to recreate.
        if relation.schema != "realtime" or not relation.name.startswith("messages"):
            return
        if change.action != "INSERT" or change.new is None:
            return
        names = (column.name for column in relation.columns)
        row: dict[str, Any] = dict(zip(names, change.new, strict=True))
        # A publication of somebody else's making may leave columns out.
        event, payload, octets = (row.get(name) for name in ("event", "payload", "binary_payload"))
        body = payload if octets is None else bytes.fromhex(octets[2:])
        if event is None or body is None:
            return
        topic = Topic(row["topic"], private=row["private"] == "t")
        told = message(topic.name, event, body, {"id": row["id"]})
        told.id = row["id"]  # a channel that was sent it as a replay drops it
        self._hub.publish(topic, told, "broadcast")
        self._metrics.broadcasts += 1


def message(
    topic: str, event: str, payload: str | bytes, meta: dict[str, Any] | None = None
) -> Message | BinaryMessage:
    """Return a broadcast of JSON text, or of bytes."""
    about = strict_json.dump(meta) if meta else ""
    wire = f"realtime:{topic}"
    if isinstance(payload, bytes):
        return BinaryMessage(wire, event, about, payload)
    more = f',"meta":{about}' if about else ""
    text = f'{{"type":"broadcast","event":{strict_json.dump(event)},"payload":{payload}{more}}}'
    return Message(wire, "broadcast", text)
