"""What SQL sends: a row of realtime.messages is delivered once it is committed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from structlog.testing import capture_logs

from preau.local.realtime.access import Access
from preau.local.realtime.changes.pgoutput import Change, Column, Relation
from preau.local.realtime.frames import BinaryMessage, Version
from preau.local.realtime.hub import Hub
from preau.local.realtime.messages import DatabaseBroadcasts, message
from preau.local.realtime.metrics import Metrics
from tests.local.realtime.topics.people import Listener

ID = "5ad8d7d0-6a5e-4b2c-9e1e-0123456789ab"
ROW: dict[str, str | None] = {
    "topic": "room",
    "extension": "broadcast",
    "payload": '{"a": 1}',
    "event": "greeting",
    "private": "f",
    "updated_at": "2026-11-21 10:00:00",
    "inserted_at": "2026-11-21 10:00:00",
    "id": ID,
    "binary_payload": None,
}


@pytest.fixture
def hub() -> Hub:
    return Hub()


@pytest.fixture
def broadcasts(hub: Hub) -> DatabaseBroadcasts:
    return DatabaseBroadcasts(hub, Metrics())


def joined(hub: Hub, **how: Any) -> Listener:
    listener = Listener(**how)
    hub.join(listener)
    return listener


def change(table: str = "messages", schema: str = "realtime", **values: str | None) -> Change:
    columns = tuple(Column(name, 25, name in ("id", "inserted_at")) for name in ROW)
    relation = Relation(1, schema, table, columns)
    new = tuple((ROW | values).values())
    return Change(relation, "INSERT", new, None, False, datetime.now(UTC))


def test_a_row_is_a_broadcast_with_its_id(hub: Hub, broadcasts: DatabaseBroadcasts) -> None:
    listener = joined(hub)
    broadcasts.receive(change())
    assert listener.payloads() == [
        {"type": "broadcast", "event": "greeting", "payload": {"a": 1}, "meta": {"id": ID}}
    ]
    assert [(sent.topic, sent.event) for sent in listener.sent] == [("realtime:room", "broadcast")]


@pytest.mark.parametrize(
    ("private", "heard"), [("t", "inside"), ("f", "outside"), (None, "outside")]
)
def test_the_row_says_whether_the_topic_is_private(
    hub: Hub, broadcasts: DatabaseBroadcasts, private: str | None, heard: str
) -> None:
    listeners = {"inside": joined(hub, private=True), "outside": joined(hub)}
    broadcasts.receive(change(private=private))
    assert [name for name, listener in listeners.items() if listener.sent] == [heard]


def test_bytes_come_as_a_binary_frame(hub: Hub, broadcasts: DatabaseBroadcasts) -> None:
    listener = joined(hub)
    broadcasts.receive(change(payload=None, binary_payload="\\x00ff"))
    (sent,) = listener.sent
    assert sent == BinaryMessage("realtime:room", "greeting", f'{{"id":"{ID}"}}', b"\x00\xff", ID)
    assert sent.encoded(Version.V1) is None


def test_a_day_s_partition_is_the_same_table(hub: Hub, broadcasts: DatabaseBroadcasts) -> None:
    listener = joined(hub)
    broadcasts.receive(change("messages_2026_11_21"))
    broadcasts.receive(change("messages_default"))
    assert len(listener.sent) == 2


@pytest.mark.parametrize(
    "silent",
    [
        change(event=None),
        change(payload=None),
        change(schema="public"),
        change(table="subscription"),
        Change(change().relation, "DELETE", None, change().new, False, datetime.now(UTC)),
        Change(change().relation, "UPDATE", change().new, None, False, datetime.now(UTC)),
    ],
    ids=["no event", "no payload", "another schema", "another table", "delete", "update"],
)
def test_what_is_no_new_message_is_not_delivered(
    hub: Hub, broadcasts: DatabaseBroadcasts, silent: Change
) -> None:
    listener = joined(hub)
    broadcasts.receive(silent)
    assert listener.sent == []


@pytest.mark.parametrize("missing", ["topic", "private", "id"])
def test_a_row_that_says_too_little_is_passed_over_aloud(
    hub: Hub, broadcasts: DatabaseBroadcasts, missing: str
) -> None:
    listener = joined(hub)
    whole = change()
    columns = tuple(column for column in whole.relation.columns if column.name != missing)
    new = tuple(value for name, value in ROW.items() if name != missing)
    with capture_logs() as logged:
        broadcasts.receive(
            replace(whole, relation=replace(whole.relation, columns=columns), new=new)
        )
    assert [(line["event"], missing in line["error"]) for line in logged] == [
        ("message.unreadable", True)
    ]
    broadcasts.receive(whole)
    assert len(listener.sent) == 1


@pytest.mark.parametrize("octets", ["abc", "ab1234", "\\\\000", "\\xabc"])
def test_bytes_that_are_written_otherwise_are_passed_over_aloud(
    hub: Hub, broadcasts: DatabaseBroadcasts, octets: str
) -> None:
    listener = joined(hub)
    with capture_logs() as logged:
        broadcasts.receive(change(payload=None, binary_payload=octets))
    assert [line["event"] for line in logged] == ["message.unreadable"]
    assert listener.sent == []


def test_a_row_goes_to_those_who_may_hear_broadcasts_with_its_id_for_replays(
    hub: Hub, broadcasts: DatabaseBroadcasts
) -> None:
    listener = joined(hub, private=True)
    deaf = joined(hub, private=True, access=Access(broadcast=False, presence=True))
    broadcasts.receive(change(private="t"))
    assert [sent.id for sent in listener.sent] == [ID]
    assert deaf.sent == []


def test_a_broadcast_without_meta_says_nothing_of_it() -> None:
    assert message("room", "é", '{"a":1}') == message("room", "é", '{"a":1}', {})
    assert message("room", "e", b"x") == BinaryMessage("realtime:room", "e", "", b"x")
