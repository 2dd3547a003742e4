"""Automated tasks: staff make them, the clock queues them, and each is done once or not at all."""

from __future__ import annotations

from uuid import uuid4

import pytest

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
from tests.support.people import ANON, AURORA, MECA, SERVICE, Cast, Person, gather
from tests.support.races import at_once
from tests.support.tasks import clock, enrolled, reminders, schedule, task, trusted, work


def cancel(db: Db, staff: Person, wanted: object) -> str:
    with acting_as(db, trusted(staff)):
        found: str = one(db, "select * from public.cancel_task(%s)", wanted)["status"]
        return found


def test_a_reminder_is_put_into_the_outbox_when_it_is_due(db: Db, cast: Cast) -> None:
    enrollment = enrolled(db, cast.alice, 35)
    made = schedule(db, cast.armand, cast.alice.id, due="1 day")
    assert (made["status"], made["created_by"]) == ("pending", cast.armand.id)
    assert (clock(db, "23 hours"), reminders(db, cast.alice)) == (0, [])
    assert clock(db, "1 day") >= 1
    assert "queued" in work(db)
    mail = next(m for m in reminders(db, cast.alice) if m["template"] == "course_reminder")
    assert mail["dedupe_key"] == f"task:{made['id']}"
    done = task(db, made["id"])
    assert (done["status"], done["result"], done["attempts"]) == (
        "completed",
        {"outcome": "queued"},
        1,
    )
    assert enrollment


def test_with_nothing_begun_there_is_nothing_to_remind_of(db: Db, cast: Cast) -> None:
    made = schedule(db, cast.armand, cast.bob.id)
    clock(db)
    assert work(db) == ["not_due"]
    assert (reminders(db, cast.bob), task(db, made["id"])["status"]) == ([], "completed")


def test_what_is_true_when_it_runs_counts(db: Db, cast: Cast) -> None:
    enrolled(db, cast.alice, 35)
    schedule(db, cast.armand, cast.alice.id)
    db.execute(
        "update public.enrollments set status = 'cancelled' where student_id = %s", [cast.alice.id]
    )
    clock(db)
    assert work(db) == ["not_due"]


def test_a_reminder_may_speak_of_one_enrolment_only(db: Db, cast: Cast) -> None:
    enrollment = enrolled(db, cast.alice)
    made = schedule(db, cast.armand, cast.alice.id, enrollment_id=enrollment)
    assert made["parameters"] == {"template": "course_reminder", "enrollment_id": str(enrollment)}
    assert (made["member_id"], made["enrollment_id"]) == (cast.alice.id, enrollment)
    bobs = enrolled(db, cast.bob)
    with refused("enrollment_not_found", 404):
        schedule(db, cast.armand, cast.alice.id, enrollment_id=bobs)


def test_a_task_that_runs_twice_has_one_effect(db: Db, cast: Cast) -> None:
    enrolled(db, cast.alice)
    made = schedule(db, cast.armand, cast.alice.id)
    clock(db)
    assert work(db) == ["queued"]
    db.execute(
        "update public.enrollments set status = 'cancelled' where student_id = %s", [cast.alice.id]
    )
    with acting_as(db, SERVICE):
        assert value(db, "select worker.task_to_run(%s)", made["id"]) is None
        assert value(db, "select worker.send_reminder(%s)", made["id"]) == {"outcome": "queued"}
    assert len(reminders(db, cast.alice)) == 1


def test_the_clock_queues_a_task_once(db: Db, cast: Cast) -> None:
    schedule(db, cast.armand, cast.alice.id)
    assert [clock(db), clock(db), clock(db, "1 hour")] == [1, 0, 0]


def test_a_job_that_waits_longer_than_its_key_is_not_queued_again(db: Db, cast: Cast) -> None:
    schedule(db, cast.armand, cast.alice.id)
    assert clock(db) == 1
    db.execute("delete from private.job_keys where queue = 'tasks'")
    assert clock(db, "8 days") == 0


