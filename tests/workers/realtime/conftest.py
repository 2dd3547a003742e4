from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.support.realtime import RealtimeServer, realtime_server
from tests.support.stack import Stack


@pytest.fixture
async def server(stack: Stack) -> AsyncIterator[RealtimeServer]:
    async with realtime_server(stack) as found:
        yield found
