"""A mail of the outbox: sent once, copies only where a mail server can't be asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx

from tests.support.buyers import Buyer
from tests.support.stack import Stack
from tests.workers.rig import TestQueue


@dataclass(frozen=True)
class Emails:
    """Effects are copies in the inbox, all of one Message-ID."""

    stack: Stack
    queue: TestQueue
    reader: Buyer
    http: httpx.AsyncClient
    name: str = "emails"
    module: str = "emails"
    writes: str = "public.email_messages"
    # Between the server's "accepted" and our noting it nobody can tell: one copy more.
    copies: Mapping[str, int] = field(
        default_factory=lambda: {"after_external_call": 2, "before_commit": 2}
    )

    async def prepare(self) -> tuple[dict[str, Any], str]:
        """Make a welcome due once more, and take its job away."""
        key = f"prove:{uuid4()}"
        await self.queue.all(
            "select private.queue_email(academy_id, user_id, 'welcome', '{}', %s)"
            " from public.members where user_id = %s",
            key,
            self.reader.id,
        )
        mail = await self.queue.one(
            "select id::text from public.email_messages where dedupe_key = %s", key
        )
        await self.queue.all(
            "delete from pgmq.q_emails where message ->> 'email_id' = %s returning msg_id",
            mail["id"],
        )
        return {"email_id": mail["id"]}, mail["id"]

    async def effects(self, token: str) -> int:
        """Count the copies, which are all that the outbox says were sent."""
        found = await self.http.get(
            f"{self.stack.inbox_url}/api/messages",
            params={"to": self.reader.email, "subject": "Bienvenue"},
        )
        copies = 0
        for mail in found.json()["messages"]:
            whole = await self.http.get(f"{self.stack.inbox_url}/api/messages/{mail['id']}")
            copies += token in whole.json()["message_id"]
        outbox = await self.queue.one(
            "select status from public.email_messages where id = %s", token
        )
        assert (outbox["status"] == "sent") <= (copies > 0), (outbox, copies)
        return copies if outbox["status"] == "sent" else 0
