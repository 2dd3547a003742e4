"""From webhook to enrolment: how long after the provider's event is kept a learner is enrolled.

The peer is the same decision asked of Postgres alone (`worker.settle_checkout` in one statement),
so the ratio is what the queue, the worker and the provider's re-fetch add.

A hundred sign-ups from one address are more than Auth's limits allow. Start the stack for it with
PREAU_LOCAL_AUTH='{"rate_limit": {"sign_in_sign_ups": 10000, "token_verifications": 10000,
"token_refresh": 10000, "email_sent": 10000}}' make up ARGS=--detach
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

import asyncpg
from supabase_auth.errors import AuthApiError

from bench.stack import Target, console, row
from preau.cli.journey import Journey, Step

TOO_MANY_REQUESTS = 429
FORMATION = "vehicules-electriques"
_ROOM = """
insert into public.cohorts (academy_id, formation_id, name, starts_on, seats)
select f.academy_id, f.id, 'Mesure', current_date, 100000
from public.formations as f where f.slug = $1
"""
_LATENCIES = """
select extract(epoch from (a.created_at - w.received_at)) * 1000 as ms
from private.webhook_events as w
join public.orders as o on o.id::text = (w.body::jsonb #>> '{data,object,client_reference_id}')
join public.audit_log as a on a.subject_id = o.id and a.action = 'order.paid'
where w.event_type = 'checkout.session.completed' and o.id = any($1::uuid[])
order by 1
"""


async def run(target: Target, small: bool) -> None:
    """Play journeys, a few at a time, and read the latencies from the rows they left."""
    journeys = 10 if small else 100
    orders: list[str] = []
    gate = asyncio.Semaphore(4)

    async def one() -> None:
        async with gate:
            journey = Journey(
                target.url,
                target.environment["SUPABASE_PUBLISHABLE_KEY"],
                target.environment["INBOX_URL"],
                formation=FORMATION,
            )
            try:
                await journey.play(_quiet)
            except AuthApiError as error:
                if error.status == TOO_MANY_REQUESTS:
                    console.print(f"[red]{error.message}[/] Look into bench/enrolment.py.")
                    raise SystemExit(1) from error
                raise
            orders.append(journey.order_id)
            console.print(f"  … {len(orders)} of {journeys} journeys", style="dim", end="\r")

    database = await asyncpg.connect(target.database)
    await database.execute(_ROOM, FORMATION)
    await asyncio.gather(*(one() for _ in range(journeys)))
    rows = [float(r["ms"]) for r in await database.fetch(_LATENCIES, orders)]
    alone = await _settle_alone(database)
    await database.close()
    p50, p99 = rows[len(rows) // 2], rows[min(len(rows) - 1, int(len(rows) * 0.99))]
    row(
        f"webhook kept → enrolment active, {len(rows)} journeys",
        f"p50 {p50:.0f} ms, p99 {p99:.0f} ms",
        f"{alone:.1f} ms settle_checkout alone",
        p50 / alone,
    )


def _quiet(_: Step) -> None:
    """Journeys under load report nothing."""


async def _settle_alone(database: Any) -> float:
    """The median time of the decision itself, rolled back each time. Milliseconds."""
    event = await database.fetchrow(
        "select w.id, w.body::jsonb #> '{data,object}' as session from private.webhook_events as w"
        " where w.event_type = 'checkout.session.completed' order by w.received_at desc limit 1"
    )
    times: list[float] = []
    for _ in range(20):
        transaction = database.transaction()
        await transaction.start()
        await database.execute(
            "with o as (update public.orders set status = 'pending', paid_at = null"
            " where id::text = $1 returning id), e as (update public.enrollments set status ="
            " 'pending', held_until = now() + interval '1 hour' from o where order_id = o.id),"
            " w as (update private.webhook_events set processed_at = null where id = $2)"
            " update public.payments set status = 'pending', paid_at = null,"
            " stripe_payment_intent_id = null from o where order_id = o.id",
            json.loads(event["session"])["client_reference_id"],
            event["id"],
        )
        plan = await database.fetchval(
            "explain (analyze, format json) select worker.settle_checkout($1, $2)",
            event["id"],
            event["session"],
        )
        times.append(float(json.loads(plan)[0]["Execution Time"]))
        await transaction.rollback()
    return sorted(times)[len(times) // 2]
