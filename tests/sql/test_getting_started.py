"""The reminder a day after enrolling: once, to whoever has hardly begun, as things are then."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from psycopg.types.json import Jsonb

from tests.support import shop
from tests.support.database import Db, acting_as, one, refused, rows, value
from tests.support.people import MECA, SERVICE, Cast, Person
from tests.support.tasks import clock, enrolled, reminders, trusted, work


def tasks(db: Db, person: Person) -> list[dict[str, Any]]:
    return rows(
        db,
        "select *, scheduled_for - now() as wait from public.automated_tasks"
        " where target_id = %s and dedupe_key like 'getting_started_reminder:%%'",
        person.id,
    )


def sent(db: Db, person: Person) -> Any:
    """What the worker is given for the reminder in the outbox."""
    mail = value(
        db,
        "select id from public.email_messages where user_id = %s"
        " and template = 'getting_started_reminder'",
        person.id,
    )
    with acting_as(db, SERVICE):
        return value(db, "select worker.email_to_send(%s)", mail)


def test_who_enrols_is_reminded_a_day_later(db: Db, cast: Cast) -> None:
    enrollment = enrolled(db, cast.alice)
    (made,) = tasks(db, cast.alice)
    assert made["wait"] == timedelta(minutes=1440)
    assert (made["created_by"], made["enrollment_id"]) == (None, enrollment)
    assert clock(db, "1439 minutes") == 0
    assert clock(db, "1440 minutes") == 1
    assert work(db) == ["queued"]
    data = sent(db, cast.alice)["data"]
    assert data["formation_title"]
    assert data["next_step"]
    assert data["formation_url"].startswith("https://")


@pytest.mark.parametrize(
    ("progress", "outcome"), [(9, "queued"), (10, "not_due"), (100, "not_due")]
)
def test_who_has_begun_is_left_alone(db: Db, cast: Cast, progress: int, outcome: str) -> None:
    enrolled(db, cast.alice, progress)
    clock(db, "2 days")
    assert work(db) == [outcome]


@pytest.mark.parametrize("change", ["progress_percentage = 10", "status = 'cancelled'"])
def test_the_outbox_asks_again_as_it_sends(db: Db, cast: Cast, change: str) -> None:
    enrolled(db, cast.alice)
    clock(db, "2 days")
    assert work(db) == ["queued"]
    query = f"update public.enrollments set {change} where student_id = %s"  # noqa: S608 - above
    db.execute(query.encode(), [cast.alice.id])
    mail = one(
        db,
        "select private.mail_data(m) as data from public.email_messages as m"
        " where user_id = %s and template = 'getting_started_reminder'",
        cast.alice.id,
    )
    assert mail["data"] is None


def test_a_place_that_is_only_held_makes_no_task(db: Db, cast: Cast) -> None:
    made = shop.order(db, cast.alice)
    assert tasks(db, cast.alice) == []
    page = shop.open_page(db, made["id"], cast.alice)
    shop.report(db, page.session())
    assert len(tasks(db, cast.alice)) == 1


def test_a_payment_reported_twice_makes_one_task(db: Db, cast: Cast) -> None:
    made = shop.order(db, cast.alice)
    page = shop.open_page(db, made["id"], cast.alice)
    shop.report(db, page.session())
    shop.report(db, page.session())
    assert len(tasks(db, cast.alice)) == 1


def test_a_cohorts_learner_is_reminded_a_day_after_it_starts(db: Db, cast: Cast) -> None:
    cohort = shop.make_cohort(db, 10)
    made = shop.order(db, cast.alice, cohort=cohort)
    page = shop.open_page(db, made["id"], cast.alice)
    shop.report(db, page.session())
    (task,) = tasks(db, cast.alice)
    start = value(
        db,
        "select starts_on::timestamp at time zone 'Europe/Paris' from public.cohorts where id = %s",
        cohort,
    )
    assert task["scheduled_for"] == start + timedelta(days=1)


def test_an_academy_may_wait_longer(db: Db) -> None:
    for settings, minutes in (({}, 1440), ({"getting_started_minutes": 60}, 60)):
        asked = "select private.getting_started_minutes(%s)"
        assert value(db, asked, Jsonb(settings)) == minutes
    for given, fault in (
        (60, None),
        (0, "getting_started_minutes"),
        ("x", "getting_started_minutes"),
    ):
        asked = "select private.setting_fault_getting_started_minutes(%s)"
        assert value(db, asked, Jsonb(given)) == fault


def test_who_has_left_is_not_reminded(db: Db, cast: Cast) -> None:
    enrolled(db, cast.alice)
    db.execute("update public.members set status = 'left' where user_id = %s", [cast.alice.id])
    clock(db, "2 days")
    assert work(db) == ["not_due"]
    assert reminders(db, cast.alice) == []


def test_an_academys_own_delay_counts_and_is_checked(db: Db, cast: Cast) -> None:
    change = "update public.academies set settings = settings || %s where id = %s"
    with acting_as(db, trusted(cast.adele)):
        db.execute(change, [Jsonb({"getting_started_minutes": 60}), MECA])
    enrolled(db, cast.alice)
    (made,) = tasks(db, cast.alice)
    assert made["wait"] == timedelta(hours=1)
    with refused("settings_invalid", 422), acting_as(db, trusted(cast.adele)):
        db.execute(change, [Jsonb({"getting_started_minutes": 0}), MECA])


def test_reminders_may_be_signed_off_from(db: Db) -> None:
    for template in ("getting_started_reminder", "course_reminder"):
        assert value(db, "select private.mail_kind(%s)", template) == "bulk"
