"""pg_cron's log: two weeks of it are kept."""

from __future__ import annotations

from typing import LiteralString

from tests.support.database import Db, column, one, value

RUN: LiteralString = (
    "insert into cron.job_run_details (jobid, runid, command, start_time, end_time)"
    " values (0, %s, %s, now() - %s::interval, now() - %s::interval)"
)
KEPT: LiteralString = "select command from cron.job_run_details where jobid = 0 order by runid"


def test_only_runs_of_more_than_two_weeks_ago_go(db: Db) -> None:
    runs = [("old", "15 days", "15 days"), ("killed long ago", "16 days", None)]
    runs += [("new", "13 days", "13 days"), ("killed", "13 days", None), ("on", "1 second", None)]
    runs += [("ended lately", "15 days", "13 days")]
    for n, (name, began, ended) in enumerate(runs):
        db.execute(RUN, [10**9 + n, name, began, ended])
    for _ in range(2):
        db.execute("select private.purge_clock_log()")
        assert column(db, KEPT) == ["new", "killed", "on", "ended lately"]


def test_a_night_deletes_no_more_than_a_night_can(db: Db) -> None:
    db.execute(
        "insert into cron.job_run_details (jobid, runid, end_time)"
        " select 0, 1000000000 + n, now() - interval '20 days'"
        " from generate_series(1, 100005) as n"
    )
    db.execute("select private.purge_clock_log()")
    assert value(db, "select count(*) from cron.job_run_details where jobid = 0") == 5


def test_it_is_scheduled_every_night(db: Db) -> None:
    job = one(db, "select schedule, command from cron.job where jobname = 'purge-clock-log'")
    assert job == {"schedule": "40 3 * * *", "command": "select private.purge_clock_log()"}
