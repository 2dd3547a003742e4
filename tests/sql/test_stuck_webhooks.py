"""Webhooks that were kept and whose job is gone: the sweeper queues them again, and no others."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.support import shop
from tests.support.database import Db, acting_as, column, value
from tests.support.people import SERVICE
from tests.support.shop import Row


def queued_again(db: Db) -> int:
    """How many webhooks a run of the sweeper finds stuck."""
    with acting_as(db, SERVICE):
        found: int = value(db, "select (worker.sweep_payments() ->> 'webhooks')::integer")
    return found


def stuck_event(db: Db, minutes: int, *, queued: bool = False) -> str:
    """An event that was received so long ago."""
    with acting_as(db, SERVICE):
        kept: Row = value(
            db,
            "select worker.receive_webhook(%s, %s, 'checkout.session.completed', '{}')",
            shop.ACCOUNT,
            f"evt_{uuid4().hex}",
        )
    db.execute(
        "update private.webhook_events set received_at = now() - make_interval(mins => %s)"
        " where id = %s",
        [minutes, kept["webhook_event_id"]],
    )
    if not queued:
        db.execute("truncate pgmq.q_payments")
    event: str = kept["webhook_event_id"]
    return event


def test_a_webhook_whose_job_was_lost_is_queued_again_once(db: Db) -> None:
    event = stuck_event(db, 20)
    assert queued_again(db) == 1
    assert column(db, "select message ->> 'webhook_event_id' from pgmq.q_payments") == [event]
    db.execute("truncate pgmq.q_payments")
    assert queued_again(db) == 0


@pytest.mark.parametrize("why", ["young", "queued", "processed", "dead"])
def test_a_webhook_that_is_not_stuck_is_left_alone(db: Db, why: str) -> None:
    event = stuck_event(db, 1 if why == "young" else 20, queued=why == "queued")
    if why == "processed":
        db.execute("update private.webhook_events set processed_at = now() where id = %s", [event])
    if why == "dead":
        db.execute(
            "insert into private.dead_letters"
            " (queue, msg_id, payload, read_ct, code, message, enqueued_at)"
            " values ('payments', 1, jsonb_build_object('webhook_event_id', %s::text), 12,"
            " 'x', 'x', now())",
            [event],
        )
    assert queued_again(db) == 0
