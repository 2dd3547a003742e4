"""A clone with a feed on it, told changes by hand; no log is read."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Iterator
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
import pytest_asyncio

from preau.local.realtime.changes.feed import Feed
from preau.local.realtime.database import Database
from tests.local.realtime.changes.listening import Listening
from tests.local.realtime.changes.tables import Table
from tests.support.database import CLUSTER, clones, shared_url

__all__ = ["clones", "listening", "make_table", "realtime_database", "realtime_url", "shared_url"]


@pytest.fixture(scope="session")
def realtime_url(request: pytest.FixtureRequest, shared_url: str) -> str:
    """The shared clone, as the superuser that Realtime is."""
    elsewhere = os.environ.get(CLUSTER)
    superuser = (
        elsewhere.split()[1] if elsewhere else request.getfixturevalue("stack").superuser_db_url
    )
    return urlunsplit(urlsplit(superuser)._replace(path=urlsplit(shared_url).path))


@pytest.fixture
def make_table(shared_url: str) -> Iterator[Callable[..., Table]]:
    """Make published tables as the migration role; they are dropped afterwards."""
    made: list[Table] = []

    with psycopg.connect(shared_url, autocommit=True) as db:

        def make(columns: str, *then: str) -> Table:
            made.append(Table(db, columns, *then))
            return made[-1]

        yield make
        for table in made:
            table.run("drop table if exists {} cascade")


@pytest_asyncio.fixture(scope="session")
async def realtime_database(realtime_url: str) -> AsyncIterator[Database]:
    database = Database(realtime_url, size=4)
    await database.open()
    yield database
    await database.close()


@pytest.fixture
def listening(realtime_database: Database) -> Listening:
    return Listening(Feed(realtime_database))
