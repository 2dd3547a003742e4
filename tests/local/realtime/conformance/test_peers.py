"""What the scenarios rely on when nothing should come."""

from __future__ import annotations

import pytest

from tests.local.realtime.conformance.peers import Wanted
from tests.local.realtime.conformance.scene import Scene, topic

BIG = {"text": "x" * 1_000_000}  # on its way longer than another client's answer


async def test_what_is_on_its_way_to_a_client_is_not_quiet(scene: Scene) -> None:
    name = topic()
    room, other = await scene.join(name), await scene.join(name, Wanted(ack=True))
    assert await other.send("late", BIG) == "ok"
    with pytest.raises(AssertionError):
        await room.quiet("broadcast")
    assert [heard["event"] for heard in room.inbox.unread("broadcast")] == ["late"]
