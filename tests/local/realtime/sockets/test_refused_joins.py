"""A refused join is answered once, and what was sent behind it finds nobody."""

from __future__ import annotations

import uuid

import pytest

from tests.local.realtime.wire import VERSIONS, wire
from tests.support.stack import Stack


@pytest.mark.parametrize("version", VERSIONS)
async def test_it_is_answered_once(stack: Stack, version: str) -> None:
    topic = f"realtime:{uuid.uuid4()}"
    async with wire(stack.url, stack.publishable_key, version) as at:
        refused = await at.push(topic, "phx_join", {"config": {"private": True}})
        behind = await at.push(topic, "broadcast", {"type": "broadcast", "event": "x"})
        came = await at.until(lambda one: one.ref == behind)
        came += await at.beat()
    answers = [(one.ref, one.payload["status"]) for one in came if one.event == "phx_reply"]
    assert answers == [(refused, "error"), (behind, "error")]
    assert came[1].payload["response"] == {"reason": "unmatched topic"}
