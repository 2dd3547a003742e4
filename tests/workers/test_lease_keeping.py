"""What one process knows of its leases: whose they are, until when, and who must stop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable

import pytest
from pydantic import SecretStr

from preau.client import ServiceClient
from preau.errors import PreauError
from preau.jobs import Job, Lease, Queue
from preau.leases import Leases, Work
from preau.settings import Settings

FIRST, AGAIN, OTHER = Lease(1, 1), Lease(1, 2), Lease(2, 1)


class Renewed(Queue):
    """A queue that renews every lease but those it calls lost."""

    lost: frozenset[int] = frozenset()

    async def extend(self, leases: Iterable[Lease]) -> frozenset[int]:
        return self.lost.intersection(lease.id for lease in leases)


def silent() -> None:
    """Hear that the gateway answered."""


def refuse(error: PreauError) -> None:
    raise error


@pytest.fixture
async def queue() -> AsyncIterator[Renewed]:
    settings = Settings(
        supabase_url="http://127.0.0.1:9", supabase_secret_key=SecretStr("sb_secret_x")
    )
    async with await ServiceClient.connect(settings) as db:
        yield Renewed(db, "leases", 60)


@pytest.fixture
def leases(queue: Renewed) -> Leases:
    return Leases(queue, silent, refuse)


def running(leases: Leases, *held: Lease, until: float | None = None) -> Work:
    """Start a handler that never ends, under these leases."""
    jobs = [Job(lease, "2026-01-01T00:00:00Z", {}) for lease in held]
    work = leases.hold(jobs, leases.end() if until is None else until)
    work.task = asyncio.create_task(asyncio.sleep(3600))
    return work


async def stopped(work: Work) -> bool:
    """Whether the handler is told to stop; stops it if it is not."""
    assert work.task is not None
    await asyncio.sleep(0)
    asked = work.task.cancelling() > 0 or work.task.cancelled()
    work.task.cancel()
    return asked


async def test_a_job_that_comes_back_stops_the_handler_that_still_works_on_it(
    leases: Leases,
) -> None:
    old = running(leases, FIRST)
    new = running(leases, AGAIN)
    assert (leases.holds(FIRST), leases.holds(AGAIN)) == (False, True)
    assert await stopped(old)
    assert not await stopped(new)


async def test_the_old_handlers_end_does_not_forget_the_new_ones_lease(leases: Leases) -> None:
    old = running(leases, FIRST)
    new = running(leases, AGAIN)
    leases.release(old)
    assert leases.holds(AGAIN)
    leases.release(new)
    assert len(leases) == 0
    assert await stopped(old)
    assert not await stopped(new)


async def test_a_batch_goes_on_until_its_last_lease_is_lost(queue: Renewed, leases: Leases) -> None:
    work = running(leases, FIRST, OTHER)
    queue.lost = frozenset({1})
    await leases.extend(FIRST, OTHER)
    assert (leases.holds(FIRST), leases.holds(OTHER), len(leases)) == (False, True, 1)
    assert work.leases == {OTHER}
    assert work.task is not None
    assert not work.task.cancelling()
    queue.lost = frozenset({2})
    await leases.extend(OTHER)
    assert await stopped(work)


async def test_a_lease_holds_until_its_end_and_from_its_renewal_on(leases: Leases) -> None:
    work = running(leases, FIRST, until=asyncio.get_running_loop().time() - 1)
    assert not leases.holds(FIRST)
    await leases.extend(FIRST)
    assert leases.holds(FIRST)
    assert not await stopped(work)
