"""Fixtures for all tests.

`stack` is the running test stack (tests/support/stack.py says what it offers), started when the
first test asks for it. `clone` is a database of the test's own. When a test that uses the stack
fails, the report shows what its pieces logged meanwhile.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator

import psycopg
import pytest

from tests.support.stack import Stack, start, stop

# A run buys more places than a seeded cohort has seats.
ROOM = """
insert into public.cohorts (academy_id, formation_id, name, starts_on, ends_on, seats)
select academy_id, formation_id, 'Session des essais', starts_on, ends_on, 100000
from public.cohorts where name = 'Prochaine session'
"""
RUNNING = pytest.StashKey[Stack]()


@pytest.fixture(scope="session")
def stack(pytestconfig: pytest.Config) -> Iterator[Stack]:
    """The test stack, shared by the whole run: isolate by people and academies of your own."""
    running = start()
    with psycopg.connect(running.db_url, autocommit=True) as db:
        db.execute(ROOM)
    pytestconfig.stash[RUNNING] = running
    yield running
    stop(running)


@pytest.fixture
def clone(stack: Stack) -> Iterator[str]:
    """The URL, as the role `postgres`, of a fresh database that only this test sees."""
    with stack.clone() as url:
        yield url


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Remember where the logs end before the test."""
    running = item.config.stash.get(RUNNING, None)
    if running is not None:
        running.mark_logs()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add to a failure what the pieces logged during the test."""
    report = yield
    running = item.config.stash.get(RUNNING, None)
    if running is not None and report.failed and "stack" in getattr(item, "fixturenames", ()):
        for piece, text in running.new_logs().items():
            report.sections.append((f"{piece}.log", text))
    return report