def test_staff_send_one_reminder_of_a_kind_a_day_to_a_person(db: Db, cast: Cast) -> None:
    enrolled(db, cast.alice)
    enrolled(db, cast.bob)
    made = schedule(db, cast.armand, cast.alice.id)
    with refused("task_exists", 409):
        schedule(db, cast.adele, cast.alice.id, due="11 hours")
    schedule(db, cast.armand, cast.alice.id, due="13 hours")
    schedule(db, cast.armand, cast.bob.id)
    cancel(db, cast.armand, made["id"])
    schedule(db, cast.armand, cast.alice.id, due="-1 minute")


def test_two_clocks_and_two_workers_at_once_send_each_reminder_once(url: str) -> None:
    with connect(url) as db:
        cast = gather(db)
        enrolled(db, cast.alice)
        for n in range(30):
            schedule(db, cast.armand, cast.alice.id, due=f"{13 * n} hours")
        fired = at_once(url, [lambda db: clock(db, "20 days")] * 4)
        assert sum(n for n in fired if isinstance(n, int)) == 31, fired  # hers to get started, too
        one_task = column(db, "select id from public.automated_tasks where created_by is not null")[
            0
        ]
        db.execute("select worker.task_to_run(%s)", [one_task])
        told = at_once(url, [lambda db: value(db, "select worker.send_reminder(%s)", one_task)] * 4)
        assert told == [{"outcome": "queued"}] * 4
        assert len(reminders(db, cast.alice)) == 1


def test_a_task_is_cancelled_until_a_worker_has_it(db: Db, cast: Cast) -> None:
    enrolled(db, cast.alice)
    made = schedule(db, cast.armand, cast.alice.id)
    clock(db)
    assert cancel(db, trusted(cast.adele), made["id"]) == "cancelled"
    assert cancel(db, cast.armand, made["id"]) == "cancelled"
    assert (work(db), reminders(db, cast.alice)) == ([], [])


@pytest.mark.parametrize("status", ["running", "completed", "failed"])
def test_what_has_begun_is_not_cancelled(db: Db, cast: Cast, status: str) -> None:
    made = schedule(db, cast.armand, cast.alice.id)
    db.execute(
        "update public.automated_tasks set status = %s,"
        " finished_at = case %s when 'running' then null else now() end where id = %s",
        [status, status, made["id"]],
    )
    with refused("task_not_pending", 409):
        cancel(db, cast.armand, made["id"])


def test_a_buried_task_says_that_it_failed_and_may_be_replayed(db: Db, cast: Cast) -> None:
    enrolled(db, cast.alice)
    made = schedule(db, cast.armand, cast.alice.id)
    clock(db)
    db.execute("select worker.task_to_run(%s)", [made["id"]])
    db.execute(
        "insert into private.dead_letters"
        " (queue, msg_id, payload, read_ct, code, message, enqueued_at)"
        " select 'tasks', msg_id, message, 12, 'unreachable', '', now() from pgmq.q_tasks"
    )
    failed = task(db, made["id"])
    assert (failed["status"], failed["result"]) == ("failed", {"code": "unreachable"})
    assert work(db) == ["queued"]
    assert task(db, made["id"])["status"] == "completed"


@pytest.mark.parametrize("kind", ["generate_certificate", "update_progress"])
def test_what_nothing_runs_yet_is_refused_rather_than_kept(db: Db, cast: Cast, kind: str) -> None:
    with refused("task_type_not_available", 501):
        schedule(db, cast.armand, enrolled(db, cast.alice), kind)


def test_an_unknown_type_is_refused(db: Db, cast: Cast) -> None:
    with refused("task_type_unknown", 422):
        schedule(db, cast.armand, cast.alice.id, "make_coffee")


@pytest.mark.parametrize("due", ["-1 hour", "367 days"])
def test_a_task_is_due_within_a_year(db: Db, cast: Cast, due: str) -> None:
    with refused("scheduled_for_out_of_range", 422):
        schedule(db, cast.armand, cast.alice.id, due=due)


