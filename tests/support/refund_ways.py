"""Ways in which money goes back, played at the stand-in; its events come as a test likes."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

from psycopg.types.json import Jsonb

from tests.support.backoffice import BackOffice
from tests.support.buyers import Buyer
from tests.support.events import Purchase
from tests.support.standin import CARD_OK
from tests.workers.test_payments import forged_session

WAYS: dict[str, dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent.parent / "payments/refund_ways.toml").read_text()
)
MODES = ("as it happens", "twice", "late and backwards", "late and shuffled")
FULL = """
with made as (
    insert into public.cohorts (academy_id, formation_id, name, starts_on, seats)
    select c.academy_id, c.formation_id, 'Une place', c.starts_on, 1
    from public.cohorts as c
    inner join public.enrollments as e on e.cohort_id = c.id where e.order_id = %s
    returning id
), moved as (
    update public.enrollments as e
    set cohort_id = made.id, held_until = now() + case e.order_id
        when %s then interval '-20 minutes' else interval '1 day' end
    from made where e.order_id in (%s, %s) returning e.id
)
select count(*) as n from moved
"""
ENDED = """
select o.status as order, e.status as enrolment, (
    select count(*) from public.entitlements as t
    inner join public.order_lines as l on l.id = t.source_id
    where l.order_id = o.id and t.revoked_at is null
) as entitlements, array(
    select r.reason || ' ' || r.status from public.refunds as r
    inner join public.payments as p on p.id = r.payment_id
    where p.order_id = o.id order by 1
) as refunds, array(
    select d.status from public.disputes as d
    inner join public.payments as p on p.id = d.payment_id where p.order_id = o.id
) as disputes, array(
    select m.template from public.email_messages as m
    where private.mail_data(m) is not null and (m.refs ->> 'refund_id' in (
        select r.id::text from public.refunds as r
        inner join public.payments as p on p.id = r.payment_id where p.order_id = o.id
    ) or m.refs ->> 'dispute_id' in (
        select d.id::text from public.disputes as d
        inner join public.payments as p on p.id = d.payment_id where p.order_id = o.id
    )) and m.user_id in (o.buyer_id, %s) order by 1
) as mails, (
    select count(*) from public.email_messages as m
    where m.dedupe_key = 'payment_confirmed:' || o.id
) as confirmed
from public.orders as o inner join public.enrollments as e on e.order_id = o.id where o.id = %s
"""


@dataclass
class Play:
    """One way, being played."""

    office: BackOffice
    purchase: Purchase
    admin: Buyer
    mode: str
    card: str = CARD_OK
    seen: set[str] = field(default_factory=set)
    due: list[tuple[str, str]] = field(default_factory=list)
    letters: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)

    async def play(self, steps: list[str]) -> dict[str, Any]:
        """Do all steps; returns what is so in the end."""
        await self._news()
        self.due.clear()
        for step in steps:
            verb, _, rest = step.partition(" ")
            await getattr(self, f"_{verb}")(rest)
            await self._news()
            # Our own requests need the payment to be known; all the rest may come late.
            if not self.mode.startswith("late") or verb == "pay":
                await self._deliver()
        await self._deliver()
        return await self.office.desk.queue.one(ENDED, self.admin.id, self.purchase.order["id"])

    async def _news(self) -> None:
        url = f"{self.office.standin.url}/_standin/events?limit=1000"
        found = (await self.office.standin.http.get(url)).json()["events"]
        for event in sorted(found, key=lambda e: e["created"]):
            if event["id"] not in self.seen:
                self.due.append((event["type"], event["object_id"]))
                self.seen.add(event["id"])

    async def _deliver(self) -> None:
        due, desk = [*self.due], self.office.desk
        self.due.clear()
        if self.mode == "late and backwards":
            due.reverse()
        elif self.mode == "late and shuffled":
            Random(str(due)).shuffle(due)
        events = [await desk.event(about, kind) for kind, about in due]
        if self.mode == "as it happens":
            for event in events:
                self.letters += await desk.handle(event)
        elif events:
            self.letters += await desk.handle(*events, *events)

    async def _pay(self, rest: str) -> None:
        if rest == "again":
            await forged_session(self.office.standin, self.purchase)
        else:
            assert await self.office.standin.pay(self.purchase.session_id, self.card) == 303

    async def _seat(self, _: str) -> None:
        """The hold lapses, and the admin, who learns too, has the only seat."""
        mine, other = self.purchase.order["id"], (await self.admin.order())["id"]
        moved = await self.office.desk.queue.one(FULL, mine, mine, mine, other)
        assert moved["n"] == 2

    async def _ask(self, rest: str) -> None:
        words = rest.split()
        db = self.office.desk.queue.db
        async with db.transaction():
            claims = {"sub": self.admin.id, "role": "authenticated", "aal": "aal1"}
            await db.execute(
                "select set_config('role', 'authenticated', true),"
                " set_config('request.jwt.claims', %s::jsonb::text, true)",
                [Jsonb(claims)],
            )
            made = await self.office.desk.queue.one(
                "select id::text from public.refund_order(%s, %s, %s::bigint, revoke_access => %s)",
                *(self.purchase.order["id"], str(uuid4())),
                *(words[0] if words and words[0].isdigit() else None, "ends" in words),
            )
        self.waiting.append(made["id"])
        if "later" not in words:
            await self._work("")

    async def _work(self, _: str) -> None:
        rows = await self.office.desk.queue.all(
            "select r.id::text from public.refunds as r"
            " inner join public.payments as p on p.id = r.payment_id"
            " where p.order_id = %s and r.status = 'pending'",
            self.purchase.order["id"],
        )
        if rows:
            self.letters += await self.office.work(*(row["id"] for row in rows))

    async def _hand(self, rest: str) -> None:
        await self.office.by_hand(self.purchase, int(rest) if rest else None)

    async def _fail(self, _: str) -> None:
        [made] = await self.office.made(self.purchase)
        await self.office.control(f"refunds/{made.id}", {"status": "failed"})

    async def _wait(self, _: str) -> None:
        await self.office.standin.advance(60)

    async def _dispute(self, reason: str) -> None:
        charge = await self.office.charge(self.purchase)
        await self.office.control(f"charges/{charge}/dispute", {"reason": reason})

    async def _bank(self, status: str) -> None:
        found = await self.office.dispute(self.purchase)
        await self.office.control(f"disputes/{found}", {"status": status})
