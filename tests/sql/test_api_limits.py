"""Counting calls: who a visitor is, what the clock forgets, and that nobody waits for a count."""

from __future__ import annotations

import psycopg
import pytest

from tests.support.database import Db, acting_as, column, connect, one, value
from tests.support.people import ANON, Cast, gather


def visitor(db: Db, address: str) -> object:
    return value(db, "select private.visitor(%s)", address)


def test_two_calls_of_one_person_do_not_wait_for_each_other(fresh: Db, url: str) -> None:
    alice = gather(fresh).alice
    with connect(url) as first, connect(url) as second:
        second.execute("set lock_timeout = '1s'")
        with first.transaction(), acting_as(first, alice):
            first.execute("select private.check_request()")
            with acting_as(second, alice):
                second.execute("select private.check_request()")
    assert value(fresh, "select count(*) from private.api_calls") == 2


def test_a_request_that_only_reads_is_not_counted(fresh: Db) -> None:
    alice = gather(fresh).alice
    with fresh.transaction():
        fresh.execute("set transaction read only")
        with acting_as(fresh, alice):
            fresh.execute("select private.check_request()")
    assert value(fresh, "select count(*) from private.api_calls") == 0


def test_without_token_and_address_all_share_one_count(db: Db) -> None:
    db.execute("update private.api_limits set calls = 1 where caller = 'unknown'")
    with acting_as(db, ANON):
        db.execute("select private.check_request()")
    with pytest.raises(psycopg.Error, match="rate_limited"), acting_as(db, ANON):
        db.execute("select private.check_request()")


def test_one_line_is_one_visitor(db: Db) -> None:
    here = "2001:db8:1:2"
    assert visitor(db, f"{here}::1") == visitor(db, f"{here}:ffff::9") != visitor(db, "2001:db8::1")
    assert visitor(db, "203.0.113.1") != visitor(db, "203.0.113.2")


@pytest.mark.parametrize("nonsense", ["", "unknown", "203.0.113.7, 10.0.0.1", "1" * 500])
def test_what_is_no_address_is_nobody(db: Db, nonsense: str) -> None:
    assert visitor(db, nonsense) is None


def test_a_visitor_of_today_cannot_be_told_tomorrow(db: Db) -> None:
    today = visitor(db, "203.0.113.7")
    db.execute("update private.visitor_salt set made_on = current_date - 1")
    db.execute("select private.forget_calls()")
    assert visitor(db, "203.0.113.7") != today
    db.execute("select private.forget_calls()")
    assert value(db, "select made_on = current_date from private.visitor_salt")


def test_only_calls_outside_every_window_are_forgotten(db: Db, cast: Cast) -> None:
    for seconds in (30, 90, 200):
        db.execute(
            "insert into private.api_calls (caller, called_at)"
            " values (%s, now() - make_interval(secs => %s))",
            [cast.alice.id, seconds],
        )
    db.execute("update private.api_limits set window_seconds = 120 where caller = 'visitor'")
    db.execute("select private.forget_calls()")
    ages = "select round(extract(epoch from now() - called_at)) from private.api_calls order by 1"
    assert column(db, ages) == [30, 90]


def test_forgetting_is_scheduled_every_minute(db: Db) -> None:
    job = one(db, "select schedule, command from cron.job where jobname = 'forget-calls'")
    assert job == {"schedule": "* * * * *", "command": "select private.forget_calls()"}


def test_a_person_has_hundreds_of_calls_a_minute(db: Db) -> None:
    """The defaults are no front end's business: they stop programs."""
    limits = db.execute("select caller, calls, window_seconds from private.api_limits").fetchall()
    assert {each["caller"]: (each["calls"], each["window_seconds"]) for each in limits} == {
        "person": (300, 60),
        "visitor": (120, 60),
        "unknown": (1200, 60),
    }


@pytest.mark.parametrize("wrong", ["calls = 0", "window_seconds = 0", "window_seconds = 3601"])
def test_a_limit_that_makes_no_sense_is_refused(db: Db, wrong: str) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        db.execute(f"update private.api_limits set {wrong} where caller = 'person'".encode())  # noqa: S608
