"""Jobs and what becomes of them: the one place that decides between done, retry and dead letter.

`Queue` has a method for each SQL function that a worker loop uses; the functions themselves own the
state (attempts, leases, dead letters).
"""

from __future__ import annotations

import math
import os
import socket
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from preau.errors import ExpectedError, PermanentError, PreauError, RefusedError, RetryableError
from preau.retry import RetryPolicy, full_jitter

if TYPE_CHECKING:
    from preau.client import ServiceClient

CODE_LIMIT = 100
MESSAGE_LIMIT = 2000
LONGEST_WAIT = 900.0  # longer delays belong to private.delayed_jobs: no queue is read past them
MOST_CLAIMED: Final = 1000  # by one call of worker.settle
NO_POLICIES: Final[Mapping[str, RetryPolicy]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to settle a message: pgmq's id, fenced by how often it has been read."""

    id: int
    read_ct: int

    def as_json(self) -> dict[str, Any]:
        """Return the shape that `worker.settle` and `worker.extend` take."""
        return {"id": self.id, "read_ct": self.read_ct}


@dataclass(frozen=True, slots=True)
class Job:
    """A claimed message. `enqueued_at` is ISO 8601, `payload` any JSON."""

    lease: Lease
    enqueued_at: str
    payload: object


@dataclass(frozen=True, slots=True)
class Done:
    """The job is finished: its message is deleted."""

    lease: Lease


@dataclass(frozen=True, slots=True)
class Failed:
    """The job failed: tried again in `retry_in` seconds, or, where that is None, a dead letter."""

    lease: Lease
    code: str
    message: str
    retry_in: float | None

    def as_json(self) -> dict[str, Any]:
        """Return the shape that `worker.settle` takes, whatever a handler raised."""
        wait = self.retry_in
        if wait is not None:
            wait = min(max(wait, 0.0), LONGEST_WAIT) if math.isfinite(wait) else LONGEST_WAIT
        return {
            **self.lease.as_json(),
            "code": _storable(self.code)[:CODE_LIMIT],
            "message": _storable(self.message)[:MESSAGE_LIMIT],
            "retry_in_seconds": wait,
        }


def _storable(text: str) -> str:
    """Return the text without what Postgres does not store: NUL and lone surrogates."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


Result = Done | Failed


@dataclass(frozen=True, slots=True)
class Settled:
    """What one call of `worker.settle` brought: lost and dead ids, and the jobs claimed.

    `priority` is the queue's, beside those that share the process's hands. `due_in` is in how many
    seconds the next hidden job is due; None where none is, or where it was not asked.
    """

    stale: frozenset[int]
    dead: frozenset[int]
    jobs: tuple[Job, ...]
    priority: int = 0
    due_in: float | None = None


class Queue:
    """One queue, seen by one worker process."""

    def __init__(self, db: ServiceClient, name: str, lease_seconds: int) -> None:
        self._db = db
        self.name = name
        self.lease_seconds = lease_seconds
        self._worker = f"{socket.gethostname()}:{os.getpid()}"

    async def settle(self, results: Sequence[Result], claim: int, *, idle: bool = False) -> Settled:
        """Report `results` and claim up to `claim` messages, in one transaction.

        Repeating it after a lost answer is safe: what was settled before comes back as stale.
        `idle` asks to be woken by a broadcast if there was nothing to claim, and to be told when
        the next hidden job is due.
        """
        failed = [r.as_json() for r in results if isinstance(r, Failed)]
        call: dict[str, Any] = {
            "queue": self.name,
            "done": [r.lease.as_json() for r in results if isinstance(r, Done)],
            "failed": failed,
            "claim": claim,
            "lease_seconds": self.lease_seconds,
        }
        if failed:
            call["worker"] = self._worker
        if idle:
            call["idle"] = True
        answer = await self._db.call("settle", call, attempts=1)
        jobs = tuple(
            Job(Lease(j["id"], j["read_ct"]), j["enqueued_at"], j["payload"])
            for j in answer["jobs"]
        )
        stale, dead = frozenset(answer["stale"]), frozenset(answer["dead"])
        return Settled(stale, dead, jobs, answer["priority"], answer.get("due_in"))

    async def extend(self, leases: Iterable[Lease]) -> frozenset[int]:
        """Renew the leases from now on; return the ids of those that were lost."""
        answer = await self._db.call(
            "extend",
            {
                "queue": self.name,
                "leases": [lease.as_json() for lease in leases],
                "lease_seconds": self.lease_seconds,
            },
            attempts=1,
        )
        return frozenset(answer["lost"])


def verdict(
    lease: Lease,
    error: Exception,
    base: float,
    cap: float,
    policies: Mapping[str, RetryPolicy] = NO_POLICIES,
) -> Result:
    """Return what an error means for the job that raised it.

    `base` and `cap` bound the wait before a retry, in seconds. What a handler's `policies` say of
    an error's code goes before what its class says; only an ExpectedError is always done.
    """
    code = error.code if isinstance(error, PreauError) else type(error).__name__
    story = str(error) or type(error).__name__
    if isinstance(error, ExpectedError) and not isinstance(error, RefusedError):
        return Done(lease)
    policy = policies.get(code)
    if policy is None:
        if isinstance(error, PermanentError | RefusedError):
            return Failed(lease, code, story, None)
        policy = RetryPolicy()
    if policy.attempts is not None and lease.read_ct >= policy.attempts:
        return Failed(lease, code, story, None)
    if isinstance(error, RetryableError) and error.retry_in is not None:
        return Failed(lease, code, story, error.retry_in)
    base = base if policy.base is None else policy.base
    cap = cap if policy.cap is None else policy.cap
    return Failed(lease, code, story, full_jitter(lease.read_ct, base, cap))
