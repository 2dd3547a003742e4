"""The tables and policies of world.sql on a database, for as long as they are needed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psycopg

HERE = Path(__file__).parent


@asynccontextmanager
async def laid_out(db_url: str) -> AsyncIterator[None]:
    """Make them as the role `postgres`, as a migration would, and take them back afterwards."""
    gone = (HERE / "world_gone.sql").read_bytes()
    async with await psycopg.AsyncConnection.connect(db_url, autocommit=True) as db:
        await db.execute(gone)
        await db.execute((HERE / "world.sql").read_bytes())
    yield
    async with await psycopg.AsyncConnection.connect(db_url, autocommit=True) as db:
        await db.execute(gone)
