from __future__ import annotations

import pytest
from psycopg.types.json import Jsonb

from tests.support.database import Db, acting_as, column, one, refused, rows, value
from tests.support.jobs import claim, failure, send, settle, waiting, wake
from tests.support.people import SERVICE


def test_a_claimed_job_carries_what_a_worker_needs(db: Db) -> None:
    (sent,) = send(db, {"email_id": "x"})
    (job,) = claim(db)
    assert (job["id"], job["read_ct"], job["payload"]) == (sent, 1, {"email_id": "x"})
    assert set(job) == {"id", "read_ct", "enqueued_at", "payload"}


def test_a_leased_job_is_invisible_to_others(db: Db) -> None:
    send(db, {})
    assert len(claim(db)) == 1
    assert claim(db) == []


def test_a_lease_that_ran_out_is_claimed_again(db: Db) -> None:
    send(db, {})
    claim(db)
    wake(db)
    (job,) = claim(db)
    assert job["read_ct"] == 2


def test_jobs_are_claimed_in_the_order_they_came(db: Db) -> None:
    sent = send(db, *range(5))
    assert [job["id"] for job in claim(db, 3)] == sent[:3]


def test_a_claim_takes_at_most_a_thousand(db: Db) -> None:
    db.execute("select private.enqueue('emails', '{}') from generate_series(1, 1100)")
    assert len(claim(db, 100_000)) == 1000


def test_a_job_done_is_gone(db: Db) -> None:
    send(db, {})
    answer = settle(db, done=claim(db))
    assert answer == {"stale": [], "dead": [], "jobs": [], "priority": 0}
    assert waiting(db) == []


def test_one_call_completes_fails_and_claims(db: Db) -> None:
    ids = send(db, *range(4))
    first, second, third = claim(db, 3)
    answer = settle(db, done=[first], failed=[failure(second), failure(third, 60.0)], claim=5)
    assert answer["dead"] == [second["id"]]
    assert [job["id"] for job in answer["jobs"]] == [ids[3]]
    assert waiting(db) == [third["id"], ids[3]]


def test_a_retry_waits_as_long_as_the_worker_says(db: Db) -> None:
    send(db, {})
    (job,) = claim(db)
    settle(db, failed=[failure(job, 90.0)])
    seconds = value(db, "select extract(epoch from vt - clock_timestamp()) from pgmq.q_emails")
    assert 85 < seconds <= 90
    assert claim(db) == []


def test_a_retry_may_be_due_at_once(db: Db) -> None:
    send(db, {})
    (job,) = claim(db)
    answer = settle(db, failed=[failure(job, 0)], claim=1)
    assert [again["read_ct"] for again in answer["jobs"]] == [2]


def test_a_permanent_failure_is_a_dead_letter_with_its_reason(db: Db) -> None:
    send(db, {"email_id": "x"})
    (job,) = claim(db)
    settle(db, failed=[failure(job)])
    letter = one(db, "select * from private.dead_letters")
    assert (letter["queue"], letter["msg_id"], letter["payload"], letter["read_ct"]) == (
        "emails",
        job["id"],
        {"email_id": "x"},
        1,
    )
    assert (letter["code"], letter["message"]) == ("smtp_refused", "550 no such user")
    assert waiting(db) == []


def test_a_failure_without_a_reason_still_dies(db: Db) -> None:
    """One badly reported job must not block the batch it came with."""
    send(db, {}, {})
    first, second = claim(db)
    answer = settle(db, done=[second], failed=[{"id": first["id"], "read_ct": first["read_ct"]}])
    assert answer["dead"] == [first["id"]]
    assert waiting(db) == []


def test_a_job_retried_too_often_dies(db: Db) -> None:
    db.execute("update private.queues set max_attempts = 3 where name = 'emails'")
    send(db, {})
    for attempt in range(1, 4):
        (job,) = claim(db)
        assert job["read_ct"] == attempt
        answer = settle(db, failed=[failure(job, 0)])
    assert answer["dead"] == [job["id"]]
    assert column(db, "select code from private.dead_letters") == ["smtp_refused"]


def test_a_job_that_kills_its_worker_dies_too(db: Db) -> None:
    db.execute("update private.queues set max_attempts = 3 where name = 'emails'")
    poison, healthy = send(db, "poison", "healthy")
    for _ in range(3):
        assert poison in [job["id"] for job in claim(db, 1)]
        db.execute(
            "update pgmq.q_emails set vt = clock_timestamp() - interval '1 s' where msg_id = %s",
            [poison],
        )
    answer = settle(db, claim=2)
    assert answer["dead"] == [poison]
    assert [job["id"] for job in answer["jobs"]] == [healthy]
    assert column(db, "select code from private.dead_letters") == ["attempts_exhausted"]


@pytest.mark.parametrize("end", ["done", "retry", "dead"])
def test_a_worker_whose_lease_ran_out_changes_nothing(db: Db, end: str) -> None:
    send(db, {})
    (old,) = claim(db)
    wake(db)
    (new,) = claim(db)
    done = [old] if end == "done" else []
    failed = [] if end == "done" else [failure(old, 0 if end == "retry" else None)]
    answer = settle(db, done=done, failed=failed)
    assert answer["stale"] == [old["id"]]
    assert answer["dead"] == []
    assert one(db, "select read_ct, vt > clock_timestamp() as leased from pgmq.q_emails") == {
        "read_ct": new["read_ct"],
        "leased": True,
    }
    assert rows(db, "select from private.dead_letters") == []


def test_settling_twice_is_stale_the_second_time(db: Db) -> None:
    send(db, {})
    jobs = claim(db)
    settle(db, done=jobs)
    assert settle(db, done=jobs)["stale"] == [jobs[0]["id"]]


def test_an_unknown_queue_is_refused(db: Db) -> None:
    with refused("queue_not_found", 404):
        settle(db, queue="nothing; drop table public.orders", claim=1)


def test_a_heartbeat_keeps_a_lease_and_tells_of_a_lost_one(db: Db) -> None:
    send(db, {}, {})
    first, second = claim(db)
    leases = [first, second | {"read_ct": 7}]
    with acting_as(db, SERVICE):
        answer = value(db, "select worker.extend('emails', %s, 500)", Jsonb(leases))
    assert answer == {"lost": [second["id"]]}
    query = "select msg_id from pgmq.q_emails where vt > clock_timestamp() + interval '400 s'"
    assert column(db, query) == [first["id"]]


def test_a_heartbeat_for_an_unknown_queue_is_refused(db: Db) -> None:
    with refused("queue_not_found", 404), acting_as(db, SERVICE):
        value(db, "select worker.extend('nothing', '[]')")
