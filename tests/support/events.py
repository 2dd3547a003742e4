"""Webhook events put straight into the inbox, and worked off on a queue of the test's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

from preau.settings import Settings
from tests.support.buyers import CANCEL_URL, RETURN_URL, Buyer
from tests.workers.rig import TestQueue, until, working
from workers import payments

COMPLETED = "checkout.session.completed"


@dataclass(frozen=True)
class Desk:
    """Where events about payments are handled: the real handler on a queue that is ours alone."""

    queue: TestQueue
    settings: Settings

    async def event(
        self, object_id: str | None, kind: str = COMPLETED, account: str = "mecaformation-stripe"
    ) -> str:
        """Keep an event in the inbox, as `worker.receive_webhook` does, without its usual job."""
        row = await self.queue.one(
            "insert into private.webhook_events"
            " (provider_account_id, event_id, event_type, object_id, body)"
            " select id, %s, %s, %s, '{}' from private.provider_accounts where slug = %s"
            " returning id::text",
            f"evt_{uuid4().hex}",
            kind,
            object_id,
            account,
        )
        event_id: str = row["id"]
        return event_id

    async def handle(self, *event_ids: str) -> list[str]:
        """Work the events off; returns the codes of the dead letters this left."""
        for event_id in event_ids:
            await self.queue.send({"webhook_event_id": event_id})
        async with working(
            self.queue.name, payments.handle, self.settings, message=payments.Message
        ):
            await until(self._is_empty, "the events are worked off", seconds=20)
        return [letter["code"] for letter in (await self.queue.dead()).values()]

    async def _is_empty(self) -> bool:
        return not await self.queue.waiting()

    async def state(self, order_id: str) -> dict[str, Any]:
        """What the payment brought: order, enrolments, entitlements, mails, attempts."""
        return await self.queue.one(
            "select o.status as order, p.status as payment,"
            " (select array_agg(e.status::text) from public.enrollments as e"
            "   where e.order_id = o.id) as enrollments,"
            " (select count(*) from public.entitlements as t"
            "   join public.order_lines as l on l.id = t.source_id where l.order_id = o.id)"
            "   as entitlements,"
            " (select count(*) from public.email_messages as m"
            "   where m.dedupe_key = 'payment_confirmed:' || o.id) as mails"
            " from public.orders as o join public.payments as p on p.order_id = o.id"
            " where o.id = %s",
            order_id,
        )

    async def outcome(self, event_id: str) -> tuple[str | None, str | None]:
        """What the inbox says became of an event, and why."""
        row = await self.queue.one(
            "select outcome, error from private.webhook_events where id = %s", event_id
        )
        return row["outcome"], row["error"]


@dataclass(frozen=True)
class Purchase:
    """An order with its open page."""

    order: dict[str, Any]
    session_id: str


async def open_page(
    functions: httpx.AsyncClient, buyer: Buyer, title: str = "CAP Maintenance des véhicules"
) -> Purchase:
    """Order, and open the payment page as a front end does."""
    order = await buyer.order(title)
    body = {"order_id": order["id"], "success_url": RETURN_URL, "cancel_url": CANCEL_URL}
    answer = await functions.post(
        "create-checkout", json=body, headers={"Authorization": f"Bearer {buyer.token}"}
    )
    assert answer.status_code == 200, answer.text
    return Purchase(order, answer.json()["session_id"])
