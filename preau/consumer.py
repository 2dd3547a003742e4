"""The loop of one queue in one process: claim, handle, report – over one call, `worker.settle`.

Messages are claimed only for free hands, so none waits under a lease. Results travel with the next
claim; while one call is under way the next results gather, so a busy queue batches by itself. A
result is kept until it is settled, through any outage of the gateway.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import structlog

from preau.crash import crash_point
from preau.errors import PreauError
from preau.handlers import Context
from preau.jobs import Done, Failed, verdict
from preau.log import get_logger
from preau.messages import parse
from preau.retry import Backoff

if TYPE_CHECKING:
    from preau.client import ServiceClient
    from preau.handlers import Handler
    from preau.jobs import Job, Lease, Queue, Result, Settled
    from preau.settings import Settings

FLUSH_SECONDS = 5.0  # after the drain's end, the time for one more try to report what is finished


@dataclass(frozen=True, slots=True)
class Resources:
    """What the consumers of a process share."""

    db: ServiceClient
    settings: Settings


@dataclass(slots=True)
class _Finished:
    result: Result
    seconds: float
    sent: bool = False  # a call with it failed without saying whether it took effect


class Consumer:
    """Works one queue off until it is told to stop, then drains."""

    def __init__(self, queue: Queue, handler: Handler, shared: Resources) -> None:
        self._queue = queue
        self._handler = handler
        self._shared = shared
        self._hands = handler.concurrency or shared.settings.worker_concurrency
        self._running: dict[Lease, asyncio.Task[None]] = {}
        self._finished: list[_Finished] = []
        self._wake = asyncio.Event()
        self._outage = Backoff(0.1, 5.0)
        self._down = False
        self._log = get_logger(queue=queue.name)

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set, then finish what runs within WORKER_DRAIN_SECONDS.

        What is not finished by then is left to its lease.
        """
        heartbeat = asyncio.create_task(self._keep_leases())
        watcher = asyncio.create_task(self._wake_on(stop))
        try:
            await self._work(stop)
            await self._drain()
        finally:
            heartbeat.cancel()
            watcher.cancel()
            for task in self._running.values():
                task.cancel()

    async def _work(self, stop: asyncio.Event) -> None:
        settings = self._shared.settings
        idle = Backoff(settings.worker_poll_min_seconds, settings.worker_poll_max_seconds)
        clock = asyncio.get_running_loop().time
        next_poll = clock()
        while not stop.is_set():
            self._wake.clear()
            free = self._hands - len(self._running)
            wait = next_poll - clock() if free else None
            if not self._finished and (wait is None or wait > 0):
                await _wait_for(self._wake, wait)
                continue
            settled = await self._settle(free)
            if settled is None:
                await _wait_for(stop, self._outage.next())
                next_poll = clock()
                continue
            if settled.jobs:
                idle.reset()
            for job in settled.jobs:
                self._start(job)
            full = len(settled.jobs) == free
            next_poll = clock() + (0 if full else idle.next())

    async def _drain(self) -> None:
        """Finish and report what runs; at the deadline stop it, and report what had finished."""
        clock = asyncio.get_running_loop().time
        deadline = clock() + self._shared.settings.worker_drain_seconds
        last_call = deadline + FLUSH_SECONDS
        while self._finished or self._running:
            self._wake.clear()
            if self._running and clock() >= deadline:
                self._log.warning("worker.abandoned", jobs=len(self._running))
                await self._stop_running()
            if self._finished and await self._settle(0) is None:
                if clock() >= last_call:
                    self._log.error("worker.unreported", jobs=len(self._finished))
                    return
                await asyncio.sleep(0.25)
            elif self._running:
                await _wait_for(self._wake, max(0.0, deadline - clock()))

    async def _stop_running(self) -> None:
        tasks = list(self._running.values())
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks, timeout=1)
        self._running.clear()

    async def _settle(self, claim: int) -> Settled | None:
        """Report and claim; None, with what was finished kept, while the gateway is down."""
        batch, self._finished = self._finished, []
        if batch:
            crash_point(f"{self._queue.name}.before_settle")
        try:
            settled = await self._queue.settle([item.result for item in batch], claim)
        except PreauError as error:
            for item in batch:
                item.sent = True
            self._finished = batch + self._finished
            self._note_outage(error)
            return None
        self._note_recovery()
        for item in batch:
            self._report(item, settled)
        for msg_id in settled.dead.difference(item.result.lease.id for item in batch):
            self._log.error("job.dead", msg_id=msg_id, code="attempts_exhausted")
        return settled

    def _start(self, job: Job) -> None:
        for lease in [known for known in self._running if known.id == job.lease.id]:
            self._lose(lease)  # it came back to us: the earlier lease ended under a long handler
        task = asyncio.create_task(self._handle(job))
        self._running[job.lease] = task
        task.add_done_callback(partial(self._forget, job.lease))

    def _forget(self, lease: Lease, _task: asyncio.Task[None]) -> None:
        self._running.pop(lease, None)
        self._wake.set()

    async def _handle(self, job: Job) -> None:
        lease, settings = job.lease, self._shared.settings
        clock = asyncio.get_running_loop().time
        begun = clock()
        fields = {"queue": self._queue.name, "msg_id": lease.id, "read_ct": lease.read_ct}
        structlog.contextvars.bind_contextvars(**fields)
        self._log.debug("job.claimed", enqueued_at=job.enqueued_at)
        crash_point(f"{self._queue.name}.claimed")
        result: Result
        try:
            message = parse(self._handler.message, job.payload)
            await self._handler.handle(message, self._context(lease))
            result = Done(lease)
        except PreauError as error:
            result = verdict(lease, error, *_waits(settings))
            if isinstance(result, Done):
                self._log.info("job.expected", code=error.code, message=error.message)
        except Exception as error:  # noqa: BLE001 - a handler's defect is logged and retried
            self._log.exception("job.crashed")
            result = verdict(lease, error, *_waits(settings))
        self._finished.append(_Finished(result, clock() - begun))

    def _context(self, lease: Lease) -> Context:
        return Context(
            db=self._shared.db,
            settings=self._shared.settings,
            log=get_logger(),
            attempt=lease.read_ct,
            extend=partial(self._extend, lease),
        )

    async def _keep_leases(self) -> None:
        """Renew the leases of running jobs at a third of their length; sooner after a failure."""
        usual = self._queue.lease_seconds / 3
        wait = usual
        while True:
            await asyncio.sleep(wait)
            try:
                await self._extend(*self._running)
                wait = usual
            except PreauError as error:
                self._note_outage(error)
                wait = min(1.0, usual)

    async def _extend(self, *leases: Lease) -> None:
        if leases:
            lost = await self._queue.extend(leases)
            for lease in leases:
                if lease.id in lost:
                    self._lose(lease)

    def _lose(self, lease: Lease) -> None:
        """Stop a job whose message belongs to another worker by now."""
        task = self._running.pop(lease, None)
        if task is not None:
            self._log.warning("job.lost", msg_id=lease.id, read_ct=lease.read_ct)
            task.cancel()

    def _report(self, item: _Finished, settled: Settled) -> None:
        result = item.result
        fields: dict[str, object] = {
            "msg_id": result.lease.id,
            "read_ct": result.lease.read_ct,
            "ms": round(item.seconds * 1000, 1),
        }
        if isinstance(result, Failed):
            fields |= {"code": result.code, "message": result.message}
        if result.lease.id in settled.stale:
            # Sent twice, the first time may have counted: then nothing was lost.
            self._log.warning("job.lost", resent=item.sent, **fields)
        elif isinstance(result, Done):
            self._log.info("job.done", **fields)
        elif result.retry_in is None or result.lease.id in settled.dead:
            self._log.error("job.dead", **fields)
        else:
            self._log.warning("job.retried", retry_in=round(result.retry_in, 1), **fields)

    def _note_outage(self, error: PreauError) -> None:
        if not self._down:
            self._down = True
            self._log.warning(
                "gateway.down", code=error.code, message=error.message, hint=error.hint
            )

    def _note_recovery(self) -> None:
        self._outage.reset()
        if self._down:
            self._down = False
            self._log.info("gateway.up")

    async def _wake_on(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self._wake.set()


async def _wait_for(event: asyncio.Event, seconds: float | None) -> None:
    """Wait until the event is set or the time is over."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return


def _waits(settings: Settings) -> tuple[float, float]:
    return settings.worker_retry_base_seconds, settings.worker_retry_cap_seconds
