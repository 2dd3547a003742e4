"""Schedules: what the clock makes due is queued once, on time, late, and by two clocks at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from psycopg.types.json import Jsonb

from tests.support.database import (
    Db,
    acting_as,
    column,
    connect,
    forbidden,
    one,
    refused,
    rows,
    value,
)
from tests.support.people import ANON, SERVICE, Cast
from tests.support.races import at_once

START = datetime(2026, 10, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def add(db: Db, name: str = "digest", rule: str = "0 2 * * *", **given: Any) -> None:
    """Make a schedule that is due from START on, on the queue emails."""
    db.execute("delete from private.schedules where description not in ('A test.', 'Another.')")
    wanted = {"time_zone": "Europe/Paris", "jitter": 0, "catch_up": "once", "payload": {}} | given
    value(
        db,
        "select private.add_schedule(%s, %s, 'emails', %s, %s, %s, %s, 'A test.')",
        name,
        rule,
        Jsonb(wanted["payload"]),
        wanted["time_zone"],
        wanted["jitter"],
        wanted["catch_up"],
    )
    start_at(db, START)


def start_at(db: Db, at: datetime) -> None:
    """Let every schedule begin at this moment, with nothing missed."""
    db.execute(
        "update private.schedules set next_run_at = private.next_run(rule, time_zone, %s)"
        " where name <> ''",
        [at],
    )


def play(db: Db, at: datetime) -> int:
    """The clock calls at this moment; returns how many jobs it queued."""
    fired: int = value(db, "select private.run_schedules(%s)", at)
    return fired


def queued(db: Db) -> list[str]:
    """The due minutes of the jobs in the queue, in order."""
    return column(db, "select message ->> 'due_at' from pgmq.q_emails order by msg_id")


def test_a_due_minute_is_queued_with_what_was_given(db: Db) -> None:
    add(db, payload={"academy": "all"})
    assert play(db, START + timedelta(hours=11)) == 0
    assert play(db, START + timedelta(hours=12)) == 1
    assert column(db, "select message from pgmq.q_emails") == [
        {"academy": "all", "due_at": "2026-10-21T00:00:00Z"}
    ]


def test_the_same_minute_played_twice_is_queued_once(db: Db) -> None:
    add(db)
    assert [play(db, START + DAY), play(db, START + DAY)] == [1, 0]


def test_a_schedule_put_back_by_hand_queues_nothing_twice(db: Db) -> None:
    add(db)
    play(db, START + DAY)
    start_at(db, START)
    play(db, START + DAY)
    assert queued(db) == ["2026-10-21T00:00:00Z"]


def test_two_clocks_at_once_queue_each_minute_once(url: str) -> None:
    with connect(url) as db:
        for n in range(20):
            add(db, f"digest_{n}", catch_up="all")
        late = START + 3 * DAY
        fired = at_once(url, [lambda db: play(db, late)] * 4)
        assert sum(n for n in fired if isinstance(n, int)) == 60, fired
        again = play(db, late)
        assert (again, len(queued(db))) == (0, 60)


@pytest.mark.parametrize(
    ("catch_up", "expected"),
    [
        ("skip", []),
        ("once", ["2026-10-23T00:00:00Z"]),
        ("all", ["2026-10-21T00:00:00Z", "2026-10-22T00:00:00Z", "2026-10-23T00:00:00Z"]),
    ],
)
def test_a_clock_stopped_for_three_days_catches_up_as_told(
    db: Db, catch_up: str, expected: list[str]
) -> None:
    add(db, catch_up=catch_up)
    play(db, START + 3 * DAY)
    assert queued(db) == expected
    assert value(db, "select next_run_at from private.schedules where name = 'digest'") == (
        datetime(2026, 10, 24, 0, tzinfo=UTC)
    )


def test_a_clock_a_little_late_skips_nothing(db: Db) -> None:
    add(db, catch_up="skip")
    play(db, START + timedelta(hours=12, minutes=4))
    assert queued(db) == ["2026-10-21T00:00:00Z"]


@pytest.mark.parametrize("zone", ["Europe/Paris", "Africa/Tunis"])
@pytest.mark.parametrize(
    "change", [datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)]
)
def test_a_daily_job_is_queued_once_a_day_across_clock_changes(
    db: Db, zone: str, change: datetime
) -> None:
    add(db, time_zone=zone)
    begin = change - 2 * DAY + timedelta(hours=12)
    start_at(db, begin)
    fired = [play(db, begin + n * timedelta(minutes=15)) for n in range(4 * 24 * 4)]
    assert sum(fired) == 4
    assert max(fired) == 1


def test_a_rule_of_each_minute_that_stood_still_for_a_year_is_queued_once(db: Db) -> None:
    add(db, rule="* * * * *")
    play(db, START + 365 * DAY)
    assert queued(db) == ["2027-10-20T12:00:00Z"]


def test_one_far_behind_keeps_nobody_waiting(db: Db) -> None:
    add(db, "busy", "* * * * *", catch_up="all")
    for n in range(9):
        add(db, f"daily_{n}")
    start_at(db, START)
    assert play(db, START + 3 * DAY) == 100 + 9
    assert value(db, "select count(*) from private.schedules where last_due_at > %s", START) == 10
    assert play(db, START + 3 * DAY) == 1000
    assert queued(db)[0] == "2026-10-20T12:01:00Z"


def test_one_that_fails_says_why_and_the_others_run(db: Db) -> None:
    add(db, "broken")
    add(db, "sound")
    db.execute("update private.schedules set rule = 'never' where name = 'broken'")
    assert play(db, START + DAY) == 1
    assert one(db, "select last_error from private.schedules where name = 'broken'")["last_error"]
    db.execute("update private.schedules set rule = '0 2 * * *' where name = 'broken'")
    assert play(db, START + DAY + timedelta(minutes=1)) == 1
    assert value(db, "select last_error from private.schedules where name = 'broken'") is None


def test_a_paused_one_does_not_run(db: Db) -> None:
    add(db)
    db.execute("update private.schedules set enabled = false where name = 'digest'")
    assert play(db, START + DAY) == 0


def test_jitter_delays_the_job_by_what_name_and_minute_decide(db: Db) -> None:
    asked = "select private.schedule_delay(%s, %s, 600)"
    delays = [value(db, asked, f"s{n}", START) for n in range(100)]
    assert delays == [value(db, asked, f"s{n}", START) for n in range(100)]
    assert 0 <= min(delays) < 60
    assert 540 < max(delays) <= 600
    add(db, "late", jitter=600)
    play(db, START + DAY)
    due = datetime(2026, 10, 21, tzinfo=UTC)
    waits = value(db, "select extract(epoch from vt - now())::int from pgmq.q_emails")
    assert abs(waits - value(db, asked, "late", due)) <= 1


def test_adding_a_known_name_changes_it_and_keeps_what_is_due(db: Db) -> None:
    add(db)
    before = one(db, "select * from private.schedules where name = 'digest'")
    value(
        db,
        "select private.add_schedule('digest', '0 2 * * *', 'emails', '{\"n\": 1}',"
        " catch_up => 'all', description => 'Another.')",
    )
    after = one(db, "select * from private.schedules where name = 'digest'")
    assert after["next_run_at"] == before["next_run_at"]
    assert (after["catch_up"], after["payload"], after["description"]) == (
        "all",
        {"n": 1},
        "Another.",
    )
    value(db, "select private.add_schedule('digest', '0 3 * * *', 'emails')")
    assert one(db, "select next_run_at > now() as ahead from private.schedules")["ahead"]


@pytest.mark.parametrize(
    ("rule", "zone", "code"),
    [
        ("0 2 * *", "Europe/Paris", "rule_invalid"),
        ("0 0 30 2 *", "Europe/Paris", "rule_never_due"),
        ("0 2 * * *", "Europe/Nowhere", "time_zone_invalid"),
        ("0 2 * * *", "FOO+3", "time_zone_invalid"),
    ],
)
def test_what_could_not_run_is_refused(db: Db, rule: str, zone: str, code: str) -> None:
    with refused(code, 422):
        add(db, rule=rule, time_zone=zone)


def test_the_clock_plays_schedules_each_minute(db: Db) -> None:
    assert rows(db, "select schedule from cron.job where jobname = 'run-schedules'") == [
        {"schedule": "* * * * *"}
    ]


def test_nobody_reaches_schedules_over_the_api(db: Db, cast: Cast) -> None:
    for actor in (ANON, SERVICE, cast.alice, cast.adele):
        for query in ("select from private.schedules", "select private.run_schedules()"):
            with forbidden(), acting_as(db, actor):
                db.execute(query)
