"""A mail that may have been taken five times is given up; its letter says so and sends it again."""

from __future__ import annotations

import asyncio

import pytest
from psycopg.types.json import Jsonb
from structlog.testing import capture_logs

from preau.errors import PermanentError
from tests.mail.post import Post
from tests.workers.rig import private_queue, until, working
from workers import emails


@pytest.fixture
async def email_id(post: Post) -> str:
    """Five workers were killed with the mail before they could tell what became of it."""
    settings = {"host": "127.0.0.1", "port": post.inbox.smtp_port, "tls": "none"}
    await post.account("smtp", 1, settings)
    made = str(await post.due())
    for _ in range(5):
        assert await post.context.db.call("email_to_send", {"email_id": made})
    return made


async def test_the_job_of_a_mail_given_up_is_a_dead_letter(post: Post, email_id: str) -> None:
    async with private_queue(post.stack_url) as queue:
        await queue.send({"email_id": email_id})

        async def is_done() -> bool:
            return not await queue.waiting()

        with capture_logs() as lines:
            async with working(
                queue.name, emails.handle, post.context.settings, message=emails.Message
            ):
                await until(is_done, "the job has ended")
                await asyncio.sleep(0.1)  # for its line in the log
        (letter,) = (await queue.dead()).values()
    assert letter["code"] == "outcome_unknown"
    assert "preau jobs replay emails" in letter["message"]
    said = {line["event"]: line for line in lines}
    assert said["job.dead"]["code"] == "outcome_unknown"
    assert "mail.not_due" not in said
    assert post.copies() == 0


async def test_replayed_it_is_sent(post: Post, email_id: str) -> None:
    for _ in range(2):  # the second time as by the next worker, if the first could not report it
        with pytest.raises(PermanentError, match="outcome_unknown"):
            await emails.handle(emails.Message(email_id=email_id), post.context)
    await post.sql.execute(
        "select private.reopen_emails(%s)", [Jsonb([{"email_id": email_id}])]
    )  # as replaying its letter does
    row = await post.attempt(emails.Message(email_id=email_id).email_id)
    assert (row["status"], post.copies()) == ("sent", 1)
