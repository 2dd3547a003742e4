"""sendgrid-events/<account>: signed and fresh or refused; kept once, however often it comes."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest
from psycopg.rows import dict_row

from preau.local.sendgrid import Key, batch, event, signed
from preau.providers import accounts
from preau.providers.sendgrid_events import SendGridEvent
from tests.support.buyers import Buyer
from tests.support.stack import Stack

KEY = Key()


@dataclass(frozen=True)
class Grid:
    """A SendGrid account of MécaFormation, and a mail it has taken."""

    slug: str
    email_id: UUID
    buyer: Buyer
    functions: httpx.AsyncClient
    db: psycopg.AsyncConnection[dict[str, Any]]

    def event(self, kind: str, **more: Any) -> dict[str, Any]:
        return event(kind, str(self.email_id), self.buyer.email, **more)

    async def deliver(
        self, body: bytes, key: Key = KEY, at: float | None = None, path: str | None = None
    ) -> httpx.Response:
        return await self.functions.post(
            f"sendgrid-events/{path or self.slug}", content=body, headers=signed(body, key, at)
        )

    async def kinds(self) -> list[str]:
        found = await self.db.execute(
            "select kind from public.email_events where email_id = %s"
            " and provider_event_id is not null order by id",
            [self.email_id],
        )
        return [row["kind"] for row in await found.fetchall()]

    async def reasons(self) -> list[str]:
        found = await self.db.execute(
            "select reason from private.suppressions where email = %s", [self.buyer.email]
        )
        return [row["reason"] for row in await found.fetchall()]


@pytest.fixture
def secrets(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    known = {"GRID_WEBHOOK_KEY": KEY.public}
    monkeypatch.setattr(accounts, "environment", lambda: known)
    return known


@pytest.fixture
async def grid(
    stack: Stack, functions: httpx.AsyncClient, buyer: Buyer, secrets: dict[str, str]
) -> AsyncIterator[Grid]:
    slug, key = f"grid-{uuid4().hex[:8]}", f"test:{uuid4()}"
    async with await psycopg.AsyncConnection.connect(
        stack.db_url, autocommit=True, row_factory=dict_row
    ) as db:
        await db.execute(
            "insert into private.provider_accounts"
            " (academy_id, slug, provider, secret_name, is_default, mode)"
            " select id, %s, 'sendgrid', 'GRID', false, 'live' from public.academies"
            " where slug = 'mecaformation'",
            [slug],
        )
        found = await db.execute(
            "insert into public.email_messages (academy_id, user_id, template, locale, dedupe_key)"
            " select id, %s, 'welcome', 'fr', %s from public.academies"
            " where slug = 'mecaformation' returning id",
            [buyer.id, key],
        )
        row = await found.fetchone() or {}
        yield Grid(slug, row["id"], buyer, functions, db)


async def test_what_became_of_a_mail_is_kept(grid: Grid) -> None:
    before = int(time.time()) - 60
    late = [grid.event("delivered"), grid.event("deferred", timestamp=before)]  # in no order
    body = batch([grid.event("processed"), *late])
    answer = await grid.deliver(body)
    assert (answer.status_code, answer.json()) == (200, {"received": 3, "kept": 2})
    assert await grid.kinds() == ["deferred", "delivered"]


async def test_46_deliveries_are_one(grid: Grid) -> None:
    body = batch([grid.event("bounce", type="bounce", status="5.1.1", reason="550 unknown")])
    kept = [(await grid.deliver(body)).json()["kept"] for _ in range(46)]
    assert kept == [1] + [0] * 45
    assert (await grid.kinds(), await grid.reasons()) == (["bounced"], ["bounce"])


async def test_a_thousand_events_fit_and_one_more_does_not(grid: Grid) -> None:
    many = [grid.event("deferred", reason="x" * 300) for _ in range(1000)]
    body = batch(many)
    assert len(body) > 500_000
    answer = await grid.deliver(body)
    assert answer.json() == {"received": 1000, "kept": 1000}
    answer = await grid.deliver(batch([*many, grid.event("deferred")]))
    assert (answer.status_code, answer.json()["code"]) == (413, "too_many_events")


async def test_over_a_megabyte_is_refused(grid: Grid) -> None:
    body = batch([grid.event("deferred", reason="x" * 1024 * 1024)])
    assert (await grid.deliver(body)).status_code == 413


@pytest.mark.parametrize("seconds", [-301, 330, -86400])  # a slow machine brings it nearer
async def test_an_untimely_signature_is_refused(grid: Grid, seconds: int) -> None:
    answer = await grid.deliver(batch([grid.event("delivered")]), at=time.time() + seconds)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_signature")
    assert await grid.kinds() == []


@pytest.mark.parametrize("seconds", [-290, 290])
async def test_a_clock_a_little_off_is_no_matter(grid: Grid, seconds: int) -> None:
    answer = await grid.deliver(batch([grid.event("delivered")]), at=time.time() + seconds)
    assert answer.status_code == 200


async def test_an_old_event_delivered_late_is_kept(grid: Grid) -> None:
    old = int(time.time()) - 3 * 86400
    await grid.deliver(batch([grid.event("delivered", timestamp=old)]))
    assert await grid.kinds() == ["delivered"]


async def test_forgeries_are_refused(grid: Grid) -> None:
    body = batch([grid.event("spamreport")])
    good = signed(body, KEY)
    forgeries = [
        (body, signed(body, Key())),
        (body.strip(), good),
        (body.replace(b"spamreport", b"unsubscribe"), good),
        (body, {}),
        (body, dict.fromkeys(good, "?")),
        (body, {**good, "X-Twilio-Email-Event-Webhook-Timestamp": "²"}),
    ]
    for content, headers in forgeries:
        sent = [(name.encode(), value.encode()) for name, value in headers.items()]
        answer = await grid.functions.post(
            f"sendgrid-events/{grid.slug}", content=content, headers=sent
        )
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_signature")
    assert await grid.kinds() == []


async def test_two_keys_are_valid_while_one_replaces_the_other(
    grid: Grid, secrets: dict[str, str]
) -> None:
    new = Key()
    secrets["GRID_WEBHOOK_KEY"] = f"{KEY.public},{new.public}"
    for key in (KEY, new):
        assert (await grid.deliver(batch([grid.event("deferred")]), key)).status_code == 200


@pytest.mark.parametrize("account", ["nobody", "mecaformation-stripe", "default"])
async def test_an_unknown_account_is_refused(grid: Grid, account: str) -> None:
    answer = await grid.deliver(batch([]), path=account)
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_account")


async def test_an_account_called_default_does_not_speak_for_everybodys_mails(grid: Grid) -> None:
    """Its row would be found by the name under which the environment's own account is told of."""
    rename = "update private.provider_accounts set slug = %s where slug = %s"
    await grid.db.execute(rename, ["default", grid.slug])
    try:
        answer = await grid.deliver(batch([grid.event("spamreport")]), path="default")
    finally:
        await grid.db.execute(rename, [grid.slug, "default"])
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_account")
    assert (await grid.kinds(), await grid.reasons()) == ([], [])


