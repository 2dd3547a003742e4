"""One healthy deployment for all tests of the checks; each breaks it and puts it right again."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from tests.support.deployment import HOSTED, Deployment, deployed
from tests.support.stack import Stack

AT_WORK = """
update public.academies set
    site_url = 'https://' || slug || '.example', allowed_return_hosts = array[slug || '.example'],
    settings = settings || '{"staff_needs_aal2": true}'
where true;
insert into cron.job_run_details (jobid, status, start_time, end_time)
select jobid, 'succeeded', now(), now() from cron.job;
"""


@pytest.fixture(scope="session")
def wired(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """All of it but Auth."""
    with deployed(stack, tmp_path_factory.mktemp("deployment")) as running:
        with psycopg.connect(running.admin_url, autocommit=True) as db:
            db.execute(AT_WORK)
        yield running


@pytest.fixture(scope="module")
def deployment(wired: Deployment) -> Iterator[Deployment]:
    """A deployment at which nothing is missing."""
    with wired.auth(HOSTED):
        yield wired
