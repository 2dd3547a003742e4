"""A dead letter tells every try; a job that succeeds leaves nothing behind."""

from __future__ import annotations

from typing import Any

from psycopg.types.json import Jsonb

from tests.support.database import Db, acting_as, one, rows, value
from tests.support.jobs import claim, failure, send, settle, wake
from tests.support.people import SERVICE


def fail(db: Db, code: str, retry_in: float | None, worker: str | None = None) -> dict[str, Any]:
    (job,) = claim(db)
    report = failure(job, retry_in) | {"code": code, "message": f"{code} happened"}
    with acting_as(db, SERVICE):
        return dict(
            value(
                db,
                "select worker.settle('emails', '[]', %s, 0, 60, %s)",
                Jsonb([report]),
                worker,
            )
        )


def test_a_dead_letter_tells_every_try(db: Db) -> None:
    send(db, {})
    fail(db, "smtp_busy", 0, "one:1")
    fail(db, "smtp_gone", 0, "two:2")
    fail(db, "no_such_user", None, "one:1")
    letter = one(db, "select code, story from private.dead_letters")
    told = [(t["attempt"], t["code"], t["message"], t["worker"]) for t in letter["story"]]
    assert told == [
        (1, "smtp_busy", "smtp_busy happened", "one:1"),
        (2, "smtp_gone", "smtp_gone happened", "two:2"),
        (3, "no_such_user", "no_such_user happened", "one:1"),
    ]
    assert all(t["failed_at"] for t in letter["story"])
    assert rows(db, "select from private.job_attempts") == []


def test_a_try_that_never_answered_is_missing_from_the_story(db: Db) -> None:
    send(db, {})
    fail(db, "smtp_busy", 0)
    claim(db)
    wake(db)
    fail(db, "no_such_user", None)
    (story,) = [row["story"] for row in rows(db, "select story from private.dead_letters")]
    assert [t["attempt"] for t in story] == [1, 3]


def test_a_job_that_succeeds_after_all_leaves_no_story(db: Db) -> None:
    send(db, {}, {})
    first, second = claim(db)
    settle(db, failed=[failure(first, 0), failure(second, 600.0)])
    settle(db, done=claim(db))
    kept = rows(db, "select msg_id from private.job_attempts")
    assert kept == [{"msg_id": second["id"]}]


def test_a_worker_without_its_lease_cannot_erase_a_story(db: Db) -> None:
    send(db, {})
    fail(db, "smtp_busy", 0)
    (old,) = claim(db)
    wake(db)
    claim(db)
    settle(db, done=[old])
    assert len(rows(db, "select from private.job_attempts")) == 1


def test_a_failure_reported_twice_is_told_once(db: Db) -> None:
    send(db, {})
    (job,) = claim(db)
    settle(db, failed=[failure(job, 600.0)])
    settle(db, failed=[failure(job, 600.0)])
    assert len(rows(db, "select from private.job_attempts")) == 1
