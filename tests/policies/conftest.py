from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.policies.cells import MANIFEST, TALLY
from tests.policies.world import World, build
from tests.support.database import Clones, Db, clones, connect, db, shared_url
from tests.support.people import cast

__all__ = ["cast", "clones", "db", "shared_url"]


@pytest.fixture(scope="session")
def world(clones: Clones) -> Iterator[World]:
    with clones.new() as made:
        with connect(made) as db:
            built = build(db, made)
        yield built


@pytest.fixture
def stage(world: World) -> Iterator[Db]:
    """A transaction in the world, db afterwards."""
    with connect(world.url) as db, db.transaction(force_rollback=True):
        yield db


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how much the proof has tried."""
    if TALLY:
        said = ", ".join(f"{count:,} {what}" for what, count in TALLY.items())
        terminalreporter.write_line(
            f"proof: {len(MANIFEST.personas)} personas, {len(MANIFEST.tables)} tables,"
            f" {len(MANIFEST.functions)} functions; tried {said}"
        )
