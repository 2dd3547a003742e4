"""An automated task that is due: one reminder in the outbox, and the task finished."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.support.buyers import new_buyer
from tests.support.stack import Stack
from tests.workers.rig import TestQueue
from tests.workers.test_tasks import MADE


@dataclass(frozen=True)
class Tasks:
    """Effects are reminders to the task's learner."""

    stack: Stack
    queue: TestQueue
    http: httpx.AsyncClient
    name: str = "tasks"
    module: str = "tasks"
    writes: str = "public.email_messages"
    copies: Mapping[str, int] = field(default_factory=dict)

    async def prepare(self) -> tuple[dict[str, Any], str]:
        """Make a task due for a learner of its own."""
        learner = await new_buyer(self.stack.env(), self.http)
        async with self.queue.db.cursor() as cursor:
            await cursor.execute(MADE, {"learner": learner.id})
            made = await cursor.fetchone()
        task = str((made or {})["id"])
        return {"task_id": task}, task

    async def effects(self, token: str) -> int:
        """Count the reminders; the task is finished exactly where there is one."""
        found = await self.queue.one(
            "select t.status, (select count(*) from public.email_messages as m"
            "   where m.user_id = t.target_id and m.template = 'course_reminder') as mails"
            " from public.automated_tasks as t where t.id = %s",
            token,
        )
        assert (found["status"] == "completed") == (found["mails"] > 0), found
        return int(found["mails"])
