"""Long delays wait in a table of their own; the minute clock moves them, once, whoever plays it."""

from __future__ import annotations

import pytest

from tests.support.database import Db, column, connect, one, rows, value
from tests.support.jobs import claim, send, waiting
from tests.support.races import at_once


def delay(db: Db, seconds: int, key: str | None = None) -> int | None:
    found: int | None = value(
        db, "select private.enqueue('emails', '{\"n\": 1}', %s, %s)", key, seconds
    )
    return found


def pass_time(db: Db, seconds: int) -> None:
    db.execute(
        "update private.delayed_jobs set due_at = due_at - make_interval(secs => %s)", [seconds]
    )


def test_a_short_delay_waits_in_the_queue(db: Db) -> None:
    sent = delay(db, 900)
    assert waiting(db) == [sent]
    assert rows(db, "select from private.delayed_jobs") == []


def test_a_long_delay_waits_outside_of_it(db: Db) -> None:
    sent = delay(db, 901)
    assert sent is not None
    assert sent < 0
    assert waiting(db) == []
    assert column(db, "select -id from private.delayed_jobs") == [sent]


def test_it_is_moved_when_its_time_has_come_and_not_before(db: Db) -> None:
    delay(db, 3600)
    db.execute("select private.sweep_jobs()")
    assert waiting(db) == []
    pass_time(db, 3601)
    db.execute("select private.sweep_jobs()")
    assert [job["payload"] for job in claim(db)] == [{"n": 1}]
    assert rows(db, "select from private.delayed_jobs") == []


def test_it_is_moved_ahead_and_claimed_at_its_second(db: Db) -> None:
    delay(db, 3600)
    pass_time(db, 3570)
    db.execute("select private.sweep_jobs()")
    assert claim(db) == []
    seconds = value(db, "select extract(epoch from vt - now())::float from pgmq.q_emails")
    assert 29 < seconds <= 30


def test_days_late_it_is_moved_all_the_same(db: Db) -> None:
    delay(db, 3600)
    pass_time(db, 86400 * 5)
    db.execute("select private.sweep_jobs()")
    assert len(claim(db)) == 1


def test_a_dedupe_key_holds_while_the_job_waits(db: Db) -> None:
    assert delay(db, 86400 * 30, "once") is not None
    db.execute("update private.job_keys set expires_at = expires_at - interval '29 days'")
    db.execute("select private.housekeep()")
    assert delay(db, 86400, "once") is None


def test_one_call_moves_no_more_than_it_is_told(db: Db) -> None:
    for _ in range(5):
        delay(db, 1000)
    pass_time(db, 1000)
    assert value(db, "select private.move_delayed_jobs(2)") == 2
    assert value(db, "select private.move_delayed_jobs(10)") == 3


def test_two_clocks_at_once_move_each_job_once(fresh: Db, url: str) -> None:
    fresh.execute(
        "select private.enqueue('emails', jsonb_build_object('n', n), null, 1000)"
        " from generate_series(1, 3000) as n"
    )
    pass_time(fresh, 1000)
    moved = at_once(url, [lambda db: int(value(db, "select private.move_delayed_jobs(1000)"))] * 4)
    assert sum(each for each in moved if isinstance(each, int)) == 3000
    assert one(
        fresh,
        "select count(*) as jobs, count(distinct message ->> 'n') as different from pgmq.q_emails",
    ) == {"jobs": 3000, "different": 3000}


def test_a_clock_that_dies_in_the_middle_loses_nothing(fresh: Db, url: str) -> None:
    delay(fresh, 1000)
    pass_time(fresh, 1000)
    with connect(url) as doomed, doomed.transaction(force_rollback=True):
        doomed.execute("select private.move_delayed_jobs()")
    assert len(rows(fresh, "select from private.delayed_jobs")) == 1
    fresh.execute("select private.move_delayed_jobs()")
    assert len(claim(fresh)) == 1


@pytest.mark.parametrize("table", ["job_attempts", "dead_letters"])
def test_what_nobody_needs_any_more_is_swept(db: Db, table: str) -> None:
    (job,) = send(db, {})
    if table == "job_attempts":
        db.execute(
            "insert into private.job_attempts (queue, msg_id, read_ct, code, message, failed_at)"
            " select 'emails', %s, n, 'c', 'm', now() - make_interval(days => 29 + n)"
            " from generate_series(0, 2) as n",
            [job],
        )
    else:
        db.execute(
            "insert into private.dead_letters"
            " (queue, msg_id, payload, read_ct, code, message, enqueued_at, died_at)"
            " select 'emails', 1, '{}', 1, 'c', 'm', now(), now() - make_interval(days => 365 + n)"
            " from generate_series(-1, 1) as n"
        )
    db.execute("select private.sweep_jobs()")
    left = "select from private.job_attempts" if table == "job_attempts" else None
    assert len(rows(db, left or "select from private.dead_letters")) == 2


def test_it_is_played_every_minute(db: Db) -> None:
    job = one(db, "select schedule, command from cron.job where jobname = 'sweep-jobs'")
    assert job == {"schedule": "* * * * *", "command": "select private.sweep_jobs()"}
