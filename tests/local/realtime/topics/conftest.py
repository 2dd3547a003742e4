"""A database with policies of many kinds, and the pool that asks them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from urllib.parse import urlsplit

import psycopg
import pytest

from preau.local.realtime.database import Database
from tests.support.stack import Stack

# Every one is about its own topics, so that one does not answer for another.
POLICIES = """
create policy "by topic" on realtime.messages for select to authenticated
using (realtime.topic() in ('read-only', 'open'));
create policy "by topic, to send" on realtime.messages for insert to authenticated
with check (realtime.topic() in ('write-only', 'open'));
create policy "by person" on realtime.messages for select to authenticated
using (
    realtime.topic() = 'person:' || (current_setting('request.jwt.claims')::json ->> 'sub')
    and current_setting('request.jwt.claim.sub') = auth.uid()::text
    and current_setting('request.jwt.claim.role') = 'authenticated'
);
create policy "by extension" on realtime.messages for select to authenticated
using (realtime.topic() = 'only:' || extension);
create policy "by extension, to send" on realtime.messages for insert to authenticated
with check (realtime.topic() = 'only:' || extension);
create policy "by header" on realtime.messages for select to anon
using (
    realtime.topic() = 'header'
    and current_setting('request.headers')::json ->> 'x-academy' = 'chocolat'
);
create policy "as hosted's probes are" on realtime.messages for select to authenticated
using (
    realtime.topic() = 'probe' and topic = 'probe' and private is false
    and event is null and payload is null and inserted_at = localtimestamp
);
create policy "raises" on realtime.messages for select to authenticated
using (case when realtime.topic() = 'raises' then 1 / (length(realtime.topic()) - 6) = 1 end);
create policy "raises, to send" on realtime.messages for insert to authenticated
with check (case when realtime.topic() = 'raises' then 1 / (length(realtime.topic()) - 6) = 1 end);
create policy "sleeps" on realtime.messages for select to authenticated
using (case when realtime.topic() = 'sleeps' then pg_sleep(20) is null end);
"""


@pytest.fixture(scope="session")
def policies(stack: Stack) -> Iterator[str]:
    """The URL of the database, as the superuser."""
    with stack.clone() as url:
        with psycopg.connect(url) as postgres:
            postgres.execute(POLICIES.encode())
        name = urlsplit(url).path.removeprefix("/")
        yield psycopg.conninfo.make_conninfo(stack.superuser_db_url, dbname=name)


@pytest.fixture(scope="session")
async def database(policies: str) -> AsyncIterator[Database]:
    """The server's pool in it."""
    pool = Database(policies, size=2)
    await pool.open()
    yield pool
    await pool.close()


@pytest.fixture
def owner(policies: str) -> Iterator[psycopg.Connection]:
    """The superuser in that database; each statement commits."""
    with psycopg.connect(policies, autocommit=True) as connection:
        yield connection
