"""Webhooks played in any order, through the real handlers, in a transaction that can be undone.

A `Story` is one payment: what Stripe said, in the order it happened, and what each object was at
each moment. `Stage` plays both neighbours of a handler: the database as `worker.*` functions, and
Stripe, which shows an object as it is at some moment after the event that brought the handler here.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, cast
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb

from preau.client import ServiceClient
from preau.errors import PermanentError
from preau.handlers import Context
from preau.settings import Settings
from tests.support.contexts import bare_context
from tests.support.database import Db, acting_as, rows, value
from tests.support.people import SERVICE
from tests.support.shop import ACCOUNT, Row
from workers import payments, sweeps

Event = tuple[str, str]
"""Its type, and the id of the object it is about."""


@dataclass(frozen=True)
class Story:
    """One payment. `objects[id][n]` is the object when the n-th event was sent."""

    name: str
    events: Sequence[Event]
    objects: Mapping[str, Sequence[Row]]

    def event_id(self, index: int) -> str:
        """The id of an event, the same each time it is delivered."""
        return f"evt_{self.name}_{index}"


class Database:
    """`ServiceClient`, over the test's own connection."""

    def __init__(self, db: Db) -> None:
        self._db = db

    async def call(self, function: str, params: Mapping[str, Any] | None = None) -> Any:
        given = {n: Jsonb(v) if isinstance(v, dict) else v for n, v in (params or {}).items()}
        named = sql.SQL(", ").join(
            sql.SQL("{} => {}").format(sql.Identifier(n), sql.Placeholder(n)) for n in given
        )
        call = sql.SQL("select worker.{}({}) as answer").format(sql.Identifier(function), named)
        with acting_as(self._db, SERVICE):
            row = self._db.execute(call, given).fetchone()
        assert row is not None
        return row["answer"]


class Stage:
    """Both neighbours. Without dice Stripe shows how it all ended, else any moment since."""

    def __init__(self, db: Db, stories: Sequence[Story], dice: Random | None = None) -> None:
        self._db = db
        self._objects = {id_: seen for story in stories for id_, seen in story.objects.items()}
        self._dice = dice
        self._since = 0
        self.letters: list[str] = []

    async def deliver(self, story: Story, index: int, times: int = 1) -> None:
        """Stripe delivers an event, and the payments worker handles its job, each so many times."""
        kind, object_id = story.events[index]
        for _ in range(times):
            with acting_as(self._db, SERVICE):
                kept: Row = value(
                    self._db,
                    "select worker.receive_webhook(%s, %s, %s, %s)",
                    ACCOUNT,
                    story.event_id(index),
                    kind,
                    f'{{"data": {{"object": {{"id": "{object_id}"}}}}}}',
                )
            self._since = index
            message = payments.Message(webhook_event_id=UUID(kept["webhook_event_id"]))
            await self._handle(payments.handle, message)

    async def sweep(self) -> int:
        """Time passes and the sweeper asks about everything quiet; returns how many it asked."""
        self._since = -1
        self._db.execute(
            "update public.payment_attempts set created_at = created_at - interval '1 day',"
            " asked_at = asked_at - interval '1 day'"
        )
        await self._handle(sweeps.handle, sweeps.Message())
        jobs = rows(self._db, "delete from pgmq.q_sweeps returning message")
        for job in jobs:
            await self._handle(sweeps.handle, sweeps.Message.model_validate(job["message"]))
        return len(jobs)

    async def _handle(self, handle: Callable[[Any, Context], Awaitable[None]], job: object) -> None:
        client = cast(ServiceClient, Database(self._db))
        try:
            await handle(job, bare_context(client, Settings()))
        except PermanentError as error:
            self.letters.append(error.code)

    async def retrieve_checkout(self, session_id: str) -> Row:
        return self._show(session_id)

    async def retrieve_intent(self, intent_id: str) -> Row:
        return self._show(intent_id)

    async def close_checkout(self, session_id: str) -> bool:
        return bool(self._show(session_id)["status"] != "complete")

    async def cancel_intent(self, intent_id: str) -> bool:
        return bool(self._show(intent_id)["status"] == "canceled")

    def _show(self, object_id: str) -> Row:
        seen = self._objects[object_id]
        if self._dice is None or self._since < 0:
            return seen[-1]
        return seen[self._dice.randrange(self._since, len(seen))]


def end_state(db: Db) -> str:
    """A hash over everything a payment may change, without random ids and times."""
    found: str = value(
        db,
        """
        select md5(string_agg(line, e'\\n' order by line)) from (
            select concat_ws(' ', 'order', o.id, o.status, o.paid_at is not null) as line
            from public.orders as o
            union all
            select concat_ws(' ', 'payment', p.id, p.status, p.method, p.paid_at is not null,
                p.stripe_payment_intent_id is not null)
            from public.payments as p
            union all
            select concat_ws(' ', 'attempt', a.id, a.kind, a.status, a.error_code)
            from public.payment_attempts as a
            union all
            select concat_ws(' ', 'entitlement', t.source_id, t.grant_id, t.user_id,
                t.revoked_at is not null, t.valid_until is not null)
            from public.entitlements as t
            union all
            select concat_ws(' ', 'enrolment', e.order_id, e.formation_id, e.student_id, e.status,
                e.held_until is not null)
            from public.enrollments as e
            union all
            select concat_ws(' ', 'refund', r.payment_id, r.amount, r.reason, r.status,
                r.payment_intent_id = p.stripe_payment_intent_id)
            from public.refunds as r inner join public.payments as p on r.payment_id = p.id
            union all
            select concat_ws(' ', 'mail', m.user_id, m.template, m.refs ->> 'order_id')
            from public.email_messages as m
            union all
            select concat_ws(' ', 'log', g.action, g.subject_table, g.details ->> 'order_id')
            from public.audit_log as g
        ) as lines
        """,
    )
    return found
