"""Days to compare in SQL alone: the provider's objects are only dicts."""

from __future__ import annotations

from datetime import date
from typing import Any, LiteralString
from uuid import UUID

from psycopg.types.json import Jsonb

from tests.support import shop
from tests.support.database import Db, acting_as, rows, value
from tests.support.people import SERVICE
from tests.support.shop import Page, Row

TODAY: LiteralString = "(clock_timestamp() at time zone 'UTC')::date"


def account_of(db: Db, slug: str = shop.ACCOUNT) -> UUID:
    """An account's id."""
    found: UUID = value(db, "select id from private.provider_accounts where slug = %s", slug)
    return found


def today(db: Db) -> date:
    """The day that everything in the test happens on."""
    day: date = value(db, "select " + TODAY)
    return day


def charge(page: Page, **changes: object) -> Row:
    """The charge of a paid page."""
    return {
        "object": "payment",
        "id": f"ch_{page.intent}",
        "payment_intent": page.intent,
        "attempt_id": page.attempt["attempt_id"],
        "refund_id": None,
        "status": "succeeded",
        "amount": page.attempt["amount"],
        "currency": page.attempt["currency"].lower(),
    } | changes


def money_back(kind: str, shown: Row, **changes: object) -> Row:
    """A refund or dispute as the list has it, of one as a worker re-fetches it."""
    named = shown.get("metadata", {}).get("refund_id")
    kept = ("id", "payment_intent", "attempt_id", "status", "amount", "currency")
    return {"object": kind, "refund_id": named} | {name: shown[name] for name in kept} | changes


def request(db: Db, day: date | None = None, account: UUID | None = None, quiet: int = 0) -> UUID:
    """Ask for a run."""
    run: UUID = value(
        db,
        "select private.request_reconciliation(%s, %s, %s)",
        *(account or account_of(db), day or today(db), quiet),
    )
    return run


def start(db: Db, run: UUID) -> Row | None:
    """Take a run up, as a worker does."""
    with acting_as(db, SERVICE):
        started: Row | None = value(db, "select worker.start_reconciliation(%s)", run)
    return started


def stage(db: Db, run: UUID, number: int, *objects: Row) -> int:
    """Send a page."""
    with acting_as(db, SERVICE):
        kept: int = value(
            db, "select worker.stage_objects(%s, %s, %s)", run, number, Jsonb(objects)
        )
    return kept


def doubts(db: Db, run: UUID, number: int) -> list[tuple[str, str]]:
    """What the worker is to ask for by its id."""
    with acting_as(db, SERVICE):
        found: list[Row] = value(db, "select worker.reconciliation_doubts(%s, %s)", run, number)
    return sorted((each["object"], each["id"]) for each in found)


def finish(db: Db, run: UUID, number: int) -> Row:
    """End a run."""
    with acting_as(db, SERVICE):
        result: Row = value(db, "select worker.finish_reconciliation(%s, %s)", run, number)
    return result


def compare(db: Db, *objects: Row, day: date | None = None, account: UUID | None = None) -> Row:
    """A whole run over what the provider has: what is not among `objects` is absent there."""
    run = request(db, day, account)
    started = start(db, run)
    assert started is not None
    number = started["try"]
    stage(db, run, number, *objects)
    while asked := doubts(db, run, number):
        stage(db, run, number, *(absent(kind, identifier) for kind, identifier in asked))
    return finish(db, run, number)


def compare_late(db: Db, *objects: Row) -> Row:
    """A whole run that began before anything here was touched."""
    run = request(db)
    start(db, run)
    stage(db, run, 1, *objects)
    db.execute("update private.reconciliations set started_at = now() - interval '1 minute'")
    return finish(db, run, 1)


def absent(kind: str, identifier: str) -> Row:
    """The provider's answer about what it does not have."""
    named = {"payment_intent": identifier} if kind == "payment" else {}
    return {"object": kind, "id": identifier, "status": "absent"} | named


def listed(db: Db) -> list[dict[str, Any]]:
    """All differences, oldest first."""
    return rows(db, "select * from private.reconciliation_differences order by id")


def named(db: Db) -> list[str]:
    """The open differences, in a few words."""
    return sorted(f"{row['object']} {row['kind']}" for row in listed(db) if not row["resolved_at"])


MANY: LiteralString = """
with bought as (
    insert into public.orders (
        academy_id, reference, buyer_id, beneficiary_id, status, currency, total_amount, expires_at
    )
    select academy_id, 'many-' || n, %(buyer)s, %(buyer)s, 'pending', 'EUR', 0, now()
    from private.provider_accounts cross join generate_series(1, %(count)s) as n
    where id = %(account)s
    returning id, academy_id, reference
), due as (
    insert into public.payments (
        academy_id, order_id, provider_account_id, amount, currency, status, paid_at,
        stripe_payment_intent_id
    )
    select academy_id, id, %(account)s, 1000, 'EUR', 'succeeded', now(), 'pi_' || reference
    from bought
    returning id, academy_id, stripe_payment_intent_id as intent
), back as (
    insert into public.refunds (
        academy_id, payment_id, provider_account_id, payment_intent_id, amount, currency, reason,
        status, provider_refund_id, settled_at
    )
    select academy_id, id, %(account)s, intent, 10, 'EUR', 'dashboard', 'failed', 're_' || intent,
        now()
    from due where intent like '%%5'
    returning payment_intent_id as intent, provider_refund_id as id
)
insert into private.reconciliation_objects (
    reconciliation_id, try, object, provider_id, payment_intent, status, amount, currency
)
select %(run)s, 1, 'payment', 'ch_' || intent, intent, 'succeeded', 1000, 'EUR' from due
where intent not like '%%99'
union all
select %(run)s, 1, 'refund', id, intent, 'failed', 10, 'EUR' from back
"""


def fill(db: Db, run: UUID, buyer: UUID, count: int) -> None:
    """So many payments of today; each tenth has a refund, each hundredth the provider lacks."""
    facts = {"run": run, "account": account_of(db), "buyer": buyer, "count": count}
    db.execute(MANY, facts)
