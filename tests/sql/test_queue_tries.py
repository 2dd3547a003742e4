"""How long a job is tried: what asks somebody outside outlasts an outage of theirs."""

from __future__ import annotations

import pytest

from preau.settings import Settings
from tests.support.database import Db, value

SIX_HOURS = 6 * 3600


def tried_for(db: Db, queue: str) -> float:
    """The seconds between first and last try, by expectation: half of each longest wait."""
    tries: int = value(db, "select max_attempts from private.queues where name = %s", queue)
    base: float = Settings.model_fields["worker_retry_base_seconds"].default
    cap: float = Settings.model_fields["worker_retry_cap_seconds"].default
    return sum(min(cap, base * 2.0**wait) / 2 for wait in range(tries - 1))


@pytest.mark.parametrize(
    "queue", ["payments", "refunds", "sweeps", "reconciliations", "invoices", "emails"]
)
def test_a_providers_queue_outlasts_six_hours(db: Db, queue: str) -> None:
    assert tried_for(db, queue) > SIX_HOURS


def test_a_queue_of_our_own_tells_within_half_an_hour(db: Db) -> None:
    assert tried_for(db, "tasks") < SIX_HOURS / 12
