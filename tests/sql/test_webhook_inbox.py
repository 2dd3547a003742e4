"""The inbox of provider webhooks: kept once, worked off once."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.support import shop
from tests.support.database import Db, acting_as, column, one, refused, rows, value
from tests.support.people import SERVICE, Cast
from tests.support.shop import Page, open_page, order, receive, settle


@pytest.fixture
def page(db: Db, cast: Cast) -> Page:
    """Alice's open page."""
    return open_page(db, order(db, cast.alice)["id"], cast.alice)


def test_a_replayed_webhook_is_received_once(db: Db, page: Page) -> None:
    first = receive(db, page.session(), event_id="evt_1")
    assert receive(db, page.session(), event_id="evt_1") == first
    assert value(db, "select count(*) from pgmq.q_payments") == 1


def test_the_same_event_id_of_another_account_is_another_event(db: Db, page: Page) -> None:
    first = receive(db, page.session(), event_id="evt_1")
    assert receive(db, page.session(), "aurora50-stripe", "evt_1") != first


@pytest.mark.parametrize("body", ["not json", '{"name": "\\u0000"}', "{}", "[]", ""])
def test_a_body_nobody_can_read_is_kept_all_the_same(db: Db, body: str) -> None:
    """It was signed: refusing it would only have it sent again for days."""
    with acting_as(db, SERVICE):
        kept = value(
            db, "select worker.receive_webhook(%s, 'evt_1', 'x.y', %s)", shop.ACCOUNT, body
        )
    assert kept["duplicate"] is False
    assert one(db, "select body, object_id from private.webhook_events") == {
        "body": body,
        "object_id": None,
    }


def test_an_unknown_account_receives_nothing(db: Db, page: Page) -> None:
    with refused("account_not_found", 404):
        receive(db, page.session(), "no-such-account")
    assert rows(db, "select from private.webhook_events") == []


def test_a_kept_event_tells_the_worker_whom_to_ask(db: Db, page: Page) -> None:
    event = receive(db, page.session())
    with acting_as(db, SERVICE):
        kept = value(db, "select worker.webhook_event(%s)", event)
        assert value(db, "select worker.webhook_event(%s)", uuid4()) is None
    assert (kept["object_id"], kept["processed"]) == (page.session_id, False)
    assert (kept["account"]["slug"], kept["account"]["academy_slug"]) == (
        "mecaformation-stripe",
        "mecaformation",
    )


def test_an_account_is_found_by_its_slug(db: Db) -> None:
    with acting_as(db, SERVICE):
        found = value(db, "select worker.provider_account('aurora50-stripe')")
        assert value(db, "select worker.provider_account('nobody')") is None
    assert (found["secret_name"], found["mode"]) == ("STRIPE_AURORA50", "test")
    assert not [key for key in found if "secret" in key and key != "secret_name"]


def test_an_event_nobody_acts_on_is_closed_with_its_reason(db: Db, page: Page) -> None:
    event = receive(db, page.session())
    with acting_as(db, SERVICE):
        value(db, "select worker.skip_webhook(%s, 'not ours')", event)
    assert one(db, "select outcome, error from private.webhook_events") == {
        "outcome": "skipped",
        "error": "not ours",
    }
    assert settle(db, event, page.session())["outcome"] == "skipped"
    assert column(db, "select status from public.orders") == ["pending"]


def test_an_event_that_is_closed_stays_as_it_was_closed(db: Db, page: Page) -> None:
    event = receive(db, page.session())
    settle(db, event, page.session())
    with acting_as(db, SERVICE):
        value(db, "select worker.skip_webhook(%s, 'too late')", event)
    assert column(db, "select outcome from private.webhook_events") == ["fulfilled"]


def test_an_event_never_received_is_refused(db: Db, page: Page) -> None:
    with refused("webhook_not_found", 404):
        settle(db, uuid4(), page.session())
