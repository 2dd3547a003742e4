"""Quiet hours and the day's limit: who waits, until when, and that nothing is lost by it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
import pytest

from tests.support.database import Db, one, value
from tests.support.mails import history, kind, queue, send, state, take
from tests.support.people import Cast
from tests.support.settings import settings

PARIS = ZoneInfo("Europe/Paris")
NIGHT = {"quiet_from": "21:00", "quiet_until": "08:00"}


def until(db: Db, moment: str, zone: str = "Europe/Paris", night: str = "21:00-08:00") -> str:
    """When the quiet hours around a moment end, in UTC; a dash: it lies in none."""
    begin, end = night.split("-")
    found = value(db, "select private.quiet_until(%s, %s, %s, %s)", moment, zone, begin, end)
    return "-" if found is None else f"{found.astimezone(UTC):%Y-%m-%d %H:%M}"


def jobs(db: Db, email: UUID) -> int:
    """The jobs of a mail: in the queue, or kept for later where such are kept."""
    found: int = value(
        db, "select count(*) from pgmq.q_emails where message ->> 'email_id' = %s", str(email)
    )
    if value(db, "select to_regclass('private.delayed_jobs')") is not None:
        found += value(
            db,
            "select count(*) from private.delayed_jobs where payload ->> 'email_id' = %s",
            str(email),
        )
    return found


def all_day(db: Db) -> None:
    """Make it quiet now, for at least another half hour, whatever the clock says."""
    now = datetime.now(PARIS)
    begin, end = now - timedelta(minutes=10), now + timedelta(minutes=40)
    night = {"quiet_from": f"{begin:%H:%M}", "quiet_until": f"{end:%H:%M}"}
    settings(db, {"mail": night})


@pytest.mark.parametrize(
    ("moment", "end"),
    [
        ("2026-11-20 12:00+01", "-"),
        ("2026-11-20 20:59:59+01", "-"),
        ("2026-11-20 21:00+01", "2026-11-21 07:00"),
        ("2026-11-20 23:59+01", "2026-11-21 07:00"),
        ("2026-11-21 00:00+01", "2026-11-21 07:00"),
        ("2026-11-21 07:59:59+01", "2026-11-21 07:00"),
        ("2026-11-21 08:00+01", "-"),
    ],
)
def test_a_night_lasts_over_midnight(db: Db, moment: str, end: str) -> None:
    assert until(db, moment) == end


@pytest.mark.parametrize(
    ("moment", "zone", "night", "end"),
    [
        # The night of 28 March 2026 has no 02:30 in Paris, that of 24 October has two.
        ("2026-03-28 22:00+01", "Europe/Paris", "21:00-08:00", "2026-03-29 06:00"),
        ("2026-10-24 22:00+02", "Europe/Paris", "21:00-08:00", "2026-10-25 07:00"),
        ("2026-03-29 00:30Z", "Europe/Paris", "01:00-02:30", "2026-03-29 01:30"),
        ("2026-10-25 00:15Z", "Europe/Paris", "01:00-02:30", "2026-10-25 01:30"),
        ("2026-10-25 01:15Z", "Europe/Paris", "01:00-02:30", "2026-10-25 01:30"),
        ("2026-03-28 22:00+01", "Africa/Tunis", "21:00-08:00", "2026-03-29 07:00"),
        ("2026-11-20 13:00+01", "Africa/Tunis", "12:00-14:00", "2026-11-20 13:00"),
    ],
)
def test_quiet_hours_follow_the_clock_on_the_wall(
    db: Db, moment: str, zone: str, night: str, end: str
) -> None:
    assert until(db, moment, zone, night) == end


def test_quiet_hours_never_end_before_the_moment(db: Db) -> None:
    """Each quarter of an hour of both nights in which the clock changes, for each such night."""
    wrong = value(
        db,
        "select count(*) from generate_series('2026-01-01Z'::timestamptz, '2027-01-01Z',"
        " '15 minutes') as moment, (values (time '21:00', time '08:00'), ('01:00', '02:30'),"
        " ('02:15', '02:45'), ('23:00', '02:00')) as night (f, u)"
        " where private.quiet_until(moment, 'Europe/Paris', f, u) <= moment"
        " or private.quiet_until(moment, 'Europe/Paris', f, u) > moment + interval '14 hours'",
    )
    assert wrong == 0


def test_a_mail_that_may_wait_does(db: Db, cast: Cast) -> None:
    kind(db, "normal")
    all_day(db)
    email = queue(db, cast.alice)
    assert take(db, email) is None
    assert state(db, email) == "queued quiet_hours"
    assert history(db, email) == ["queued", "sending", "queued", "postponed"]
    assert value(db, "select attempts from public.email_messages where id = %s", email) == 0


def test_an_urgent_mail_goes_at_night(db: Db, cast: Cast) -> None:
    all_day(db)
    assert send(db, queue(db, cast.alice))


def test_a_postponed_mail_has_a_job_for_then_and_goes(db: Db, cast: Cast) -> None:
    kind(db, "normal")
    all_day(db)
    email = queue(db, cast.alice)
    take(db, email)
    assert jobs(db, email) == 2  # the first, which the worker now settles, and the one for then
    settings(db, {})
    assert send(db, email)


def test_the_days_limit_leaves_the_rest_for_tomorrow(db: Db, cast: Cast) -> None:
    kind(db, "normal")
    settings(db, {"mail": {"per_recipient_per_day": 2}})
    mails = [queue(db, cast.alice) for _ in range(4)]
    assert [send(db, email) for email in mails] == [True, True, False, False]
    assert state(db, mails[2]) == "queued daily_limit"
    assert send(db, queue(db, cast.bob))
    kind(db, "urgent")
    assert send(db, queue(db, cast.alice))


def test_tomorrow_in_the_night_means_the_morning(db: Db, cast: Cast) -> None:
    kind(db, "normal")
    settings(db, {"mail": {"per_recipient_per_day": 1, **NIGHT}})
    first, second = queue(db, cast.alice), queue(db, cast.alice)
    db.execute(
        "update public.email_messages set status = 'sent',"
        " sent_at = '2026-11-20 10:00+01' where id = %s",
        [first],
    )
    rest = one(
        db,
        "select r.* from public.email_messages as m,"
        " private.mail_rests_until(m, '2026-11-20 15:00+01') as r where m.id = %s",
        second,
    )
    assert rest["because"] == "daily_limit"
    assert rest["until"] == datetime(2026, 11, 21, 8, tzinfo=PARIS)


@pytest.mark.parametrize(
    "wrong",
    [
        {"quiet_from": "21:00"},
        {"quiet_from": "21:00", "quiet_until": "21:00"},
        {"quiet_from": "24:00", "quiet_until": "08:00"},
        {"quiet_from": 21, "quiet_until": 8},
        {"per_recipient_per_day": 0},
        {"per_recipient_per_day": "2"},
        {"per_recipient_per_day": 101},
        {"quiet": True},
        [],
        None,
    ],
)
def test_a_wrong_setting_is_refused(db: Db, cast: Cast, wrong: object) -> None:
    with pytest.raises(psycopg.Error, match="mail"), db.transaction():
        settings(db, {"mail": wrong})
