"""What is cut short, or cannot be asked of Postgres, ends in an answer or in nothing."""

from __future__ import annotations

import asyncio
import uuid

import pytest

from preau.local.realtime.channel import Channel
from tests.local.realtime.wire import VERSIONS, wire
from tests.support.stack import Stack


async def test_a_channel_that_ended_meanwhile_is_told_nothing() -> None:
    channel = Channel.__new__(Channel)
    channel.over = False

    async def answer() -> str:
        channel.over = True
        return "you may"

    with pytest.raises(asyncio.CancelledError):
        await channel.told(answer())


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("field", ["schema", "table"])
async def test_a_name_that_no_text_in_postgres_can_be_is_refused_in_words(
    stack: Stack, version: str, field: str
) -> None:
    topic = f"realtime:{uuid.uuid4()}"
    entry = {"event": "*", "schema": "public", "table": "formations", field: "a\x00b"}
    async with wire(stack.url, stack.publishable_key, version) as at:
        joined = await at.join(topic, {"postgres_changes": [entry]})
        assert joined["status"] == "ok"
        told = (await at.until(lambda one: one.event in ("system", "phx_error")))[-1]
    assert told.event == "system"
    assert told.payload["status"] == "error"
