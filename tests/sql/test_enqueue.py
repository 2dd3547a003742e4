from __future__ import annotations

import pytest

from tests.support.database import Db, acting_as, forbidden, rows, value
from tests.support.jobs import claim, send, settle, waiting
from tests.support.people import ANON, Cast


def test_a_rolled_back_transaction_leaves_no_job(db: Db) -> None:
    with db.transaction(force_rollback=True):
        send(db, {"n": 1})
        value(db, "select private.enqueue('emails', '{}', 'key')")
    assert waiting(db) == []
    assert rows(db, "select from private.job_keys") == []


def test_a_dedupe_key_queues_an_effect_once(db: Db) -> None:
    first = value(db, "select private.enqueue('emails', '{}', 'welcome:1')")
    assert first is not None
    assert value(db, "select private.enqueue('emails', '{}', 'welcome:1')") is None
    assert waiting(db) == [first]


def test_a_dedupe_key_outlives_its_job(db: Db) -> None:
    value(db, "select private.enqueue('emails', '{}', 'welcome:1')")
    settle(db, done=claim(db))
    assert value(db, "select private.enqueue('emails', '{}', 'welcome:1')") is None


def test_a_dedupe_key_counts_per_queue(db: Db) -> None:
    value(db, "select private.enqueue('emails', '{}', 'key')")
    assert value(db, "select private.enqueue('payments', '{}', 'key')") is not None


def test_an_expired_dedupe_key_lets_the_effect_be_asked_for_again(db: Db) -> None:
    value(db, "select private.enqueue('emails', '{}', 'key')")
    db.execute("update private.job_keys set expires_at = now() - interval '1 second'")
    assert value(db, "select private.enqueue('emails', '{}', 'key')") is not None
    assert value(db, "select private.enqueue('emails', '{}', 'key')") is None


def test_a_delayed_job_waits(db: Db) -> None:
    value(db, "select private.enqueue('emails', '{}', null, 60)")
    assert claim(db) == []


@pytest.mark.parametrize("name", ["anon", "alice", "adele"])
def test_only_workers_touch_the_queues(db: Db, cast: Cast, name: str) -> None:
    actor = ANON if name == "anon" else getattr(cast, name)
    for query in ("select worker.settle('emails')", "select * from pgmq.q_emails"):
        with forbidden(), acting_as(db, actor):
            db.execute(query.encode())
