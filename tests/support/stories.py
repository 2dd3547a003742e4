"""Ways a payment can go, as Stripe tells them: events, and the objects at each moment."""

from __future__ import annotations

from uuid import UUID

from tests.support.database import Db
from tests.support.forms import behind, open_form
from tests.support.people import Person
from tests.support.playback import Story
from tests.support.shop import Page, Row, open_page, order


def page_after_a_decline(db: Db, who: Person, offer: UUID) -> Story:
    """A card is declined on the provider's page, the next one pays."""
    page = _page(db, who, offer)
    started = behind(page, status="requires_payment_method", amount_received=0)
    declined = started | {"error_code": "card_declined", "error_message": "No."}
    waiting = page.session(status="open", payment_status="unpaid", payment_intent=None)
    session = page.session(intent_status="succeeded", method="card")
    return Story(
        f"declined_{who.name}",
        [
            ("payment_intent.created", page.intent),
            ("payment_intent.payment_failed", page.intent),
            ("payment_intent.succeeded", page.intent),
            ("charge.succeeded", f"ch_{page.intent}"),
            ("checkout.session.completed", page.session_id),
        ],
        {
            page.intent: [started, declined, *[behind(page)] * 3],
            page.session_id: [waiting, waiting, *[session] * 3],
        },
    )


def page_by_debit(db: Db, who: Person, offer: UUID, *, works: bool = True) -> Story:
    """A SEPA debit on the provider's page: on its way for days, then there or not."""
    page = _page(db, who, offer)
    verdict = "succeeded" if works else "failed"
    why = None if works else "insufficient_funds"
    after = "succeeded" if works else "requires_payment_method"
    going = behind(page, status="processing", amount_received=0, method="sepa_debit")
    over = behind(page, status=after, method="sepa_debit", error_code=why)
    seen = {"payment_status": "unpaid", "intent_status": "processing", "method": "sepa_debit"}
    done = {"intent_status": after, "method": "sepa_debit", "error_code": why}
    done |= {"payment_status": "paid" if works else "unpaid"}
    return Story(
        f"debit_{verdict}_{who.name}",
        [
            ("checkout.session.completed", page.session_id),
            ("payment_intent.processing", page.intent),
            (f"payment_intent.{'succeeded' if works else 'payment_failed'}", page.intent),
            (f"charge.{verdict}", f"ch_{page.intent}"),
            (f"checkout.session.async_payment_{verdict}", page.session_id),
        ],
        {
            page.intent: [going, going, over, over, over],
            page.session_id: [*[page.session(**seen)] * 2, *[page.session(**done)] * 3],
        },
    )


def form_with_confirmation(db: Db, who: Person, offer: UUID) -> Story:
    """A form: a card is declined, the bank wants a confirmation of the next, gets it."""
    form = open_form(db, order(db, who, offer)["id"], who)
    fresh, asked = form.unpaid(), form.unpaid("requires_action")
    return Story(
        f"confirmed_{who.name}",
        [
            ("payment_intent.created", form.intent_id),
            ("payment_intent.payment_failed", form.intent_id),
            ("payment_intent.requires_action", form.intent_id),
            ("payment_intent.succeeded", form.intent_id),
            ("charge.succeeded", f"ch_{form.intent_id}"),
        ],
        {form.intent_id: [fresh, form.declined(), asked, form.intent(), form.intent()]},
    )


def left_page(db: Db, who: Person, offer: UUID) -> Story:
    """Nobody ever pays."""
    page = _page(db, who, offer)
    return Story(
        f"left_{who.name}",
        [("checkout.session.expired", page.session_id)],
        {page.session_id: [page.expired()]},
    )


def paid_twice(db: Db, who: Person, offer: UUID) -> Story:
    """A form in one tab and the page that replaced it in another are both paid."""
    made = order(db, who, offer)
    form = open_form(db, made["id"], who)
    page = open_page(db, made["id"], who)
    nothing = page.session(status="open", payment_status="unpaid", payment_intent=None)
    paid = page.session(intent_status="succeeded", method="card")
    unpaid: Row = behind(page, status="requires_payment_method", amount_received=0)
    return Story(
        f"twice_{who.name}",
        [
            ("payment_intent.created", form.intent_id),
            ("payment_intent.succeeded", form.intent_id),
            ("payment_intent.created", page.intent),
            ("payment_intent.succeeded", page.intent),
            ("checkout.session.completed", page.session_id),
        ],
        {
            form.intent_id: [form.unpaid(), *[form.intent()] * 4],
            page.intent: [*[unpaid] * 3, *[behind(page)] * 2],
            page.session_id: [*[nothing] * 3, paid, paid],
        },
    )


def _page(db: Db, who: Person, offer: UUID) -> Page:
    return open_page(db, order(db, who, offer)["id"], who)


STORIES = {
    "declined, then paid": page_after_a_decline,
    "debit that works": page_by_debit,
    "debit that fails": lambda db, who, offer: page_by_debit(db, who, offer, works=False),
    "confirmed by the bank": form_with_confirmation,
    "left": left_page,
    "paid twice": paid_twice,
}
