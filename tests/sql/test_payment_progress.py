"""What a buyer is told of the latest try at paying, and nobody else."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from tests.support import shop
from tests.support.database import Db, acting_as, forbidden, value
from tests.support.forms import Form, open_form, report
from tests.support.people import SERVICE, Cast, Person
from tests.support.shop import Row, open_page, order


@pytest.fixture
def form(db: Db, cast: Cast) -> Form:
    return open_form(db, order(db, cast.alice)["id"], cast.alice)


def progress(db: Db, form: Form, who: Person) -> Row | None:
    with acting_as(db, SERVICE):
        found: Row | None = value(
            db, "select worker.payment_progress(%s, %s)", UUID(form.attempt["order_id"]), who.id
        )
    return found


def test_an_order_nobody_tried_to_pay_has_none(db: Db, cast: Cast) -> None:
    made = order(db, cast.alice)
    with acting_as(db, SERVICE):
        assert (
            value(db, "select worker.payment_progress(%s, %s)", made["id"], cast.alice.id) is None
        )


@pytest.mark.parametrize(
    ("steps", "state", "code"),
    [
        ([], "open", None),
        (["declined"], "declined", "insufficient_funds"),
        (["asked"], "action_needed", "authentication_required"),
        (["asked", "refused"], "declined", "payment_intent_authentication_failure"),
        (["processing"], "processing", None),
        (["declined", "paid"], "succeeded", None),
        (["processing", "bounced"], "failed", "payment_intent_payment_attempt_failed"),
        (["cancelled"], "expired", None),
    ],
    ids=lambda given: " → ".join(given) if isinstance(given, list) else str(given),
)
def test_each_state_is_told_as_the_buyer_would_put_it(
    db: Db, cast: Cast, form: Form, steps: list[str], state: str, code: str | None
) -> None:
    words: dict[str, dict[str, Any]] = {
        "declined": form.declined(),
        "asked": form.unpaid("requires_action"),
        "refused": form.declined("payment_intent_authentication_failure"),
        "processing": form.processing(),
        "bounced": form.bounced(),
        "paid": form.intent(),
        "cancelled": form.unpaid("canceled"),
    }
    for step in steps:
        report(db, words[step])
    found = progress(db, form, cast.alice)
    assert found is not None
    assert (found["state"], found["error_code"], found["kind"]) == (state, code, "intent")


def test_money_on_its_way_says_more_than_the_page_opened_last(
    db: Db, cast: Cast, form: Form
) -> None:
    page = open_page(db, UUID(form.attempt["order_id"]), cast.alice)
    shop.report(db, page.session())
    found = progress(db, form, cast.alice)
    assert found is not None
    assert (found["state"], found["kind"]) == ("succeeded", "checkout")


def test_it_says_what_language_the_buyer_and_their_academy_speak(
    db: Db, cast: Cast, form: Form
) -> None:
    assert _locales(progress(db, form, cast.alice)) == (None, "fr")
    db.execute(
        "update public.profile_details set locale = 'en-GB' where user_id = %s", [cast.alice.id]
    )
    assert _locales(progress(db, form, cast.alice)) == ("en-GB", "fr")


def _locales(found: Row | None) -> tuple[Any, Any]:
    assert found is not None
    return found["locale"], found["academy_locale"]


def test_others_hear_nothing_of_declined_cards(db: Db, cast: Cast, form: Form) -> None:
    for other in (cast.bob, cast.adele, cast.dora):
        assert progress(db, form, other) is None


def test_only_functions_ask(db: Db, cast: Cast, form: Form) -> None:
    with forbidden(), acting_as(db, cast.alice):
        value(db, "select worker.payment_progress(%s, %s)", cast.alice.id, cast.alice.id)
