"""An academy of a test's own, what its mails go through, and what arrives."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from preau.client import ServiceClient
from preau.errors import PreauError
from preau.local.sendgrid import SendGrid
from preau.providers import accounts as provider_accounts
from preau.providers.mail import accounts as mail_accounts
from preau.settings import Settings
from preau.worker import Context
from tests.local.inbox.running import RunningInbox
from tests.support.buyers import new_buyer
from tests.support.contexts import bare_context
from tests.support.stack import Stack
from workers import emails

Row = dict[str, Any]


@dataclass
class Post:
    """An academy of one's own with one member, and what its mails go through."""

    academy: UUID
    member: UUID
    address: str
    sql: psycopg.AsyncConnection[Row]
    context: Context
    inbox: RunningInbox
    grid: SendGrid
    stack_url: str

    async def account(self, provider: str, priority: int, settings: Row) -> None:
        await self.sql.execute(
            "insert into private.provider_accounts"
            " (academy_id, slug, provider, secret_name, priority, settings)"
            " values (%s, %s, %s, 'MAILS', %s, %s)",
            [self.academy, f"m{uuid4().hex}", provider, priority, Jsonb(settings)],
        )

    async def due(self) -> UUID:
        found = await self.sql.execute(
            "insert into public.email_messages"
            " (academy_id, user_id, template, locale, dedupe_key)"
            " values (%s, %s, 'welcome', 'fr', %s) returning id",
            [self.academy, self.member, f"test:{uuid4()}"],
        )
        return UUID(str((await found.fetchone() or {})["id"]))

    async def attempt(self, email_id: UUID) -> Row:
        """One try of the worker; returns the row afterwards."""
        with contextlib.suppress(PreauError):
            await emails.handle(emails.Message(email_id=email_id), self.context)
        found = await self.sql.execute(
            "select status, error_code, provider from public.email_messages where id = %s",
            [email_id],
        )
        return await found.fetchone() or {}

    def rest_is_over(self) -> None:
        """Forget what failed before, as the time the accounts rest for would."""
        mail_accounts.route.cache_clear()

    def copies(self) -> int:
        return len(self.grid.to(self.address)) + len(self.inbox.messages(to=self.address))


@pytest.fixture(scope="module")
def grid() -> Iterator[SendGrid]:
    with SendGrid() as standin:
        yield standin


@pytest.fixture
async def post(
    stack: Stack, inbox: RunningInbox, grid: SendGrid, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Post]:
    secrets = {"MAILS_API_KEY": grid.api_key}
    monkeypatch.setattr(provider_accounts, "environment", lambda: secrets)
    settings = Settings(
        supabase_url=stack.url,
        supabase_secret_key=stack.secret_key,
        sendgrid_api_base=grid.url,
    )
    async with (
        httpx.AsyncClient(timeout=15, trust_env=False) as http,
        await ServiceClient.connect(settings) as db,
        await psycopg.AsyncConnection.connect(
            stack.db_url, autocommit=True, row_factory=dict_row
        ) as sql,
    ):
        person = await new_buyer(stack.env(), http)
        academy = uuid4()
        await sql.execute(
            "insert into public.academies (id, slug, name, country, currency, site_url,"
            " sender_name, sender_email) values (%s, %s, 'Essais', 'FR', 'EUR',"
            " 'https://essais.example', 'Essais', 'bonjour@essais.example')",
            [academy, f"essais-{academy}"],
        )
        await sql.execute(
            "insert into public.members (academy_id, user_id) values (%s, %s)",
            [academy, person.id],
        )
        context = bare_context(db, settings)
        yield Post(
            academy, UUID(str(person.id)), person.email, sql, context, inbox, grid, stack.db_url
        )
        grid.faults.set()
        inbox.fail(None, person.email)
