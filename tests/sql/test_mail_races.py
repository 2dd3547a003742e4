"""Mails under way at the same moment: limits hold, tellings count once, and no click is lost."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.support.database import Db, column, value
from tests.support.mails import kind, queue, take
from tests.support.people import MECA, Cast, gather
from tests.support.races import at_once
from tests.support.settings import settings


@pytest.fixture
def cast(fresh: Db) -> Cast:
    """Everybody, committed, for all connections of a race to see."""
    return gather(fresh)


def test_two_workers_do_not_both_find_room_for_the_last_mail(
    url: str, fresh: Db, cast: Cast
) -> None:
    kind(fresh, "normal")
    settings(fresh, {"mail": {"per_recipient_per_day": 3}})
    mails = [queue(fresh, cast.alice) for _ in range(8)]

    def worker(email: Any) -> Any:
        return lambda db: take(db, email) is not None

    goes = Counter(map(str, at_once(url, [worker(email) for email in mails])))
    assert goes == {"True": 3, "False": 5}


def test_one_batch_told_by_eight_at_once_counts_once(url: str, fresh: Db, cast: Cast) -> None:
    fresh.execute(
        "insert into private.provider_accounts (academy_id, slug, provider, secret_name)"
        " values (%s, 'meca-sendgrid', 'sendgrid', 'X')",
        [MECA],
    )
    email = queue(fresh, cast.alice)
    events = [
        {
            "event_id": uuid4().hex,
            "kind": "bounced",
            "email_id": str(email),
            "address": cast.alice.email,
            "occurred_at": f"2026-11-01T10:00:{second:02}Z",
            "suppress": "bounce",
        }
        for second in range(20)
    ]

    def tell(db: Db) -> int:
        given = Jsonb(events)
        told: dict[str, int] = value(
            db, "select worker.receive_email_events('meca-sendgrid', %s)", given
        )
        return told["kept"]

    results = at_once(url, [tell] * 8)
    assert [each for each in results if isinstance(each, psycopg.Error)] == []
    assert sum(int(str(each)) for each in results) == 20
    assert value(fresh, "select count(*) from private.suppressions") == 1


def test_the_same_click_eight_times_at_once_is_one(url: str, fresh: Db, cast: Cast) -> None:
    token = value(fresh, "select private.unsubscribe_token(%s, %s)", MECA, cast.alice.id)

    def click(db: Db) -> str:
        return str(value(db, "select worker.unsubscribe(%s)", token))

    assert at_once(url, [click] * 8) == ["MécaFormation"] * 8
    assert column(fresh, "select reason from private.suppressions") == ["unsubscribe"]


def test_a_call_of_auth_made_again_at_once_is_one_mail(url: str, fresh: Db, cast: Cast) -> None:
    mails = [{"address": "new@example.org", "action": "signup", "code": "1", "link": None}]

    def call(db: Db) -> int:
        query = "select worker.queue_auth_mails('msg_1', %s, null, %s)"
        queued: int = value(db, query, cast.sarah.id, Jsonb(mails))
        return queued

    assert sorted(map(str, at_once(url, [call] * 8))) == ["0"] * 7 + ["1"]
    assert value(fresh, "select count(*) from private.auth_mail_secrets") == 1
