"""A thousand mails through a SendGrid of which every seventh request goes wrong: none lost."""

from __future__ import annotations

import sys
import time
from collections import Counter

import pytest

from preau.local.sendgrid import Fault
from tests.mail.post import Post
from tests.workers.rig import private_queue, until, working
from workers import emails

MAILS = 1000
SHARES = (
    Fault("limited", share=0.05),
    Fault("failed", share=0.05),
    Fault("reset_before_accept", share=0.025),
    Fault("reset_after_accept", share=0.025),
)
HASTY = {"worker_retry_base_seconds": 0.2, "worker_retry_cap_seconds": 2.0}


@pytest.mark.prove
async def test_a_thousand_mails_through_failures_arrive_within_the_bound(
    post: Post, capsys: pytest.CaptureFixture[str]
) -> None:
    await post.account("sendgrid", 1, {})
    post.grid.accepted.clear()
    post.grid.faults.set(*SHARES)
    settings = post.context.settings.model_copy(update=HASTY)
    due = [str(await post.due()) for _ in range(MAILS)]
    requests = post.grid.requests
    async with private_queue(post.stack_url, max_attempts=100) as queue:
        await queue.send(*({"email_id": email_id} for email_id in due))
        begun = time.monotonic()

        async def is_done() -> bool:
            return not await queue.waiting()

        async with working(
            queue.name,
            emails.handle,
            settings,
            message=emails.Message,
            concurrency=emails.CONCURRENCY,
        ):
            await until(is_done, "all mails have left", 400)
        seconds = time.monotonic() - begun
        assert await queue.dead() == {}
    found = await post.sql.execute(
        "select id::text, status, unknown_outcomes from public.email_messages"
        " where academy_id = %s",
        [post.academy],
    )
    rows = {row["id"]: row for row in await found.fetchall()}
    copies = Counter(mail.email_id for mail in post.grid.accepted)
    assert {row["status"] for row in rows.values()} == {"sent"}
    assert set(copies) == set(due)
    # The bound: one copy more for each try of which nobody can say what became of it.
    over = {key: n for key, n in copies.items() if n - 1 > rows[key]["unknown_outcomes"]}
    assert over == {}
    assert max(copies.values()) <= 5
    with capsys.disabled():
        sys.stdout.write(
            f"\n{MAILS} mails, {post.grid.requests - requests} requests in {seconds:.0f} s: "
            f"lost {MAILS - len(copies)}, doubled {copies.total() - MAILS}, "
            f"most copies of one {max(copies.values())}, tries of unknown outcome "
            f"{sum(row['unknown_outcomes'] for row in rows.values())}\n"
        )
