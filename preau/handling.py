"""From claimed jobs to results: parse, call the handler, and judge what it raised, job by job.

A batch is one call of its handler. One message that cannot be handled never fails its mates: what
cannot be parsed is left out beforehand, and a batch whose handler raises is handled again in ones.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import structlog

from preau.crash import crash_point
from preau.errors import LeaseOverError, PreauError, RetryableError
from preau.handlers import Context
from preau.jobs import Done, Lease, verdict
from preau.log import get_logger
from preau.messages import Message, parse

if TYPE_CHECKING:
    from preau.client import ServiceClient
    from preau.handlers import Handler
    from preau.jobs import Job, Result
    from preau.leases import Leases
    from preau.realtime import Realtime
    from preau.settings import Settings


@dataclass(slots=True)
class Finished:
    """A result that is not settled yet, and how long its handler took."""

    result: Result
    seconds: float
    sent: bool = False  # a call with it failed without saying whether it took effect


class Handling:
    """Runs the handler of one queue, under the leases that somebody keeps."""

    def __init__(
        self,
        handler: Handler,
        db: ServiceClient,
        settings: Settings,
        realtime: Realtime,
        leases: Leases,
    ) -> None:
        self._handler = handler
        self._db = db
        self._settings = settings
        self._realtime = realtime
        self._leases = leases
        self._told = get_logger().bind()
        self._log = get_logger(queue=handler.queue).bind()  # once, not at each line

    async def run(self, jobs: Sequence[Job]) -> list[Finished]:
        """Handle the jobs, one of them or a batch, and return what became of each."""
        clock = asyncio.get_running_loop().time
        begun = clock()
        queue = self._handler.queue
        if self._handler.batch is None:
            [job] = jobs
            structlog.contextvars.bind_contextvars(
                queue=queue, msg_id=job.lease.id, read_ct=job.lease.read_ct
            )
            self._log.debug("job.claimed", enqueued_at=job.enqueued_at)
            crash_point(f"{queue}.claimed")
            errors = [await self._one(job)]
        else:
            structlog.contextvars.bind_contextvars(queue=queue, batch=len(jobs))
            self._log.debug("batch.claimed", msg_ids=[job.lease.id for job in jobs])
            crash_point(f"{queue}.claimed")
            errors = await self._batch(jobs)
        spent = clock() - begun
        return [
            Finished(self._judge(job.lease, error), spent)
            for job, error in zip(jobs, errors, strict=True)
        ]

    async def _one(self, job: Job) -> Exception | None:
        try:
            message = parse(self._handler.message, job.payload)
            await self._handler.handle(message, self._context([job]))
        except Exception as error:  # noqa: BLE001 - a handler's defect is logged and retried
            return error
        return None

    async def _batch(self, jobs: Sequence[Job]) -> list[Exception | None]:
        errors: dict[Lease, Exception | None] = {}
        readable: list[tuple[Job, Message]] = []
        for job in jobs:
            try:
                readable.append((job, parse(self._handler.message, job.payload)))
            except PreauError as error:
                errors[job.lease] = error
        if readable:
            errors |= await self._call(readable)
        return [errors[job.lease] for job in jobs]

    async def _call(self, mates: list[tuple[Job, Message]]) -> dict[Lease, Exception | None]:
        jobs, leases = [job for job, _ in mates], [job.lease for job, _ in mates]
        try:
            said = await self._handler.handle([m for _, m in mates], self._context(jobs))
            outcomes: list[Exception | None] = list(said)
            if len(outcomes) != len(mates):
                raise PreauError(  # noqa: TRY301 - a handler's defect, treated as what it raises
                    "outcomes_missing",
                    f"{len(mates)} messages went in, {len(outcomes)} outcomes came out.",
                    "handle_batch returns None or an error for each message.",
                )
        except RetryableError as error:
            return dict.fromkeys(leases, error)
        except Exception as error:  # noqa: BLE001 - found out one by one
            if len(mates) == 1:
                return {leases[0]: error}
            self._log.warning("batch.split", jobs=len(mates), error=repr(error))
            apart: dict[Lease, Exception | None] = {}
            for each in mates:
                apart |= await self._call([each])
            return apart
        return dict(zip(leases, outcomes, strict=True))

    def _judge(self, lease: Lease, error: Exception | None) -> Result:
        if error is None:
            return Done(lease)
        ids = {"msg_id": lease.id, "read_ct": lease.read_ct}
        if not isinstance(error, PreauError):
            self._log.error("job.crashed", exc_info=error, **ids)
        settings = self._settings
        base, cap = settings.worker_retry_base_seconds, settings.worker_retry_cap_seconds
        result = verdict(lease, error, base, cap, self._handler.retry)
        if isinstance(result, Done) and isinstance(error, PreauError):
            self._log.info("job.expected", code=error.code, message=error.message, **ids)
        return result

    def _ensure(self, *leases: Lease) -> None:
        if not self._leases.holds(*leases):
            raise LeaseOverError(
                "lease_over",
                "The lease may have ended before the effect; whoever has the job now does it.",
                "Handlers that need longer than WORKER_LEASE_SECONDS await context.extend().",
            )

    def _context(self, jobs: Sequence[Job]) -> Context:
        leases = [job.lease for job in jobs]
        return Context(
            db=self._db,
            settings=self._settings,
            log=self._told,
            attempt=max(job.lease.read_ct for job in jobs),
            extend=partial(self._leases.extend, *leases),
            ensure_lease=partial(self._ensure, *leases),
            realtime=self._realtime,
        )