def test_a_template_that_does_not_exist_is_refused(db: Db, cast: Cast) -> None:
    with refused("template_unknown", 422):
        schedule(db, cast.armand, cast.alice.id, template="welcome")


def test_parameters_of_ones_own_are_refused(db: Db, cast: Cast) -> None:
    with refused("parameters_invalid", 422):
        schedule(db, cast.armand, cast.alice.id, subject="Bonjour")


def test_a_reminder_to_get_started_names_the_enrolment(db: Db, cast: Cast) -> None:
    with refused("enrollment_not_found", 404):
        schedule(db, cast.armand, cast.alice.id, template="getting_started_reminder")


def test_staff_remind_members_of_their_academy_only(db: Db, cast: Cast) -> None:
    for target in (cast.dora.id, cast.sarah.id, uuid4()):
        with refused("member_not_found", 404):
            schedule(db, cast.armand, target)
    with refused("staff_required", 403):
        schedule(db, cast.armand, cast.dora.id, academy=AURORA)


def test_one_person_keeps_no_more_than_five_thousand_waiting(db: Db, cast: Cast) -> None:
    db.execute(
        "insert into public.automated_tasks"
        " (academy_id, task_type, target_id, scheduled_for, created_by)"
        " select %s, 'send_reminder_email', %s, now(), %s from generate_series(1, 5000)",
        [MECA, cast.alice.id, cast.armand.id],
    )
    with refused("too_many_tasks", 422):
        schedule(db, cast.armand, cast.alice.id)


def test_the_academys_staff_see_its_tasks_and_nobody_else(db: Db, cast: Cast) -> None:
    made = schedule(db, cast.armand, cast.alice.id)
    seen = "select id from public.automated_tasks where id = %s"
    for actor in (cast.armand, trusted(cast.adele)):
        with acting_as(db, actor):
            assert rows(db, seen, made["id"]), actor
    for actor in (cast.alice, cast.colette, cast.garance, cast.auguste, cast.sarah):
        with acting_as(db, actor):
            assert rows(db, seen, made["id"]) == [], actor
    with forbidden(), acting_as(db, ANON):
        rows(db, seen, made["id"])


def test_learners_and_other_academies_neither_make_nor_cancel(db: Db, cast: Cast) -> None:
    made = schedule(db, cast.armand, cast.alice.id)
    for person in (cast.alice, cast.colette, cast.auguste, cast.sarah):
        with refused("staff_required", 403):
            schedule(db, person, cast.alice.id)
        with refused("task_not_found", 404):
            cancel(db, person, made["id"])


def test_nobody_writes_tasks_over_the_api(db: Db, cast: Cast) -> None:
    for actor in (cast.armand, trusted(cast.adele), SERVICE):
        for query in (
            "update public.automated_tasks set status = 'pending' where true",
            "delete from public.automated_tasks where true",
            "insert into public.automated_tasks (task_type) values ('update_progress')",
        ):
            with forbidden(), acting_as(db, actor):
                db.execute(query)


def test_making_and_cancelling_are_in_the_audit_log(db: Db, cast: Cast) -> None:
    made = schedule(db, cast.armand, cast.alice.id)
    cancel(db, cast.armand, made["id"])
    log = "select action, actor_id from public.audit_log where subject_id = %s order by id"
    assert rows(db, log, made["id"]) == [
        {"action": "task.scheduled", "actor_id": cast.armand.id},
        {"action": "task.cancelled", "actor_id": cast.armand.id},
    ]


def test_a_finished_task_is_forgotten_after_a_year(db: Db, cast: Cast) -> None:
    made = schedule(db, cast.armand, cast.alice.id)
    cancel(db, cast.armand, made["id"])
    for age, left in (("364 days", 0), ("366 days", 1)):
        db.execute(
            "update public.automated_tasks set finished_at = now() - %s::interval where id = %s",
            [age, made["id"]],
        )
        assert value(db, "select private.purge_tasks()") == left
