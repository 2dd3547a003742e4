from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.support.realtime import RealtimeStandIn


@pytest.fixture
async def server() -> AsyncIterator[RealtimeStandIn]:
    async with RealtimeStandIn() as standing_in:
        yield standing_in
