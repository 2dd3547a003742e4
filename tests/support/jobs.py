"""Jobs as a worker handles them: claim, settle, fail, over the API's own RPC."""

from __future__ import annotations

from typing import Any

from psycopg.types.json import Jsonb

from tests.support.database import Db, acting_as, column, value
from tests.support.people import SERVICE

Job = dict[str, Any]


def send(db: Db, *payloads: object, queue: str = "emails") -> list[int]:
    """Queue the payloads; returns their ids."""
    return [value(db, "select private.enqueue(%s, %s)", queue, Jsonb(p)) for p in payloads]


def settle(
    db: Db,
    done: list[Job] | None = None,
    failed: list[Job] | None = None,
    claim: int = 0,
    queue: str = "emails",
) -> Job:
    """Settle as a worker does, as service_role; returns {stale, dead, jobs}."""
    with acting_as(db, SERVICE):
        answer: Job = value(
            db,
            "select worker.settle(%s, %s, %s, %s, 60)",
            queue,
            Jsonb(done or []),
            Jsonb(failed or []),
            claim,
        )
    return answer


def claim(db: Db, count: int = 10) -> list[Job]:
    """Claim jobs of the queue emails."""
    jobs: list[Job] = settle(db, claim=count)["jobs"]
    return jobs


def failure(job: Job, retry_in: float | None = None) -> Job:
    """Report a job as failed; without `retry_in` (seconds) for good."""
    return {
        "id": job["id"],
        "read_ct": job["read_ct"],
        "code": "smtp_refused",
        "message": "550 no such user",
        "retry_in_seconds": retry_in,
    }


def waiting(db: Db) -> list[int]:
    """The ids of the jobs that are still there."""
    return column(db, "select msg_id from pgmq.q_emails order by msg_id")


def wake(db: Db) -> None:
    """Let every lease run out."""
    db.execute("update pgmq.q_emails set vt = clock_timestamp() - interval '1 second'")
