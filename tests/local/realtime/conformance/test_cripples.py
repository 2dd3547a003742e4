"""Each scenario passes on a whole server and fails on one that lacks what the scenario is about."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import psycopg
import pytest
from websockets.exceptions import WebSocketException

from tests.local.realtime.conformance.events import Patience
from tests.local.realtime.conformance.node import Driver
from tests.local.realtime.conformance.scenarios import SCENARIOS
from tests.local.realtime.conformance.scene import WAYS, Scene
from tests.local.realtime.conformance.servers import CrippledServer, crippled
from tests.local.realtime.conformance.table import Table
from tests.support.stack import Stack

ALL = range(1, 36)
PATIENCE = 3.0  # seconds for what should come, on both kinds of server
FAILURES = (AssertionError, KeyError, OSError, WebSocketException, pytest.fail.Exception)


def test_there_are_35_scenarios() -> None:
    assert sorted(SCENARIOS) == list(ALL)


@pytest.mark.prove
@pytest.mark.parametrize("number", ALL)
async def test_a_scenario_fails_without_what_it_is_about(
    stack: Stack,
    world: None,
    drivers: Mapping[str, Driver],
    tmp_path: Path,
    cripple_table: Table,
    number: int,
) -> None:
    for kind, results in ((0, cripple_table.whole), (number, cripple_table.crippled)):
        async with crippled(stack, kind, tmp_path) as server:
            for way in WAYS:
                error = await _error(stack, server, drivers, number, way)
                results[number, way] = error is None
                assert (error is None) is (kind == 0), f"{way}, cripple {kind}: {error!r}"


async def _error(
    stack: Stack, server: CrippledServer, drivers: Mapping[str, Driver], number: int, way: str
) -> BaseException | None:
    """Play a scenario; returns how it failed, or None if it did not."""
    async with await psycopg.AsyncConnection.connect(stack.db_url, autocommit=True) as db:
        patience = Patience(PATIENCE)
        scene = Scene(way, server, drivers, db, stack.superuser_db_url, patience)
        try:
            await SCENARIOS[number](scene)
        except FAILURES as error:
            return error
        finally:
            await scene.close()
        return None