async def test_what_is_no_array_is_refused(grid: Grid) -> None:
    for body in (b"{}", b"", b"nothing", json.dumps({"a": 1}).encode(), b"[" * 100_000):
        answer = await grid.deliver(body)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_event")


async def test_one_strange_event_does_not_hold_up_the_others(grid: Grid) -> None:
    strange: list[Any] = [
        *(7, None, {}, {"event": "delivered"}, grid.event("delivered", sg_event_id="a\0b")),
        grid.event("delivered", timestamp="soon"),
        grid.event("delivered") | {"email_id": "nobody's"},
        grid.event("delivered") | {"email_id": str(uuid4())},
    ]
    answer = await grid.deliver(batch([*strange, grid.event("delivered", reason=None)]))
    assert answer.status_code == 200
    assert await grid.kinds() == ["delivered"]


@pytest.mark.parametrize(
    ("said", "suppressed"),
    [
        ({"event": "bounce", "type": "bounce", "status": "5.1.1"}, "bounce"),
        ({"event": "bounce", "type": "bounce"}, "bounce"),
        ({"event": "bounce", "type": "blocked", "status": "5.7.1"}, None),
        ({"event": "bounce", "type": "bounce", "status": "5.7.1"}, None),
        ({"event": "bounce", "type": "bounce", "status": "5.2.2"}, None),
        ({"event": "bounce", "type": "bounce", "status": "4.4.1"}, None),
        ({"event": "deferred", "status": "4.2.1"}, None),
        ({"event": "dropped", "reason": "Bounced Address"}, "bounce"),
        ({"event": "dropped", "reason": "Spam Reporting Address"}, "complaint"),
        ({"event": "dropped", "reason": "Unsubscribed Address"}, "unsubscribe"),
        ({"event": "dropped", "reason": "Spam Content"}, None),
        ({"event": "spamreport"}, "complaint"),
        ({"event": "unsubscribe"}, "unsubscribe"),
        ({"event": "group_unsubscribe"}, "unsubscribe"),
        ({"event": "delivered"}, None),
        ({"event": "group_resubscribe"}, None),
    ],
)
def test_each_event_has_its_consequence(said: dict[str, str], suppressed: str | None) -> None:
    read = SendGridEvent.model_validate(event("x", str(uuid4()), "a@example.org") | said)
    assert read.suppression() == suppressed
