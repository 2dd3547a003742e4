"""The leases that one consumer holds: which job runs under which, until when, and their renewal.

A message is ours while its lease lasts. After that another worker may have it: then the handler is
stopped, and nothing is reported of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from preau.errors import PreauError
from preau.log import get_logger

if TYPE_CHECKING:
    from preau.jobs import Job, Lease, Queue


@dataclass(eq=False, slots=True)
class Work:
    """One call of the handler under way, and the leases it holds still."""

    leases: set[Lease]
    task: asyncio.Task[None] | None = None

    def cancel(self) -> None:
        """Stop the handler, if it runs."""
        if self.task is not None:
            self.task.cancel()


@dataclass(slots=True)
class _Held:
    """A lease of ours, and until when it surely is: counted from before it was asked for."""

    lease: Lease
    work: Work
    until: float


class Leases:
    """Holds the leases of one queue's running jobs, and renews them.

    `answered` and `failed` are told how each renewal went: the gateway answers, or does not.
    """

    def __init__(
        self, queue: Queue, answered: Callable[[], None], failed: Callable[[PreauError], None]
    ) -> None:
        self._queue = queue
        self._answered = answered
        self._failed = failed
        self._held: dict[int, _Held] = {}  # by message
        self._log = get_logger(queue=queue.name).bind()  # once, not at each line

    def __len__(self) -> int:
        """Return how many jobs run."""
        return len(self._held)

    def end(self) -> float:
        """Return until when a lease lasts that is asked for now."""
        return asyncio.get_running_loop().time() + self._queue.lease_seconds

    def hold(self, jobs: Sequence[Job], until: float) -> Work:
        """Take over the leases of claimed jobs, which one call of the handler is to work."""
        work = Work({job.lease for job in jobs})
        for job in jobs:
            if known := self._held.get(job.lease.id):
                self._lose(known.lease)  # back with us: its lease ended under a long handler
            self._held[job.lease.id] = _Held(job.lease, work, until)
        return work

    def release(self, work: Work) -> None:
        """Forget the leases of a call that has ended."""
        for lease in work.leases:
            self._held.pop(lease.id, None)

    def clear(self) -> None:
        """Forget them all: what still runs is left to its lease."""
        self._held.clear()

    async def extend(self, *leases: Lease) -> None:
        """Renew leases at once; the jobs whose lease is lost are stopped."""
        if leases:
            until = self.end()
            lost = await self._queue.extend(leases)
            self._answered()
            for lease in leases:
                if lease.id in lost:
                    self._lose(lease)
                elif (held := self._held.get(lease.id)) and held.lease == lease:
                    held.until = until

    def holds(self, *leases: Lease) -> bool:
        """Tell whether the leases are surely ours still, without asking anybody."""
        now = asyncio.get_running_loop().time()
        known = [self._held.get(lease.id) for lease in leases]
        return all(
            held is not None and held.lease == lease and now < held.until
            for held, lease in zip(known, leases, strict=True)
        )

    async def keep(self) -> None:
        """Renew all at a third of their length, for ever; sooner after a failure."""
        usual = self._queue.lease_seconds / 3
        wait = usual
        while True:
            await asyncio.sleep(wait)
            try:
                await self.extend(*(held.lease for held in self._held.values()))
                wait = usual
            except PreauError as error:
                self._failed(error)
                wait = min(1.0, usual)

    def _lose(self, lease: Lease) -> None:
        """Stop a job whose message belongs to another worker by now; its batch goes on."""
        held = self._held.get(lease.id)
        if held is not None and held.lease == lease:
            del self._held[lease.id]
            self._log.warning("job.lost", msg_id=lease.id, read_ct=lease.read_ct)
            held.work.leases.discard(lease)
            if not held.work.leases:
                held.work.cancel()
