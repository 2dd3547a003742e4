"""Whatever a request says, a batch is either read whole or refused with Ecto's errors."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from preau.local.realtime.batch import Batch, BatchRefused, BatchTooLong

SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=3), inner)
)
NEARLY = st.fixed_dictionaries(
    {},
    optional={
        "topic": st.text(max_size=3) | ANYTHING,
        "event": st.text(max_size=3) | ANYTHING,
        "payload": st.dictionaries(st.text(max_size=3), SCALARS) | ANYTHING,
        "private": st.booleans() | ANYTHING,
        "id": st.text(max_size=3) | ANYTHING,
    },
)


@settings(max_examples=100, deadline=None)
@given(ANYTHING | st.fixed_dictionaries({"messages": st.lists(NEARLY, max_size=3) | ANYTHING}))
def test_a_batch_is_read_whole_or_refused_with_an_error_for_each(asked: Any) -> None:
    try:
        read = Batch.read(asked, payload_bytes=1000, most=100)
    except BatchRefused as error:
        (found,) = error.errors.values()
        assert found
        if isinstance(found[0], dict):
            assert len(found) == len(asked["messages"])
        return
    assert len(read.messages) == len(asked["messages"]) > 0
    for one, said in zip(read.messages, asked["messages"], strict=True):
        assert (one.topic, one.event, json.loads(one.payload)) == (
            said["topic"],
            said["event"],
            said["payload"],
        )
        assert one.private == bool(said.get("private"))


class Unseen(dict[str, Any]):
    """A message that nobody may look at."""

    def get(self, key: str, default: Any = None) -> Any:
        raise AssertionError(f"looked at {key}, else {default}")


def test_too_many_are_counted_and_none_of_them_is_looked_at() -> None:
    with pytest.raises(BatchTooLong):
        Batch.read({"messages": [Unseen()] * 4}, payload_bytes=1000, most=3)
