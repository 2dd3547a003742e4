"""What an operator's screen says of a queue: each state of a job is counted in one place."""

from __future__ import annotations

from typing import Any

from tests.support.database import Db, acting_as, rows, value
from tests.support.jobs import claim, failure, send, settle
from tests.support.people import SERVICE


def depths(db: Db, queue: str = "emails") -> dict[str, Any]:
    with acting_as(db, SERVICE):
        found = {row["queue"]: row for row in rows(db, "select * from worker.queue_depths()")}
    return found[queue]


def test_an_empty_queue_counts_nothing(db: Db) -> None:
    found = depths(db, "payments")
    states = ("depth", "dead", "ready", "in_flight", "retrying", "delayed")
    assert {name: found[name] for name in states} == dict.fromkeys(states, 0)
    assert (found["oldest_seconds"], found["priority"]) == (0, 0)


def test_each_state_of_a_job_is_counted_where_it_belongs(db: Db) -> None:
    send(db, *range(5))
    dying, failing, _running = claim(db, 3)
    settle(db, failed=[failure(dying), failure(failing, 600.0)])
    value(db, "select private.enqueue('emails', '{}', null, 60)")
    value(db, "select private.enqueue('emails', '{}', null, 86400)")
    found = depths(db)
    assert (found["depth"], found["dead"]) == (5, 1)
    assert (found["ready"], found["in_flight"], found["retrying"], found["delayed"]) == (2, 1, 1, 2)


def test_the_oldest_says_how_long_it_has_waited(db: Db) -> None:
    send(db, {})
    db.execute("update pgmq.q_emails set enqueued_at = now() - interval '90 seconds'")
    assert 90 <= depths(db)["oldest_seconds"] < 100


def test_what_was_sent_goes_on_counting_when_it_is_done(db: Db) -> None:
    before = depths(db)["sent"]
    send(db, {}, {})
    settle(db, done=claim(db))
    found = depths(db)
    assert (found["sent"] - before, found["depth"]) == (2, 0)
