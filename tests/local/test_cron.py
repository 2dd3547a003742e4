"""The stand-in for pg_cron: what a migration writes for hosted runs here, when it is due, once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import psycopg
import pytest

from preau.local import postgres
from tests.support.stack import Stack

FRIDAY = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


@pytest.fixture
def admin(stack: Stack, clone: str) -> Iterator[psycopg.Connection]:
    """The clone as the superuser, who plays the clock; the seeded jobs are gone."""
    name = urlsplit(clone).path.removeprefix("/")
    url = postgres.superuser_url(stack.home, stack.ports["postgres"], name)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("delete from cron.job")
        yield connection


@pytest.fixture
def owner(admin: psycopg.Connection, clone: str) -> Iterator[psycopg.Connection]:
    """The clone as `postgres`, who schedules in migrations."""
    with psycopg.connect(clone, autocommit=True) as connection:
        connection.execute("create table public.ticks (who text default current_user)")
        yield connection


def schedule(owner: psycopg.Connection, when: str, name: str = "tick") -> None:
    command = "insert into public.ticks default values"
    owner.execute("select cron.schedule(%s, %s, %s)", [name, when, command])


def play(admin: psycopg.Connection, at: datetime) -> int:
    row = admin.execute("select cron.play(%s)", [at]).fetchone()
    assert row
    return int(row[0])


@pytest.mark.parametrize(
    ("when", "due"),
    [
        ("* * * * *", True),
        ("30 9 * * *", True),
        ("31 9 * * *", False),
        ("*/15 * * * *", True),
        ("*/20 * * * *", False),
        ("0-30/10 8-10 * * *", True),
        ("5,30 9 20 11 *", True),
        ("30 9 * * 5", True),
        ("30 9 * * 0,7", False),
        ("30 9 1 * 5", True),  # both day fields given: either may fit
        ("30 9 1 * 1", False),
        ("30 9 * 12 *", False),
        ("10 seconds", True),
    ],
)
def test_a_job_runs_exactly_when_its_schedule_says(
    owner: psycopg.Connection, admin: psycopg.Connection, when: str, due: bool
) -> None:
    schedule(owner, when)
    assert play(admin, FRIDAY) == int(due)


@pytest.mark.parametrize(
    "when", ["", "* * * *", "60 * * * *", "* * 0 * *", "61 seconds", "9-5 * * * *"]
)
def test_a_schedule_that_cannot_be_read_is_refused(owner: psycopg.Connection, when: str) -> None:
    with pytest.raises(psycopg.errors.InvalidParameterValue, match="invalid schedule"):
        schedule(owner, when)


def test_a_job_runs_once_for_a_minute_however_often_it_is_played(
    owner: psycopg.Connection, admin: psycopg.Connection
) -> None:
    schedule(owner, "* * * * *")
    assert [play(admin, FRIDAY + timedelta(seconds=s)) for s in (0, 0, 30, 60)] == [1, 0, 0, 1]


def test_a_job_runs_as_the_role_that_scheduled_it(
    owner: psycopg.Connection, admin: psycopg.Connection
) -> None:
    schedule(owner, "* * * * *")
    play(admin, FRIDAY)
    assert owner.execute("select who from public.ticks").fetchall() == [("postgres",)]
    assert admin.execute("select current_user").fetchone() == ("supabase_admin",)


def test_one_jobs_failure_is_recorded_and_the_others_run(
    owner: psycopg.Connection, admin: psycopg.Connection
) -> None:
    owner.execute("select cron.schedule('bad', '* * * * *', 'select 1/0')")
    schedule(owner, "* * * * *")
    play(admin, FRIDAY)
    runs = owner.execute(
        "select jobname, status, return_message"
        " from cron.job_run_details join cron.job using (jobid) order by jobname"
    ).fetchall()
    assert runs == [
        ("bad", "failed", "ERROR: division by zero"),
        ("tick", "succeeded", "done"),
    ]


def test_scheduling_a_name_again_replaces_the_job(
    owner: psycopg.Connection, admin: psycopg.Connection
) -> None:
    schedule(owner, "0 0 1 1 *")
    schedule(owner, "* * * * *")
    assert owner.execute("select jobname, schedule from cron.job").fetchall() == [
        ("tick", "* * * * *")
    ]


def test_an_inactive_or_unscheduled_job_does_not_run(
    owner: psycopg.Connection, admin: psycopg.Connection
) -> None:
    schedule(owner, "* * * * *", "resting")
    schedule(owner, "* * * * *", "gone")
    owner.execute(
        "select cron.alter_job(jobid, active => false) from cron.job where jobname='resting'"
    )
    owner.execute("select cron.unschedule('gone')")
    assert play(admin, FRIDAY) == 0


def test_clients_write_jobs_only_through_the_functions(owner: psycopg.Connection) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        owner.execute("insert into cron.job (schedule, command) values ('* * * * *', 'select 1')")


def test_only_a_superuser_plays_the_clock(owner: psycopg.Connection) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        owner.execute("select cron.play(now())")
