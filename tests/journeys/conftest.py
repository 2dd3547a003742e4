"""What journeys share: running workers, an HTTP client, and a look at the database from behind."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import httpx
import psycopg
import pytest
from psycopg.rows import dict_row

from tests.support.buyers import Buyer, new_buyer
from tests.support.stack import Stack

Rows = psycopg.Connection[dict[str, object]]


@pytest.fixture(scope="module")
def workers(stack: Stack) -> Iterator[None]:
    """All queues are worked, while this file's tests run: other tests count on idle queues."""
    with stack.worker():
        yield


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    """One client for everything a test sends."""
    limits = httpx.Limits(max_connections=100, max_keepalive_connections=100)
    async with httpx.AsyncClient(timeout=30, limits=limits, trust_env=False) as client:
        yield client


@pytest.fixture
def rows(stack: Stack) -> Iterator[Rows]:
    """The main database as its owner, to see what a request left behind."""
    with psycopg.connect(stack.db_url, autocommit=True, row_factory=dict_row) as connection:
        yield connection


@pytest.fixture
async def alice(stack: Stack, http: httpx.AsyncClient) -> Buyer:
    """A student of MécaFormation."""
    return await new_buyer(stack.env(), http)


@pytest.fixture
async def mallory(stack: Stack, http: httpx.AsyncClient) -> Buyer:
    """Another student of MécaFormation, with bad intentions."""
    return await new_buyer(stack.env(), http)
