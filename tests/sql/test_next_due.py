"""A worker that finds nothing is told in how many seconds a hidden job of its queue is due."""

from __future__ import annotations

from typing import Any

from tests.support.database import Db, acting_as, value
from tests.support.jobs import claim, failure, send, settle
from tests.support.people import SERVICE


def look(db: Db, *, idle: bool = True, queue: str = "emails") -> dict[str, Any]:
    with acting_as(db, SERVICE):
        answer: dict[str, Any] = value(
            db, "select worker.settle(%s, claim => 10, idle => %s)", queue, idle
        )
    return answer


def delay(db: Db, *seconds: int, queue: str = "emails") -> None:
    for each in seconds:
        value(db, "select private.enqueue(%s, '{}', null, %s)", queue, each)


def test_the_nearest_of_the_hidden_jobs_counts(db: Db) -> None:
    delay(db, 300, 60, 120)
    assert 55 < look(db)["due_in"] <= 60


def test_nothing_is_hidden(db: Db) -> None:
    delay(db, 60, queue="payments")
    delay(db, 6000)  # in delayed_jobs: announced when it is moved into the queue
    assert look(db)["due_in"] is None


def test_the_lease_of_another_worker_is_an_end_to_wait_for(db: Db) -> None:
    send(db, 1)
    with acting_as(db, SERVICE):
        value(db, "select worker.settle('emails', claim => 1, lease_seconds => 40)")
    assert 35 < look(db)["due_in"] <= 40


def test_a_retry_is_waited_for(db: Db) -> None:
    send(db, 1)
    settle(db, failed=[failure(job, retry_in=20) for job in claim(db)])
    assert 15 < look(db)["due_in"] <= 20


def test_who_is_not_idle_is_not_told(db: Db) -> None:
    delay(db, 60)
    assert "due_in" not in look(db, idle=False)
    send(db, 1)
    found = look(db)
    assert len(found["jobs"]) == 1
    assert "due_in" not in found
