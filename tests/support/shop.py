"""Buying, as the functions and workers do it: the same RPC, with a provider that is only a dict.

A `Page` is an open Stripe Checkout page; `Page.session()` is the Checkout Session as a worker has
re-fetched it, in any state a test likes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import md5
from typing import Any, LiteralString
from uuid import UUID, uuid4

from psycopg.types.json import Jsonb

from tests.support.database import Db, acting_as, one, value
from tests.support.people import MECA, SERVICE, Person

SUCCESS_URL = "https://mecaformation.fr/merci?session={CHECKOUT_SESSION_ID}"
CANCEL_URL = "https://mecaformation.fr/formations"
ACCOUNT = "mecaformation-stripe"
Row = dict[str, Any]


def seeded(name: str) -> UUID:
    """The fixed id of a seeded row."""
    return UUID(md5(name.encode(), usedforsecurity=False).hexdigest())


CAP = seeded("mecaformation/formation/cap-maintenance-vehicules")
CAP_OFFER = seeded("mecaformation/offer/cap-maintenance-vehicules")
CAP_COHORT = seeded("mecaformation/cohort/cap-maintenance-vehicules")
HYBRID_OFFER = seeded("mecaformation/offer/vehicules-hybrides")
HYBRID_COHORT = seeded("mecaformation/cohort/vehicules-hybrides")
COACHING_OFFER = seeded("mecaformation/offer/coaching-garages")
FREE = seeded("mecaformation/formation/decouverte-mecanique")
FREE_OFFER = seeded("mecaformation/offer/decouverte-mecanique")
ATELIER_OFFER = seeded("aurora50/offer/atelier")
PREMIUM_OFFER = seeded("aurora50/offer/premium")
GRAND_ORAL_OFFER = seeded("nexus-reussite/offer/grand-oral")
SEEDED_COHORT: LiteralString = """
select (
    select c.id from public.cohorts as c
    join public.formations as f on f.id = c.formation_id and not f.self_paced
    left join public.offer_grants as g on g.formation_id = f.id
    where (g.offer_id = %s or f.id = %s) and c.name = 'Prochaine session' order by c.id limit 1
)"""


def order(db: Db, buyer: Person, offer: UUID = CAP_OFFER, cohort: UUID | None = None) -> Row:
    """Order an offer as the buyer; a seeded formation with a timetable with its seeded cohort."""
    cohort = cohort or value(db, SEEDED_COHORT, offer, None)
    with acting_as(db, buyer):
        return one(db, "select * from public.create_order(%s, %s)", offer, cohort)


def enroll(db: Db, learner: Person, formation: UUID = FREE, cohort: UUID | None = None) -> Row:
    """Enrol in a formation that has a free offer, as the learner; the cohort as for an order."""
    cohort = cohort or value(db, SEEDED_COHORT, None, formation)
    with acting_as(db, learner):
        return one(db, "select * from public.enroll(%s, %s)", formation, cohort)


def keep_file(db: Db, academy: UUID, owner: Person | None, **given: object) -> UUID:
    """Register a stored object, as whoever stores one does."""
    row = {
        "academy_id": academy,
        "owner_id": owner and owner.id,
        "bucket_id": "documents",
        "object_name": f"{academy}/{uuid4()}.pdf",
        "purpose": "supporting_document",
        "content_type": "application/pdf",
        "size_bytes": 12,
    } | given
    kept: UUID = value(
        db,
        "insert into public.files (academy_id, owner_id, bucket_id, object_name, purpose,"
        " content_type, size_bytes, sha256)"
        " select academy_id, owner_id, bucket_id, object_name, purpose, content_type, size_bytes,"
        " sha256 from jsonb_populate_record(null::public.files, %s) returning id",
        Jsonb({name: str(each) if isinstance(each, UUID) else each for name, each in row.items()}),
    )
    return kept


def make_cohort(db: Db, seats: int, formation: UUID = CAP, academy: UUID = MECA) -> UUID:
    """A cohort of its own."""
    made: UUID = value(
        db,
        "insert into public.cohorts (academy_id, formation_id, name, starts_on, seats)"
        " values (%s, %s, 'Session de test', current_date + 30, %s) returning id",
        academy,
        formation,
        seats,
    )
    return made


def make_offer(db: Db, academy: UUID = MECA, **columns: object) -> UUID:
    """An offer of its own, granting the formations and features named in `grants`."""
    known: dict[str, Any] = {"kind": "formation", "amount": 10000, "currency": "EUR", "tax_rate": 0}
    known |= columns
    grants: list[UUID | str] = known.pop("grants", [CAP])
    made: UUID = value(
        db,
        "insert into public.offers (academy_id, title, kind, amount, currency, tax_rate,"
        " billing_interval, valid_from, valid_until, is_active)"
        " values (%s, 'Offre de test', %s, %s, %s, %s, %s, %s, %s, %s) returning id",
        academy,
        *(known[name] for name in ("kind", "amount", "currency", "tax_rate")),
        *(known.get(name) for name in ("billing_interval", "valid_from", "valid_until")),
        known.get("is_active", True),
    )
    for grant in grants:
        is_formation = isinstance(grant, UUID)
        db.execute(
            "insert into public.offer_grants (academy_id, offer_id, formation_id, feature)"
            " values (%s, %s, %s, %s)",
            [academy, made, grant if is_formation else None, None if is_formation else grant],
        )
    return made


def lapse(db: Db, order_id: UUID, minutes: int = 20) -> None:
    """Let the time of an order pass: what it held ended so many minutes ago."""
    db.execute(
        "update public.orders set expires_at = now() - make_interval(mins => %s) where id = %s",
        [minutes, order_id],
    )
    db.execute(
        "update public.enrollments set held_until = now() - make_interval(mins => %s)"
        " where order_id = %s and status = 'pending'",
        [minutes, order_id],
    )


@dataclass(frozen=True)
class Page:
    """An open payment page."""

    attempt: Row
    session_id: str = field(default_factory=lambda: f"cs_test_{uuid4().hex}")
    intent: str = field(default_factory=lambda: f"pi_{uuid4().hex}")

    def session(self, **changes: object) -> Row:
        """The paid Checkout Session; `changes` make it another."""
        return {
            "id": self.session_id,
            "status": "complete",
            "payment_status": "paid",
            "amount_total": self.attempt["amount"],
            "currency": self.attempt["currency"].lower(),
            "client_reference_id": self.attempt["order_id"],
            "customer": self.attempt["customer_id"],
            "payment_intent": self.intent,
            "metadata": {"attempt_id": self.attempt["attempt_id"]},
        } | changes

    def expired(self, **changes: object) -> Row:
        """The session after its page closed unpaid."""
        return self.session(
            status="expired", payment_status="unpaid", payment_intent=None, **changes
        )


def attempt(
    db: Db,
    order_id: UUID,
    buyer: Person,
    success_url: str | None = SUCCESS_URL,
    cancel_url: str | None = CANCEL_URL,
) -> Row:
    """Ask for the attempt to open a page with, as the function create-checkout does."""
    with acting_as(db, SERVICE):
        made: Row = value(
            db,
            "select worker.checkout_attempt(%s, %s, %s, %s)",
            order_id,
            buyer.id,
            success_url,
            cancel_url,
        )
    return made


def open_page(db: Db, order_id: UUID, buyer: Person, **urls: str) -> Page:
    """Open a page: attempt, customer and session are all recorded."""
    made = attempt(db, order_id, buyer, **urls)
    account, customer = made["account"]["id"], f"cus_{buyer.id.hex}"
    page = Page(made | {"customer_id": customer})
    with acting_as(db, SERVICE):
        value(db, "select worker.record_customer(%s, %s, %s)", account, buyer.id, customer)
        record(db, page)
    return page


def record(db: Db, page: Page) -> None:
    """Keep what the provider answered."""
    value(
        db,
        "select worker.record_checkout(%s, %s, %s, to_timestamp(%s))",
        page.attempt["attempt_id"],
        page.session_id,
        f"https://checkout.stripe.test/{page.session_id}",
        page.attempt["expires_at"],
    )


def receive(db: Db, session: Row, account: str = ACCOUNT, event_id: str | None = None) -> UUID:
    """Keep a verified webhook about a session; returns the id of the inbox's row."""
    kind = "expired" if session["status"] == "expired" else "completed"
    with acting_as(db, SERVICE):
        kept: Row = value(
            db,
            "select worker.receive_webhook(%s, %s, %s, %s)",
            account,
            event_id or f"evt_{uuid4().hex}",
            f"checkout.session.{kind}",
            f'{{"data": {{"object": {{"id": "{session["id"]}"}}}}}}',
        )
    return UUID(kept["webhook_event_id"])


def settle(db: Db, event: UUID, session: Row) -> Row:
    """Settle an event with the session as re-fetched."""
    with acting_as(db, SERVICE):
        result: Row = value(db, "select worker.settle_checkout(%s, %s)", event, Jsonb(session))
    return result


def report(db: Db, session: Row, account: str = ACCOUNT) -> Row:
    """An event arrives and is settled; returns {outcome, order_id, reason}."""
    return settle(db, receive(db, session, account), session)


def status_of(db: Db, order_id: UUID) -> str:
    """The order's status now."""
    found: str = value(db, "select status from public.orders where id = %s", order_id)
    return found
