"""The queue `emails` against the real outbox: what is due is sent, and its row says so."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from preau.client import ServiceClient
from preau.errors import PermanentError, RetryableError
from preau.settings import Settings
from preau.worker import Context
from tests.local.inbox.running import RunningInbox
from tests.support.buyers import Buyer, new_buyer
from tests.support.contexts import bare_context
from tests.support.stack import Stack
from workers import emails


@dataclass
class Outbox:
    """A member of MécaFormation and the rows of their mails."""

    member: Buyer
    sql: psycopg.AsyncConnection[dict[str, Any]]
    context: Context
    inbox: RunningInbox

    async def due(self, template: str = "welcome", refs: dict[str, str] | None = None) -> UUID:
        """Put a mail into the outbox, as the event that makes it due would, without its job."""
        row = await self.sql.execute(
            "insert into public.email_messages"
            " (academy_id, user_id, template, locale, refs, dedupe_key)"
            " select id, %s, %s, locale, %s, %s from public.academies where slug = 'mecaformation'"
            " returning id",
            [self.member.id, template, Jsonb(refs or {}), f"test:{uuid4()}"],
        )
        return UUID(str((await row.fetchone() or {})["id"]))

    async def rename(self, first_name: str) -> None:
        await self.sql.execute(
            "update public.profiles set first_name = %s, last_name = 'Durand' where id = %s",
            [first_name, self.member.id],
        )

    async def handle(self, email_id: UUID) -> None:
        await emails.handle(emails.Message(email_id=email_id), self.context)

    async def row(self, email_id: UUID) -> dict[str, Any]:
        found = await self.sql.execute(
            "select * from public.email_messages where id = %s", [email_id]
        )
        return await found.fetchone() or {}

    def received(self) -> list[dict[str, Any]]:
        return self.inbox.messages(to=self.member.email)


@pytest.fixture
async def outbox(stack: Stack, inbox: RunningInbox) -> AsyncIterator[Outbox]:
    settings = Settings(
        supabase_url=stack.url,
        supabase_secret_key=stack.secret_key,
        smtp_host="127.0.0.1",
        smtp_port=inbox.smtp_port,
        smtp_tls="none",
    )
    async with (
        httpx.AsyncClient(timeout=15, trust_env=False) as http,
        await ServiceClient.connect(settings) as db,
        await psycopg.AsyncConnection.connect(
            stack.db_url, autocommit=True, row_factory=dict_row
        ) as sql,
    ):
        context = bare_context(db, settings)
        yield Outbox(await new_buyer(stack.env(), http), sql, context, inbox)


async def test_a_due_mail_is_sent_once_and_noted(outbox: Outbox) -> None:
    email_id = await outbox.due()
    await outbox.handle(email_id)
    await outbox.handle(email_id)
    (mail,) = outbox.received()
    assert mail["subject"] == "Bienvenue chez MécaFormation"
    row = await outbox.row(email_id)
    assert (row["status"], row["provider"]) == ("sent", "smtp")
    assert str(email_id) in row["provider_message_id"]


async def test_the_mail_is_the_academys_own_to_its_member(outbox: Outbox) -> None:
    await outbox.rename("Camille")
    await outbox.handle(await outbox.due())
    mail = outbox.inbox.only_message(outbox.member.email)
    assert mail["from"]["name"] == "MécaFormation"
    assert mail["to"] == [{"email": outbox.member.email, "name": "Camille Durand"}]
    assert mail["text"].startswith("Bonjour Camille,")
    assert re.search(r"nos \d+ formations", mail["text"])
    assert {"name": "Auto-Submitted", "value": "auto-generated"} in mail["headers"]


async def test_an_unknown_mail_is_nothing_to_do(outbox: Outbox) -> None:
    await outbox.handle(uuid4())
    assert outbox.received() == []


async def test_a_temporary_refusal_leaves_the_mail_due(outbox: Outbox) -> None:
    email_id = await outbox.due()
    outbox.inbox.fail("reject_temporarily", outbox.member.email)
    with pytest.raises(RetryableError, match="smtp_deferred"):
        await outbox.handle(email_id)
    row = await outbox.row(email_id)
    assert (row["status"], row["error_code"]) == ("queued", "smtp_deferred")
    await outbox.handle(email_id)
    row = await outbox.row(email_id)
    assert (row["status"], row["attempts"], row["error_code"]) == ("sent", 2, None)


async def test_a_permanent_refusal_ends_it(outbox: Outbox) -> None:
    email_id = await outbox.due()
    outbox.inbox.fail("reject_permanently", outbox.member.email)
    with pytest.raises(PermanentError, match="smtp_refused"):
        await outbox.handle(email_id)
    assert (await outbox.row(email_id))["status"] == "failed"
    with pytest.raises(PermanentError, match="smtp_refused"):
        await outbox.handle(email_id)
    assert outbox.received() == []


async def test_a_lost_answer_gives_two_copies_of_one_message(outbox: Outbox) -> None:
    email_id = await outbox.due()
    outbox.inbox.fail("drop_after_data", outbox.member.email)
    with pytest.raises(RetryableError, match="smtp_interrupted"):
        await outbox.handle(email_id)
    await outbox.handle(email_id)
    copies = [outbox.inbox.http.get(f"/api/messages/{m['id']}").json() for m in outbox.received()]
    assert len(copies) == 2
    assert len({copy["message_id"] for copy in copies}) == 1


async def test_a_mail_that_cannot_be_written_fails_for_good(outbox: Outbox) -> None:
    email_id = await outbox.due("no_such_template")
    with pytest.raises(PermanentError, match="unknown_template"):
        await outbox.handle(email_id)
    row = await outbox.row(email_id)
    assert (row["status"], row["error_code"]) == ("failed", "unknown_template")
    assert outbox.received() == []


@pytest.mark.parametrize("template", ["payment_confirmed", "enrollment_confirmed"])
async def test_a_mail_about_something_that_is_gone_is_not_sent(
    outbox: Outbox, template: str
) -> None:
    email_id = await outbox.due(template, {"order_id": str(uuid4())})
    await outbox.handle(email_id)
    row = await outbox.row(email_id)
    assert (row["status"], row["error_code"]) == ("cancelled", "not_due")
    assert outbox.received() == []


async def test_a_hostile_profile_sends_no_advertisement(outbox: Outbox) -> None:
    await outbox.rename("Win at http://evil.example")
    await outbox.handle(await outbox.due())
    mail = outbox.inbox.only_message(outbox.member.email)
    assert "evil.example" not in str(mail)
    assert mail["text"].startswith("Bonjour Win at,")


async def test_somebody_invited_is_written_to_and_their_link_works_once_sent(
    outbox: Outbox,
) -> None:
    address = f"invitee-{uuid4().hex}@example.org"
    await outbox.sql.execute(
        "select private.make_invitation(id, %s, 'coach', null)"
        " from public.academies where slug = 'mecaformation'",
        [address],
    )
    row = await outbox.sql.execute(
        "select m.id, private.invitation_url(i.id) as url from private.invitations as i"
        " inner join public.email_messages as m on m.invitation_id = i.id where i.email = %s",
        [address],
    )
    due = await row.fetchone() or {}
    await outbox.handle(due["id"])
    mail = outbox.inbox.only_message(address)
    assert mail["subject"] == "Votre invitation chez MécaFormation"
    assert due["url"] in mail["text"]
    assert due["url"] in mail["html"]
    assert "formateur" in mail["text"]
    assert "vous avez un compte" not in mail["text"]
    assert (await outbox.row(due["id"]))["status"] == "sent"
    left = await outbox.sql.execute(
        "select from private.invitation_seeds as s inner join"
        " private.invitations as i on s.invitation_id = i.id where i.email = %s",
        [address],
    )
    assert await left.fetchone() is None


async def test_the_worker_sends_what_joining_makes_due(stack: Stack, outbox: Outbox) -> None:
    mails: Any = []
    with stack.worker("emails"):
        async with httpx.AsyncClient(base_url=stack.inbox_url, trust_env=False) as http:
            for _ in range(100):
                asked = {"to": outbox.member.email, "subject": "Bienvenue chez MécaFormation"}
                mails = (await http.get("/api/messages", params=asked)).json()["messages"]
                if mails:
                    break
                await asyncio.sleep(0.1)
            await asyncio.sleep(0.3)  # for the note that follows the sending
    assert len(mails) == 1
    rows = await outbox.sql.execute(
        "select status from public.email_messages where user_id = %s", [outbox.member.id]
    )
    assert [row["status"] for row in await rows.fetchall()] == ["sent"]
