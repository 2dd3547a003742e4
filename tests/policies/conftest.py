from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.policies.world import Persona, build
from tests.support.database import Clones, Db, clones, connect, db, shared_url
from tests.support.people import cast

__all__ = ["cast", "clones", "db", "shared_url"]


@dataclass(frozen=True)
class World:
    """A clone in which a lot has happened, and the people who look at it."""

    url: str
    personas: dict[str, Persona]


@pytest.fixture(scope="session")
def world(clones: Clones) -> Iterator[World]:
    with clones.new() as made:
        with connect(made) as db:
            personas = {persona.name: persona for persona in build(db)}
        yield World(made, personas)


@pytest.fixture
def stage(world: World) -> Iterator[Db]:
    """A transaction in the world, db afterwards."""
    with connect(world.url) as db, db.transaction(force_rollback=True):
        yield db
