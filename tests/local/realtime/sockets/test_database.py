"""The pool of connections keeps what it has, however often its users are cut short."""

from __future__ import annotations

import asyncio
import random
from contextlib import AsyncExitStack

from preau.local.realtime.database import Database
from tests.support.stack import Stack

SIZE = 4
ROUNDS, USERS = 60, 20


async def test_users_that_are_cancelled_take_no_connection_with_them(stack: Stack) -> None:
    database, dice = Database(stack.superuser_db_url, SIZE), random.Random(20261121)

    async def use() -> None:
        async with database.connection() as connection, connection.transaction():
            await connection.execute("select 1")

    await database.open()
    try:
        for _ in range(ROUNDS):
            users = [asyncio.create_task(use()) for _ in range(USERS)]
            for user in dice.sample(users, USERS // 2):
                await asyncio.sleep(dice.random() / 1000)  # while they wait, ask, and give back
                user.cancel()
            await asyncio.gather(*users, return_exceptions=True)
        async with asyncio.timeout(5), AsyncExitStack() as lent:
            for _ in range(SIZE):
                await lent.enter_async_context(database.connection())
    finally:
        await database.close()
