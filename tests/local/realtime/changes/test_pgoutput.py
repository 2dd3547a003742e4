"""The decoder. The vectors are what Postgres 17 sent of one table, word for word."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from preau.local.realtime.changes.change import Value
from preau.local.realtime.changes.pgoutput import (
    UNCHANGED,
    Change,
    Column,
    DecodeError,
    Decoder,
    Relation,
)

BEGIN = bytes.fromhex("420000000001f4aba8000303c68361f406000003f3")
COMMIT = bytes.fromhex("43000000000001f4aba80000000001f4abd8000303c68361f406")
TYPE = bytes.fromhex("5900004cd87075626c69630077616c5f6d6f6f6400")
ORIGIN = bytes.fromhex("4f000000000000000077616c5f6f00")
TRUNCATE = bytes.fromhex("54000000010000004cdb")
# id int8 primary key, title text, big text, mood an enum
RELATION = bytes.fromhex(
    "5200004cdb7075626c69630077616c5f74006400040169640000000014ffffffff007469746c650000000019"
    "ffffffff006269670000000019ffffffff006d6f6f640000004cd8ffffffff"
)
FULL = bytes.fromhex(
    "5200004cdb7075626c69630077616c5f74006600040169640000000014ffffffff017469746c650000000019"
    "ffffffff016269670000000019ffffffff016d6f6f640000004cd8ffffffff"
)
INSERT = bytes.fromhex("4900004cdb4e00047400000001326e74000000006e")
UPDATE = bytes.fromhex("5500004cdb4e0004740000000131740000000162757400000004676c6164")
UPDATE_KEY = bytes.fromhex("5500004cdb4b00047400000001326e6e6e4e00047400000001336e74000000006e")
DELETE = bytes.fromhex("4400004cdb4b00047400000001316e6e6e")
DELETE_FULL = bytes.fromhex("4400004cdb4f00047400000001336e74000000006e")
VECTORS = {
    "begin": BEGIN,
    "commit": COMMIT,
    "relation": RELATION,
    "insert": INSERT,
    "update": UPDATE,
    "update of the key": UPDATE_KEY,
    "delete": DELETE,
    "delete, identity full": DELETE_FULL,
}
AT = datetime(2026, 11, 21, 11, 34, 32, 774662, tzinfo=UTC)


def told(*messages: bytes, relation: bytes = RELATION) -> Change:
    """Return the change that the last of the messages tells, in a transaction."""
    decoder = Decoder()
    for message in (BEGIN, relation, *messages[:-1]):
        decoder.decode(message)
    change = decoder.decode(messages[-1])
    assert change is not None
    return change


def test_a_relation_has_its_names_and_its_columns() -> None:
    assert told(INSERT).relation == Relation(
        19675,
        "public",
        "wal_t",
        (
            Column("id", 20, True),
            Column("title", 25, False),
            Column("big", 25, False),
            Column("mood", 19672, False),
        ),
    )


def test_an_insert_has_a_new_row_and_the_time_of_its_commit() -> None:
    change = told(INSERT)
    assert (change.action, change.new, change.old) == ("INSERT", ("2", None, "", None), None)
    assert change.committed_at == AT


def test_an_update_without_an_old_row_marks_the_large_value_it_did_not_touch() -> None:
    change = told(UPDATE)
    assert change.new == ("1", "b", UNCHANGED, "glad")
    assert (change.action, change.old, change.old_is_key) == ("UPDATE", None, False)


def test_an_update_of_the_key_has_the_old_key() -> None:
    change = told(UPDATE_KEY)
    assert (change.old, change.old_is_key) == (("2", None, None, None), True)
    assert change.new == ("3", None, "", None)


def test_a_delete_has_the_old_key_alone() -> None:
    change = told(DELETE)
    assert (change.action, change.new, change.old) == ("DELETE", None, ("1", None, None, None))
    assert change.old_is_key


def test_a_delete_under_full_identity_has_the_whole_old_row() -> None:
    change = told(DELETE_FULL, relation=FULL)
    assert (change.old, change.old_is_key) == (("3", None, "", None), False)
    assert all(column.key for column in change.relation.columns)


def test_a_later_description_of_a_table_counts_from_then_on() -> None:
    narrow = RELATION.replace(b"\0\x04\x01id", b"\0\x01\x01id")[: RELATION.index(b"\0title")]
    change = told(INSERT, narrow, bytes.fromhex("4900004cdb4e0001740000000139"))
    assert change.new == ("9",)
    assert [column.name for column in change.relation.columns] == ["id"]


def test_a_commit_says_up_to_where_the_log_was_read() -> None:
    decoder = Decoder()
    decoder.decode(BEGIN)
    assert decoder.committed == 0
    decoder.decode(COMMIT)
    assert decoder.committed == 0x1F4ABD8


@pytest.mark.parametrize("message", [TYPE, ORIGIN, TRUNCATE])
def test_what_is_not_of_a_row_tells_nothing_and_is_not_worth_a_line(message: bytes) -> None:
    with capture_logs() as lines:
        assert Decoder().decode(message) is None
    assert lines == []


def test_an_unknown_kind_is_skipped_and_said_once() -> None:
    decoder = Decoder()
    with capture_logs() as lines:
        assert decoder.decode(b"Z1234") is None
        assert decoder.decode(b"Z5") is None
    assert [(line["event"], line["kind"]) for line in lines] == [("wal.message_skipped", "Z")]


def test_a_change_outside_a_transaction_is_an_error() -> None:
    decoder = Decoder()
    for message in (BEGIN, RELATION, COMMIT):
        decoder.decode(message)
    with pytest.raises(DecodeError, match="outside a transaction"):
        decoder.decode(INSERT)


def test_a_change_of_an_undescribed_table_is_an_error() -> None:
    decoder = Decoder()
    decoder.decode(BEGIN)
    with pytest.raises(DecodeError):
        decoder.decode(INSERT)


@pytest.mark.parametrize("message", VECTORS.values(), ids=list(VECTORS))
def test_a_message_cut_off_anywhere_is_an_error(message: bytes) -> None:
    for length in range(len(message)):
        with pytest.raises(DecodeError):
            told(message[:length], relation=FULL)


@pytest.mark.parametrize("message", VECTORS.values(), ids=list(VECTORS))
def test_a_message_that_goes_on_after_its_end_is_an_error(message: bytes) -> None:
    with pytest.raises(DecodeError, match="instead of"):
        told(message + b"\0")


@given(st.binary(max_size=80), st.sampled_from("BCRIUDTOYMZ"))
def test_bytes_of_any_kind_are_decoded_or_refused_and_nothing_else(data: bytes, kind: str) -> None:
    decoder = Decoder()
    decoder.decode(BEGIN)
    decoder.decode(RELATION)
    with contextlib.suppress(DecodeError):
        decoder.decode(kind.encode() + data)


VALUES = st.lists(
    st.one_of(st.none(), st.just(UNCHANGED), st.text(st.characters(exclude_categories=["Cs"]))),
    max_size=20,
)


@given(VALUES)
def test_any_row_is_read_as_it_was_written(values: list[Value]) -> None:
    columns = b"".join(b"\0c\0" + b"\0\0\0\x19\xff\xff\xff\xff" for _ in values)
    relation = b"R\0\0\0\x07s\0t\0d" + len(values).to_bytes(2, "big") + columns
    row = len(values).to_bytes(2, "big") + b"".join(written(value) for value in values)
    assert told(b"I\0\0\0\x07N" + row, relation=relation).new == tuple(values)


def written(value: Value) -> bytes:
    if isinstance(value, str):
        return b"t" + len(value.encode()).to_bytes(4, "big") + value.encode()
    return b"n" if value is None else b"u"
