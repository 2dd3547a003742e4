"""Automated tasks as staff make them and a worker runs them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from tests.support import shop
from tests.support.database import Db, acting_as, column, one, value
from tests.support.people import MECA, SERVICE, Person

Row = dict[str, Any]


def trusted(person: Person) -> Person:
    """The same person after the second factor that MécaFormation asks of its staff."""
    return replace(person, aal="aal2")


def schedule(
    db: Db,
    staff: Person,
    target: object,
    kind: str = "send_reminder_email",
    academy: UUID = MECA,
    due: str = "0",
    **parameters: object,
) -> Row:
    """Have something done after the interval `due`, as a member of staff."""
    given = Jsonb({name: str(each) for name, each in parameters.items()})
    with acting_as(db, trusted(staff)):
        return one(
            db,
            "select * from public.schedule_task(%s, %s, %s, now() + %s::interval, %s)",
            academy, kind, target, due, given,
        )  # fmt: skip


def enrolled(db: Db, learner: Person, progress: int = 0) -> UUID:
    """Enrol somebody in a formation, and let them have come so far."""
    made: UUID = shop.enroll(db, learner)["id"]
    db.execute(
        "update public.enrollments set progress_percentage = %s where id = %s", [progress, made]
    )
    return made


def clock(db: Db, later: str = "0") -> int:
    """The clock calls when so much time has passed; returns how many tasks it queued."""
    fired: int = value(db, "select private.start_due_tasks(now() + %s::interval)", later)
    return fired


def work(db: Db) -> list[Any]:
    """Run what is queued as a worker does; returns the outcomes."""
    found = []
    for task in column(db, "select message ->> 'task_id' from pgmq.q_tasks order by msg_id"):
        with acting_as(db, SERVICE):
            if value(db, "select worker.task_to_run(%s)", task):
                told = value(db, "select worker.send_reminder(%s)", task)
                found.append(told["outcome"])
    db.execute("delete from pgmq.q_tasks where true")
    return found


def task(db: Db, wanted: object) -> Row:
    """The row of a task."""
    return one(db, "select * from public.automated_tasks where id = %s", wanted)


def reminders(db: Db, person: Person) -> list[Row]:
    """The reminders in the outbox for somebody."""
    return db.execute(
        "select template, refs, dedupe_key from public.email_messages"
        " where user_id = %s and template like '%%_reminder' order by created_at",
        [person.id],
    ).fetchall()


def one_mail_of_each(db: Db, staff: Person, learner: Person) -> None:
    """The reminder to get started, and one that staff send."""
    enrolled(db, learner)
    schedule(db, staff, learner.id, template="course_reminder")
    clock(db, "2 days")
    work(db)
