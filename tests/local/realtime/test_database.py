"""The pool, while Postgres is there, gone, and there again."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import psycopg
import psycopg_pool
import pytest

from preau.local.ports import HOST
from preau.local.realtime.database import Database
from tests.support.stack import Stack


async def test_a_connection_that_postgres_closed_is_not_lent(stack: Stack) -> None:
    database = Database(stack.superuser_db_url, size=2)
    await database.open()
    try:
        async with database.connection() as one, database.connection() as other:
            pids = [one.info.backend_pid, other.info.backend_pid]
        with psycopg.connect(stack.superuser_db_url, autocommit=True) as admin:
            for pid in pids:
                admin.execute("select pg_terminate_backend(%s, 5000)", [pid])
        for _ in pids:
            async with database.connection() as connection:
                cursor = await connection.execute("select pg_backend_pid()")
                row = await cursor.fetchone()
                assert row is not None
                assert row[0] not in pids
    finally:
        await database.close()


async def test_after_a_restart_of_postgres_a_connection_is_had_at_once(stack: Stack) -> None:
    database = Database(stack.superuser_db_url, size=8)
    await database.open()
    try:
        async with AsyncExitStack() as lent:
            connections = [await lent.enter_async_context(database.connection()) for _ in range(8)]
            pids = [connection.info.backend_pid for connection in connections]
        with psycopg.connect(stack.superuser_db_url, autocommit=True) as admin:
            for pid in pids:
                admin.execute("select pg_terminate_backend(%s, 5000)", [pid])
        async with asyncio.timeout(1.5), database.connection() as connection:
            assert connection.info.backend_pid not in pids
    finally:
        await database.close()


async def test_a_connection_commits_by_itself_and_has_a_name(stack: Stack) -> None:
    database = Database(stack.superuser_db_url, size=1)
    await database.open()
    try:
        async with database.connection() as connection:
            assert connection.autocommit
            cursor = await connection.execute("show application_name")
            assert await cursor.fetchone() == ("realtime",)
    finally:
        await database.close()


async def test_while_postgres_is_away_the_queue_for_it_does_not_grow() -> None:
    database = Database(f"postgresql://nobody@{HOST}:1/none", most_waiting=3)
    await database.open()

    async def wait() -> None:
        async with database.connection():
            pytest.fail("there is no Postgres")

    try:
        waiting = [asyncio.create_task(wait()) for _ in range(3)]
        await asyncio.sleep(0)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        with pytest.raises(psycopg_pool.TooManyRequests) as caught:
            await wait()
        assert isinstance(caught.value, psycopg.OperationalError)
    finally:
        await database.close()
