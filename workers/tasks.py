"""The queue `tasks`: an automated task is due; do what its type says, if there is still a reason.

The row of `automated_tasks` is what staff see; the message only names it. Each type is one function
here and one RPC that makes the effect due and finishes the task in the same transaction, so a
worker may die anywhere and the effect still happens once.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final
from uuid import UUID

from preau import messages
from preau.errors import PermanentError
from preau.worker import Context, crash_point

QUEUE: Final = "tasks"


class Message(messages.Message):
    """The task that is due."""

    task_id: UUID


async def handle(message: Message, context: Context) -> None:
    """Run the task, unless it was cancelled or finished meanwhile."""
    task_id = str(message.task_id)
    task = await context.db.call("task_to_run", {"task_id": task_id})
    if not task:
        context.log.info("task.not_due", task_id=task_id)
        return
    run = TYPES.get(task["task_type"])
    if run is None:
        raise PermanentError(
            "task_type_not_available",
            f"No code runs tasks of the type {task['task_type']}.",
            "Run a worker of the version that made it, then replay the dead letter.",
        )
    result = await run(task, context)
    context.log.info("task.done", task_id=task_id, task_type=task["task_type"], **result)


async def send_reminder_email(task: dict[str, Any], context: Context) -> dict[str, Any]:
    """Put the reminder into the outbox. Whether it is still due is asked in SQL, there and then."""
    crash_point("tasks.before_effect")
    crash_point("tasks.before_commit")
    result: dict[str, Any] = await context.db.call("send_reminder", {"task_id": task["id"]})
    crash_point("tasks.after_commit")
    return result


TYPES: Final[Mapping[str, Callable[[dict[str, Any], Context], Awaitable[dict[str, Any]]]]] = {
    "send_reminder_email": send_reminder_email,
}
