from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from preau.settings import Settings
from tests.support.buying import (
    app,
    buyer,
    faulty_standin,
    function_settings,
    functions,
    outside,
    provider_secrets,
    standin,
)
from tests.support.stack import Stack
from tests.workers.rig import TestQueue, private_queue

__all__ = [
    "app",
    "buyer",
    "faulty_standin",
    "function_settings",
    "functions",
    "outside",
    "provider_secrets",
    "standin",
]


@pytest.fixture
def settings(stack: Stack) -> Settings:
    """Settings of a worker in a hurry, for the test stack."""
    return Settings(
        supabase_url=stack.url,
        supabase_secret_key=stack.secret_key,
        worker_lease_seconds=2,
        worker_poll_min_seconds=0.01,
        worker_poll_max_seconds=0.05,
        worker_poll_woken_seconds=0.05,
        worker_retry_base_seconds=0.05,
        worker_retry_cap_seconds=0.1,
        worker_drain_seconds=5,
    )


@pytest.fixture
async def queue(stack: Stack) -> AsyncIterator[TestQueue]:
    async with private_queue(stack.db_url) as made:
        yield made
