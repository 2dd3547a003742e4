"""The loop of one queue in one process: claim, handle, report – over one call, `worker.settle`.

Messages are claimed only for free hands, so none waits under a lease. Results travel with the next
claim; while one call is under way the next results gather, so a busy queue batches by itself. While
a queue is full two calls of half the hands each take turns, so that Postgres claims while Python
handles. A result is kept until it is settled, through any outage of the gateway.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from preau.crash import crash_point
from preau.errors import PreauError
from preau.handling import Finished, Handling
from preau.hands import Hands
from preau.jobs import MOST_CLAIMED
from preau.leases import Leases
from preau.log import get_logger
from preau.metrics import Metrics
from preau.polls import Polls
from preau.reports import Reports
from preau.retry import Backoff

if TYPE_CHECKING:
    from preau.client import ServiceClient
    from preau.handlers import Handler
    from preau.jobs import Job, Queue, Settled
    from preau.leases import Work
    from preau.realtime import Realtime
    from preau.settings import Settings

FLUSH_SECONDS = 5.0  # after the drain's end, the time for one more try to report what is finished


@dataclass(frozen=True, slots=True)
class Resources:
    """What the consumers of a process share."""

    db: ServiceClient
    settings: Settings
    realtime: Realtime
    hands: Hands = field(default_factory=Hands)
    metrics: Metrics = field(default_factory=Metrics)


class Consumer:
    """Works one queue off until it is told to stop, then drains."""

    def __init__(self, queue: Queue, handler: Handler, shared: Resources) -> None:
        self._queue = queue
        self._shared = shared
        self._hands = handler.concurrency or shared.settings.worker_concurrency
        self._batch = handler.batch or 1
        self._leases = Leases(queue, self._note_answer, self._note_outage)
        self._handling = Handling(
            handler, shared.db, shared.settings, shared.realtime, self._leases
        )
        self._reports = Reports(queue.name, shared.metrics)
        self._works: set[Work] = set()
        self._turns = 0  # calls of worker.settle under way
        self._asked = 0  # hands that the turns under way have claimed for
        self._full = False  # whether the last claim brought all that it asked for
        self._finished: list[Finished] = []
        self._wake = asyncio.Event()
        self._polls = Polls(shared.settings, self._wake)
        self._outage = Backoff(0.1, 5.0)
        self._priority = 0
        self._log = get_logger(queue=queue.name).bind()  # once, not at each line
        self.name = queue.name
        self.down = False  # whether the last call failed
        self.answered_at: float | None = None  # when the gateway last answered, by the loop's clock
        self.longest_silence = max(  # with all hands busy only heartbeats are sent
            shared.settings.worker_poll_max_seconds,
            shared.settings.worker_poll_woken_seconds,
            queue.lease_seconds / 3,
        )
        shared.metrics.watch_in_flight(queue.name, lambda: len(self._leases))

    def nudge(self) -> None:
        """Look into the queue at once: somebody says that there is work."""
        self._polls.nudge()

    def rely_on_waking(self, woken: bool) -> None:
        """Take over whether jobs of the queue are announced from now on."""
        self._polls.rely_on_waking(woken)

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set, then finish what runs within WORKER_DRAIN_SECONDS.

        What is not finished by then is left to its lease.
        """
        heartbeat = asyncio.create_task(self._leases.keep())
        watcher = asyncio.create_task(self._wake_on(stop))
        try:
            await self._work(stop)
            self._shared.hands.leave(self)
            await self._drain()
        finally:
            heartbeat.cancel()
            watcher.cancel()
            for work in self._works:
                work.cancel()

    async def _work(self, stop: asyncio.Event) -> None:
        async with asyncio.TaskGroup() as turns:
            while not stop.is_set():
                self._wake.clear()
                if self._turns >= (2 if self._full else 1):
                    await self._wake.wait()
                    continue
                free = self._hands - len(self._works) - self._asked
                due = free > 0 and self._polls.seconds() <= 0
                given = 0
                if free and (due or self._finished):
                    given = self._take(free)
                    if not given:
                        self._polls.at_once()
                        due = True
                if given or self._finished:
                    self._turns += 1
                    self._asked += given
                    turns.create_task(self._turn(given, stop))
                else:
                    waits = free and not due
                    await _wait_for(self._wake, self._polls.seconds() if waits else None)

    def _take(self, free: int) -> int:
        """Take hands for one turn: half of them while two turns take turns."""
        most = min(free, -(-self._hands // 2)) if self._full else free
        return self._shared.hands.take(self, most, self._priority, self._wake.set)

    async def _turn(self, given: int, stop: asyncio.Event) -> None:
        """Settle once, with a claim for the hands given, and put them to work."""
        most = min(given * self._batch, MOST_CLAIMED)
        until = self._leases.end()
        look = self._polls.begin(reporting=bool(self._finished))
        settled = await self._settle(most, idle=look.idle)
        if settled is not None:
            self._employ(settled, given, most, until)
            if most:
                self._full = len(settled.jobs) == most
                self._polls.end(look, len(settled.jobs), full=self._full, due_in=settled.due_in)
        else:
            self._shared.hands.give_back(given)
            self._shared.hands.leave(self)
            await _wait_for(stop, self._outage.next())
            self._polls.at_once()
        self._asked -= given
        self._turns -= 1
        self._wake.set()

    def _employ(self, settled: Settled, given: int, most: int, until: float) -> None:
        """Hand the jobs out, and give the hands back for which there are none."""
        self._priority = settled.priority
        jobs = settled.jobs
        for start in range(0, len(jobs), self._batch):
            self._start(jobs[start : start + self._batch], until)
            given -= 1
        self._shared.hands.give_back(given)
        if len(jobs) < most:
            self._shared.hands.leave(self)  # there is no more to want a hand for

    async def _drain(self) -> None:
        """Finish and report what runs; at the deadline stop it, and report what had finished."""
        clock = asyncio.get_running_loop().time
        deadline = clock() + self._shared.settings.worker_drain_seconds
        last_call = deadline + FLUSH_SECONDS
        while self._finished or self._leases:
            self._wake.clear()
            if self._leases and clock() >= deadline:
                self._log.warning("worker.abandoned", jobs=len(self._leases))
                await self._stop_running()
            if self._finished and await self._settle(0) is None:
                if clock() >= last_call:
                    self._log.error("worker.unreported", jobs=len(self._finished))
                    return
                await asyncio.sleep(0.25)
            elif self._leases:
                await _wait_for(self._wake, max(0.0, deadline - clock()))

    async def _stop_running(self) -> None:
        tasks = [work.task for work in self._works if work.task]
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks, timeout=1)
        self._leases.clear()

    async def _settle(self, claim: int, *, idle: bool = False) -> Settled | None:
        """Report and claim; None, with what was finished kept, while the gateway is down."""
        batch, self._finished = self._finished, []
        if batch:
            crash_point(f"{self._queue.name}.before_settle")
        try:
            settled = await self._queue.settle([item.result for item in batch], claim, idle=idle)
        except PreauError as error:
            for item in batch:
                item.sent = True
            self._finished = batch + self._finished
            self._note_outage(error)
            return None
        self._note_answer()
        self._reports.settled(batch, settled)
        return settled

    def _start(self, jobs: Sequence[Job], until: float) -> None:
        work = self._leases.hold(jobs, until)
        self._works.add(work)
        work.task = asyncio.create_task(self._handle(work, jobs))
        work.task.add_done_callback(lambda _: self._forget(work))

    async def _handle(self, work: Work, jobs: Sequence[Job]) -> None:
        finished = await self._handling.run(jobs)
        self._finished += [item for item in finished if item.result.lease in work.leases]

    def _forget(self, work: Work) -> None:
        self._works.discard(work)
        self._leases.release(work)
        self._shared.hands.give_back(1)
        self._wake.set()

    def _note_outage(self, error: PreauError) -> None:
        if not self.down:
            self.down = True
            self._log.warning(
                "gateway.down", code=error.code, message=error.message, hint=error.hint
            )

    def _note_answer(self) -> None:
        self._outage.reset()
        self.answered_at = asyncio.get_running_loop().time()
        if self.down:
            self.down = False
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
