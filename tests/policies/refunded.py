"""Money that went back and payments that are disputed: one of each for whoever paid."""

from __future__ import annotations

from tests.support.database import Db


def give_back(db: Db) -> None:
    """A small part of every payment is on its way back, and every buyer's bank asks about it."""
    db.execute(
        "insert into public.refunds (academy_id, payment_id, provider_account_id,"
        " payment_intent_id, amount, currency, reason)"
        " select academy_id, id, provider_account_id, stripe_payment_intent_id, 1, currency,"
        " 'staff' from public.payments where status = 'succeeded'"
    )
    db.execute(
        "insert into public.disputes (academy_id, payment_id, provider_account_id,"
        " payment_intent_id, provider_dispute_id, amount, currency, reason, status)"
        " select academy_id, id, provider_account_id, stripe_payment_intent_id, 'dp_' || id,"
        " amount, currency, 'fraudulent', 'warning_needs_response'"
        " from public.payments where status = 'succeeded'"
    )
