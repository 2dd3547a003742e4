"""`private.next_run`: what a rule means, and what clock changes do to it."""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

import pytest
from croniter import croniter

from tests.support.cron import due, random_rule, stretch
from tests.support.database import Db, refused, rows, value

PARIS, TUNIS = "Europe/Paris", "Africa/Tunis"


def next_run(db: Db, rule: str, after: str, zone: str = "UTC") -> str:
    """The next run, as the zone's clock shows it, with its offset."""
    found = value(db, "select private.next_run(%s, %s, %s)", rule, zone, after)
    return f"{found.astimezone(ZoneInfo(zone)):%a %Y-%m-%d %H:%M%z}"


def runs(db: Db, rule: str, start: str, count: int, zone: str) -> list[str]:
    """The next runs one after another."""
    found, at = [], start
    for _ in range(count):
        run = value(db, "select private.next_run(%s, %s, %s)", rule, zone, at)
        found.append(f"{run.astimezone(ZoneInfo(zone)):%d %H:%M%z}")
        at = run.isoformat()
    return found


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("* * * * *", "Thu 2026-01-01 00:01+0000"),
        ("30 2 * * *", "Thu 2026-01-01 02:30+0000"),
        ("*/20 * * * *", "Thu 2026-01-01 00:20+0000"),
        ("5-10/2,50 0 * * *", "Thu 2026-01-01 00:05+0000"),
        ("0 9 * * mon-fri", "Thu 2026-01-01 09:00+0000"),
        ("0 9 * * Mon", "Mon 2026-01-05 09:00+0000"),
        ("0 9 * * 7", "Sun 2026-01-04 09:00+0000"),
        ("0 9 * * 5-7", "Fri 2026-01-02 09:00+0000"),
        ("0 0 1 FEB,jul *", "Sun 2026-02-01 00:00+0000"),
        ("0 0 29 2 *", "Tue 2028-02-29 00:00+0000"),
        ("  0   0 31 * * ", "Sat 2026-01-31 00:00+0000"),
        ("59 23 31 12 *", "Thu 2026-12-31 23:59+0000"),
    ],
)
def test_a_rule_names_its_next_minute(db: Db, rule: str, expected: str) -> None:
    assert next_run(db, rule, "2026-01-01 00:00:30+00") == expected


def test_the_minute_that_runs_is_not_named_again(db: Db) -> None:
    assert next_run(db, "0 2 * * *", "2026-01-01 02:00+00") == "Fri 2026-01-02 02:00+0000"


def test_of_two_day_fields_either_is_enough(db: Db) -> None:
    found = runs(db, "0 0 13 * fri", "2026-01-01 12:00+00", 4, "UTC")
    assert [run[:2] for run in found] == ["02", "09", "13", "16"]


def test_a_day_field_with_a_star_adds_to_the_other(db: Db) -> None:
    found = runs(db, "0 0 */2 * fri", "2026-01-01 12:00+00", 3, "UTC")
    assert [run[:2] for run in found] == ["09", "23", "13"]


@pytest.mark.parametrize(
    "rule",
    [
        *("", "* * * *", "* * * * * *", "@daily", "60 * * * *", "* 24 * * *", "* * 0 * *"),
        *("* * * 13 *", "* * * * 8", "*/0 * * * *", "5/10 * * * *", "9-5 * * * *", "1,,2 * * * *"),
        *(
            "-1 * * * *",
            "* * L * *",
            "* * * * mon#1",
            "* * * janvier *",
            "mon * * * *",
            "? * * * *",
        ),
    ],
)
def test_a_rule_that_cannot_be_read_is_refused(db: Db, rule: str) -> None:
    with refused("rule_invalid", 422):
        next_run(db, rule, "2026-01-01 00:00+00")


@pytest.mark.parametrize("rule", ["0 0 30 2 *", "0 0 31 4,6,9,11 *", "0 0 30,31 feb *"])
def test_a_rule_that_names_no_day_is_refused(db: Db, rule: str) -> None:
    with refused("rule_never_due", 422):
        next_run(db, rule, "2026-01-01 00:00+00")


def test_the_rarest_day_is_found(db: Db) -> None:
    # A Monday 29 February, across 2100, which is no leap year.
    assert next_run(db, "0 0 29 2 */8", "2080-01-01 00:00+00")[4:14] == "2088-02-29"
    assert next_run(db, "0 0 29 2 */8", "2088-03-01 00:00+00")[4:14] == "2128-02-29"


def test_an_unknown_time_zone_is_refused(db: Db) -> None:
    with refused("time_zone_invalid", 422):
        value(db, "select private.next_run('* * * * *', 'Europe/Nowhere', now())")


def test_in_spring_a_time_that_is_skipped_runs_once_after_the_gap(db: Db) -> None:
    assert runs(db, "0 2 * * *", "2026-03-27 12:00+01", 4, PARIS) == [
        "28 02:00+0100",
        "29 03:00+0200",
        "30 02:00+0200",
        "31 02:00+0200",
    ]


