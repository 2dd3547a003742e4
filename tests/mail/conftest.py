from __future__ import annotations

from collections.abc import Iterator

import pytest

from preau.providers.mail import SmtpMail
from tests.local.inbox.running import RunningInbox, running_inbox
from tests.mail.post import grid, post
from tests.support.database import clones, db, shared_url

__all__ = ["clones", "db", "grid", "inbox", "post", "shared_url", "smtp"]


@pytest.fixture(scope="session")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningInbox]:
    """The recipient's mail server for these tests, fault switches included."""
    with running_inbox(tmp_path_factory.mktemp("inbox")) as running:
        yield running


@pytest.fixture
def smtp(inbox: RunningInbox) -> Iterator[SmtpMail]:
    provider = SmtpMail(host="127.0.0.1", port=inbox.smtp_port, tls="none", timeout=5)
    yield provider
    provider.close()
