"""An invoice that was issued: one PDF, one record of it, one mail."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.support.buyers import new_buyer
from tests.support.events import Desk, open_page
from tests.support.stack import Stack
from tests.support.standin import Standin


@dataclass(frozen=True)
class Invoices:
    """Effects are mails, each for the very file that is recorded and stored."""

    stack: Stack
    desk: Desk
    standin: Standin
    functions: httpx.AsyncClient
    http: httpx.AsyncClient
    name: str = "invoices"
    module: str = "invoices"
    writes: str = "public.files"
    copies: Mapping[str, int] = field(default_factory=dict)

    async def prepare(self) -> tuple[dict[str, Any], str]:
        """Buy and pay; take the invoice's usual job away."""
        buyer = await new_buyer(self.stack.env(), self.http)
        purchase = await open_page(self.functions, buyer)
        assert await self.standin.pay(purchase.session_id) == 303
        assert await self.desk.handle(await self.desk.event(purchase.session_id)) == []
        made = await self.desk.queue.one(
            "select id::text from public.invoices where order_id = %s", purchase.order["id"]
        )
        await self.desk.queue.all(
            "delete from pgmq.q_invoices where message ->> 'invoice_id' = %s returning msg_id",
            made["id"],
        )
        return {"invoice_id": made["id"]}, made["id"]

    async def effects(self, token: str) -> int:
        """Count the mails; without a record there is none, and the record is of what is stored."""
        found = await self.desk.queue.one(
            "select (select count(*) from public.email_messages"
            "   where refs ->> 'invoice_id' = i.id::text) as mails,"
            " i.file_id is not null as recorded, i.object_name, f.sha256"
            " from public.invoices as i left join public.files as f on f.id = i.file_id"
            " where i.id = %s",
            token,
        )
        assert found["recorded"] == (found["mails"] > 0), found
        if found["recorded"]:
            pdf = await self.http.get(
                f"{self.stack.url}/storage/v1/object/invoices/{found['object_name']}",
                headers={"apikey": self.stack.secret_key},
            )
            assert hashlib.sha256(pdf.content).digest() == found["sha256"]
        return int(found["mails"])
