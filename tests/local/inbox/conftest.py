from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.local.inbox.running import RunningInbox, running_inbox


@pytest.fixture(scope="session")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningInbox]:
    """One inbox for all tests here: each uses recipients of its own."""
    with running_inbox(tmp_path_factory.mktemp("inbox")) as running:
        yield running
