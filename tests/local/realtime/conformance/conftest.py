"""The world of the scenarios on the test stack's main database, and a scene for each way."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack

import psycopg
import pytest

from tests.local.realtime.conformance.node import Driver, driver
from tests.local.realtime.conformance.scene import WAYS, Scene
from tests.local.realtime.conformance.servers import StackServer
from tests.local.realtime.conformance.table import Table
from tests.local.realtime.conformance.world import laid_out
from tests.support.stack import Stack

_table = Table()


@pytest.fixture(scope="package")
async def world(stack: Stack) -> AsyncIterator[None]:
    """The tables and policies of world.sql, gone with the last scenario: other tests count them."""
    async with laid_out(stack.db_url):
        yield


@pytest.fixture(scope="package")
async def drivers() -> AsyncIterator[Mapping[str, Driver]]:
    """The two Nodes, by way."""
    async with AsyncExitStack() as running:
        yield {
            way: await running.enter_async_context(driver(way.removeprefix("js ")))
            for way in WAYS
            if way != "python"
        }


@pytest.fixture(params=WAYS)
async def scene(
    request: pytest.FixtureRequest, stack: Stack, world: None, drivers: Mapping[str, Driver]
) -> AsyncIterator[Scene]:
    """The stack's server through its gateway, by each way in turn."""
    async with await psycopg.AsyncConnection.connect(stack.db_url, autocommit=True) as db:
        playing = Scene(request.param, StackServer(stack), drivers, db, stack.superuser_db_url)
        try:
            yield playing
        finally:
            await playing.close()


@pytest.fixture
def cripple_table() -> Table:
    """The table that is printed at the end of the run."""
    return _table


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table."""
    if _table.crippled:
        terminalreporter.write_sep("-", "Realtime's scenarios")
        for line in _table.lines():
            terminalreporter.write_line(line)
