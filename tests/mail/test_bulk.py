"""A bulk mail can be left with one click, whichever provider takes it; then none comes any more."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.mail.post import Post
from tests.support.stack import Stack


@pytest.fixture
async def bulky(post: Post) -> AsyncIterator[Post]:
    """The welcome counts as bulk mail for a moment."""
    kind = "update private.mail_templates set kind = %s where template = 'welcome'"
    await post.sql.execute(kind, ["bulk"])
    yield post
    await post.sql.execute(kind, ["urgent"])


async def test_one_click_leaves_and_the_next_mail_stays_behind(bulky: Post, stack: Stack) -> None:
    await bulky.account("sendgrid", 1, {})
    assert (await bulky.attempt(await bulky.due()))["status"] == "sent"
    headers = bulky.grid.to(bulky.address)[0].personalization["headers"]
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = headers["List-Unsubscribe"].strip("<>")
    assert link.startswith(f"{stack.url}/functions/v1/unsubscribe/")
    async with httpx.AsyncClient(trust_env=False) as reader:
        await reader.get(link)
        answer = await reader.post(link, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    row = await bulky.attempt(await bulky.due())
    assert (row["status"], row["error_code"]) == ("suppressed", "unsubscribe")
    assert bulky.copies() == 1


async def test_the_headers_go_by_smtp_too(bulky: Post) -> None:
    server = {"host": "127.0.0.1", "port": bulky.inbox.smtp_port, "tls": "none"}
    await bulky.account("smtp", 1, server)
    await bulky.attempt(await bulky.due())
    headers = bulky.inbox.only_message(bulky.address)["headers"]
    one_click = {"name": "List-Unsubscribe-Post", "value": "List-Unsubscribe=One-Click"}
    assert one_click in headers
