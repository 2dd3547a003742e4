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
from preau.log import get_logger

log = get_logger(piece="realtime")


class DatabaseBroadcasts:
    """Passes on each row that was inserted and committed."""

    def __init__(self, hub: Hub, metrics: Metrics) -> None:
        self._hub = hub
        self._metrics = metrics

    def receive(self, change: Change) -> None:
        """Deliver a row, if it is one that says something. Never waits, never raises for a row.

        A publication of somebody else's making may leave columns out, and `bytea_output` may be
        another: such a row is passed over, for one that stops the log stops all.
        """
        relation = change.relation
        # A partition may come under its own name: the publication is a migration's to recreate.
        if relation.schema != "realtime" or not relation.name.startswith("messages"):
            return
        if change.action != "INSERT" or change.new is None:
            return
        names = (column.name for column in relation.columns)
        row: dict[str, Any] = dict(zip(names, change.new, strict=True))
        try:
            self._deliver(row)
        except (KeyError, ValueError) as error:
            log.warning("message.unreadable", table=relation.name, error=repr(error))

    def _deliver(self, row: dict[str, Any]) -> None:
        event, payload, octets = (row.get(name) for name in ("event", "payload", "binary_payload"))
        body = payload if octets is None else _bytes(octets)
        if event is None or body is None:
            return
        topic = Topic(row["topic"], private=row["private"] == "t")
        told = message(topic.name, event, body, {"id": row["id"]})
        told.id = row["id"]  # a channel that was sent it as a replay drops it
        self._hub.publish(topic, told, "broadcast")
        self._metrics.broadcasts += 1


def _bytes(text: str) -> bytes:
    """Return the bytes of a bytea's hexadecimal text. Raises `ValueError` for another."""
    if not text.startswith("\\x"):
        raise ValueError("bytea_output is not hex")
    return bytes.fromhex(text[2:])


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