def test_in_autumn_a_time_that_comes_twice_runs_once_at_the_first(db: Db) -> None:
    assert runs(db, "0 2 * * *", "2026-10-23 12:00+02", 4, PARIS) == [
        "24 02:00+0200",
        "25 02:00+0200",
        "26 02:00+0100",
        "27 02:00+0100",
    ]


def test_in_tunis_nothing_changes_now(db: Db) -> None:
    for start in ("2026-03-27 12:00+01", "2026-10-23 12:00+01"):
        found = runs(db, "0 2 * * *", start, 4, TUNIS)
        assert [run[3:] for run in found] == ["02:00+0100"] * 4


def test_in_tunis_clocks_changed_until_2008(db: Db) -> None:
    assert runs(db, "0 2 * * *", "2008-03-29 12:00+01", 2, TUNIS) == [
        "30 03:00+0200",
        "31 02:00+0200",
    ]
    assert runs(db, "0 2 * * *", "2008-10-25 12:00+02", 2, TUNIS) == [
        "26 02:00+0200",
        "27 02:00+0100",
    ]


def test_a_rule_of_each_hour_runs_each_real_hour(db: Db) -> None:
    spring = runs(db, "0 * * * *", "2026-03-29 00:30+01", 3, PARIS)
    assert [run[3:] for run in spring] == ["01:00+0100", "03:00+0200", "04:00+0200"]
    autumn = runs(db, "0 * * * *", "2026-10-25 01:30+02", 3, PARIS)
    assert [run[3:] for run in autumn] == ["02:00+0200", "02:00+0100", "03:00+0100"]


def test_all_that_is_skipped_runs_as_one(db: Db) -> None:
    found = runs(db, "*/15 2 * * *", "2026-03-28 12:00+01", 2, PARIS)
    assert found == ["29 03:00+0200", "30 02:00+0200"]


def test_the_session_does_not_matter(db: Db) -> None:
    expected = runs(db, "0 2 * * *", "2026-10-23 12:00+02", 3, PARIS)
    for zone in ("America/New_York", "Europe/Paris", "Pacific/Apia"):
        value(db, "select set_config('TimeZone', %s, true)", zone)
        assert runs(db, "0 2 * * *", "2026-10-23 12:00+02", 3, PARIS) == expected


# A clock change in the middle of each: an hour, half an hour, at midnight, of two hours, none.
WINDOWS = [
    (PARIS, "2026-03-28T00:00+00:00"),
    (PARIS, "2026-10-24T00:00+00:00"),
    (TUNIS, "2008-03-29T00:00+00:00"),
    (TUNIS, "2008-10-25T00:00+00:00"),
    ("Australia/Lord_Howe", "2026-04-03T12:00+00:00"),
    ("Australia/Lord_Howe", "2026-10-02T12:00+00:00"),
    ("America/Havana", "2026-03-07T05:00+00:00"),
    ("America/Havana", "2026-10-31T05:00+00:00"),
    ("Antarctica/Troll", "2026-03-28T00:00+00:00"),
    ("Antarctica/Troll", "2026-10-24T00:00+00:00"),
    ("America/St_Johns", "2010-11-06T00:00+00:00"),
    ("Asia/Kathmandu", "2026-03-28T00:00+00:00"),
]
DAYS = 3


@pytest.mark.parametrize(("zone", "start"), WINDOWS)
def test_next_run_agrees_with_stepping_through_each_minute(db: Db, zone: str, start: str) -> None:
    dice = Random(f"{zone} {start}")
    begin = datetime.fromisoformat(start)
    end = begin + timedelta(days=DAYS)
    minutes = stretch(zone, begin, DAYS * 24 * 60)
    asked = []
    for _ in range(100):
        rule = random_rule(dice)
        expected = due(rule, minutes)
        for _ in range(20):
            after = begin + timedelta(seconds=dice.randrange(DAYS * 86400))
            place = bisect_right(expected, after)
            asked.append((rule.text, after, expected[place] if place < len(expected) else None))
    answers = rows(
        db,
        "select private.next_run(rule, %s, after) as run"
        " from unnest(%s::text[], %s::timestamptz[]) with ordinality as a (rule, after, n)"
        " order by n",
        zone,
        [rule for rule, _, _ in asked],
        [after for _, after, _ in asked],
    )
    for (text, after, expected_run), answer in zip(asked, answers, strict=True):
        run = answer["run"]
        if expected_run is None:
            assert run >= end, (text, after, run)
        else:
            assert run == expected_run, (text, after, run)


def test_next_run_agrees_with_croniter(db: Db) -> None:
    dice = Random(42)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    for _ in range(300):
        rule = random_rule(dice)
        day, weekday = (rule.text.split()[n] for n in (2, 4))
        if "/" in day + weekday and "*" in day + weekday:
            continue  # croniter takes */2 for a restricted day field, Vixie cron does not
        peer = croniter(rule.text, start)
        theirs = [peer.get_next(datetime) for _ in range(5)]
        for before, after in pairwise([start, *theirs]):
            assert (
                value(db, "select private.next_run(%s, 'UTC', %s)", rule.text, before) == after
            ), rule.text
