"""The tasks worker: a task that is due has its effect once, and reaches its reader."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest
from psycopg.rows import dict_row

from preau.client import ServiceClient
from preau.errors import PermanentError
from preau.settings import Settings
from preau.worker import Context
from tests.support.buyers import new_buyer
from tests.support.contexts import bare_context
from tests.support.stack import Stack
from tests.workers.rig import until
from workers import tasks

HASTY = {"WORKER_LEASE_SECONDS": "1", "WORKER_POLL_MAX_SECONDS": "0.1"}
MADE = """
with begun as (
    insert into public.enrollments (academy_id, student_id, formation_id, status, start_date)
    select a.id, %(learner)s, f.id, 'active', current_date from public.academies as a
    inner join public.formations as f on f.academy_id = a.id and f.slug = 'decouverte-mecanique'
    where a.slug = 'mecaformation' returning academy_id
)
insert into public.automated_tasks (academy_id, task_type, target_id, scheduled_for, parameters)
select academy_id, 'send_reminder_email', %(learner)s, now(), '{"template": "course_reminder"}'
from begun returning id
"""


@dataclass
class Office:
    """A learner who enrolled just now, with a reminder that staff want sent."""

    task_id: UUID
    learner: str
    email: str
    sql: psycopg.AsyncConnection[dict[str, Any]]
    context: Context

    async def handle(self, task_id: UUID | None = None) -> None:
        await tasks.handle(tasks.Message(task_id=task_id or self.task_id), self.context)

    async def row(self) -> dict[str, Any]:
        found = await self.sql.execute(
            "select * from public.automated_tasks where id = %s", [self.task_id]
        )
        return await found.fetchone() or {}

    async def mails(self) -> int:
        """How many reminders are in the outbox, each with its job."""
        found = await self.sql.execute(
            "select count(*) as n from public.email_messages"
            " where user_id = %s and template = 'course_reminder'",
            [self.learner],
        )
        return int((await found.fetchone() or {})["n"])


@pytest.fixture
async def office(stack: Stack) -> AsyncIterator[Office]:
    settings = Settings(supabase_url=stack.url, supabase_secret_key=stack.secret_key)
    async with (
        httpx.AsyncClient(timeout=15, trust_env=False) as http,
        await ServiceClient.connect(settings) as db,
        await psycopg.AsyncConnection.connect(
            stack.db_url, autocommit=True, row_factory=dict_row
        ) as sql,
    ):
        learner = await new_buyer(stack.env(), http)
        made = await (await sql.execute(MADE, {"learner": learner.id})).fetchone()
        context = bare_context(db, settings)
        yield Office((made or {})["id"], learner.id, learner.email, sql, context)


async def test_a_due_reminder_is_put_into_the_outbox_once(office: Office) -> None:
    await office.handle()
    await office.handle()
    assert ((await office.row())["status"], await office.mails()) == ("completed", 1)


async def test_a_cancelled_task_is_nothing_to_do(office: Office) -> None:
    await office.sql.execute(
        "update public.automated_tasks set status = 'cancelled', finished_at = now() where id = %s",
        [office.task_id],
    )
    await office.handle()
    await office.handle(uuid4())
    assert await office.mails() == 0


async def test_a_type_of_a_newer_version_is_left_for_a_person(office: Office) -> None:
    await office.sql.execute(
        "update public.automated_tasks set task_type = 'update_progress', target_id ="
        " (select id from public.enrollments where student_id = %s) where id = %s",
        [office.learner, office.task_id],
    )
    with pytest.raises(PermanentError, match="update_progress"):
        await office.handle()


async def test_a_day_after_enrolling_the_reminder_is_in_the_inbox(
    stack: Stack, office: Office
) -> None:
    await office.sql.execute(
        "update public.automated_tasks set scheduled_for = scheduled_for - interval '1440 minutes'"
        " where target_id = %s and dedupe_key like 'getting_started_reminder:%%'",
        [office.learner],
    )
    await office.sql.execute("select private.start_due_tasks()")
    wanted = {"to": office.email, "subject": "Par où commencer"}
    async with httpx.AsyncClient(base_url=stack.inbox_url, trust_env=False) as inbox:

        async def arrived() -> bool:
            found = await inbox.get("/api/messages", params=wanted)
            return len(found.json()["messages"]) == 1

        with stack.worker("tasks", "emails", env=HASTY):
            await until(arrived, "the reminder is in the inbox", seconds=20)
