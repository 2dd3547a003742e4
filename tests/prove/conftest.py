from __future__ import annotations

import pytest

from tests.prove.table import Table
from tests.support.buying import (
    alice,
    app,
    buyer,
    function_settings,
    functions,
    outside,
    provider_secrets,
    standin,
)
from tests.support.database import clones, db, shared_url
from tests.support.people import cast

__all__ = [
    "alice",
    "app",
    "buyer",
    "cast",
    "clones",
    "db",
    "function_settings",
    "functions",
    "outside",
    "provider_secrets",
    "shared_url",
    "standin",
]

_table = Table()


@pytest.fixture
def kill_table() -> Table:
    """The table that is printed at the end of the run."""
    return _table


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table."""
    if terminalreporter.config.option.markexpr == "prove" and _table.rows:
        terminalreporter.write_sep("-", "kills")
        for line in _table.lines():
            terminalreporter.write_line(line)
