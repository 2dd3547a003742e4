"""The payable page, as a browser without JavaScript uses it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
import stripe

from tests.local.stripe.browser import DECLINED, Page, pay, submit, visit
from tests.local.stripe.conftest import CANCEL, Make, new_session
from tests.local.stripe.process import Process
from tests.local.stripe.receiver import Receiver


def url(session: stripe.checkout.Session) -> str:
    assert session.url is not None
    return session.url


def test_the_page_shows_the_order_in_french(session: Make) -> None:
    page = visit(url(session()))
    assert page.answer.status_code == 200
    assert 'lang="fr"' in page.answer.text
    for text in ("MODE TEST", "Diagnostic électronique", "470,00\u00a0€", "4242424242424242"):
        assert text in page.text
    assert page.links["cancel"] == CANCEL


def test_the_page_needs_no_script_and_no_other_host(session: Make) -> None:
    answer = visit(url(session())).answer
    assert "<script" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_every_field_has_a_label(session: Make) -> None:
    page = visit(url(session()))
    assert set(page.fields) == {"email", "card_number", "card_expiry", "card_cvc", "card_name"}
    for name in page.fields:
        assert f'<label for="{name}">' in page.answer.text


def test_a_good_card_pays_and_leads_back(session: Make, client: stripe.StripeClient) -> None:
    made = session(payment_intent_data={"metadata": {"order": "7"}, "description": "Commande 7"})
    answer = pay(url(made))
    assert answer.status_code == 303
    assert answer.headers["location"] == f"http://localhost:3000/merci?session={made.id}"
    paid: Any = client.v1.checkout.sessions.retrieve(
        made.id, {"expand": ["payment_intent.latest_charge"]}
    )
    assert (paid.status, paid.payment_status, paid.url) == ("complete", "paid", None)
    assert (paid.customer_details.email, paid.customer_details.name) == (
        "zoe@example.fr",
        "Zoé Marchand",
    )
    intent = paid.payment_intent
    assert (intent.status, intent.amount_received, intent.currency) == ("succeeded", 47000, "eur")
    assert (intent.metadata["order"], intent.description) == ("7", "Commande 7")
    charge = intent.latest_charge
    assert (charge.status, charge.paid, charge.amount_captured) == ("succeeded", True, 47000)
    assert charge.payment_method_details.card.last4 == "4242"


def test_a_payment_makes_its_events_in_order(session: Make, client: stripe.StripeClient) -> None:
    made = session()
    pay(url(made))
    paid = client.v1.checkout.sessions.retrieve(made.id)
    kinds = [
        e.type
        for e in reversed(client.v1.events.list({"limit": 100}).data)
        if made.id == e.data.object["id"]
        or paid.payment_intent
        in (e.data.object["id"], e.data.object.to_dict().get("payment_intent"))
    ]
    assert kinds == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
    ]


def test_a_declined_card_leaves_the_session_open(
    session: Make, client: stripe.StripeClient, receiver: Receiver
) -> None:
    made = session()
    answer = pay(url(made), DECLINED)
    assert answer.status_code == 402
    assert "Votre carte a été refusée" in visit_text(answer)
    again = client.v1.checkout.sessions.retrieve(made.id)
    assert (again.status, again.payment_status) == ("open", "unpaid")
    intent = client.v1.payment_intents.retrieve(str(again.payment_intent))
    assert intent.status == "requires_payment_method"
    assert intent.last_payment_error is not None
    assert intent.last_payment_error.decline_code == "generic_decline"
    (failed,) = receiver.wait(intent.id, "payment_intent.payment_failed")
    assert failed.event["data"]["object"]["last_payment_error"]["code"] == "card_declined"


def test_a_second_card_pays_with_the_same_intent(
    session: Make, client: stripe.StripeClient
) -> None:
    made = session()
    pay(url(made), DECLINED)
    first = client.v1.checkout.sessions.retrieve(made.id).payment_intent
    assert pay(url(made)).status_code == 303
    paid = client.v1.checkout.sessions.retrieve(made.id)
    assert (paid.payment_status, paid.payment_intent) == ("paid", first)
    charges = client.v1.charges.list({"payment_intent": str(first)}).data
    assert [c.status for c in charges] == ["succeeded", "failed"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"card_number": "4242 4242 4242 4241"}, "numéro de carte"),
        ({"card_number": ""}, "numéro de carte"),
        ({"card_expiry": "01/20"}, "expiration est passée"),
        ({"card_expiry": "13/34"}, "MM / AA"),
        ({"card_cvc": "12"}, "cryptogramme"),
        ({"card_name": " "}, "nom du titulaire"),
        ({"email": "zoe"}, "adresse e-mail"),
    ],
)
def test_a_field_that_is_wrong_is_pointed_out(
    session: Make, client: stripe.StripeClient, change: dict[str, str], sentence: str
) -> None:
    made = session()
    answer = pay(url(made), **change)
    assert answer.status_code == 400
    assert sentence.lower() in visit_text(answer).lower()
    assert client.v1.checkout.sessions.retrieve(made.id).payment_intent is None


def test_a_real_card_number_is_not_taken(session: Make) -> None:
    answer = pay(url(session()), "4111 1111 1111 1111")
    assert answer.status_code == 402
    assert "pas une carte de test" in visit_text(answer)


def test_a_card_number_is_kept_nowhere(session: Make, standin: Process) -> None:
    pay(url(session()), "5555 5555 5555 4444")
    kept = b"".join(p.read_bytes() for p in (standin.folder / "home").iterdir())
    assert b"5555555555554444" not in kept + (standin.folder / "log").read_bytes()


def test_paying_twice_pays_once(session: Make, client: stripe.StripeClient) -> None:
    made = session()
    page = visit(url(made))
    answers = [submit(page), submit(page)]
    assert [a.status_code for a in answers] == [303, 303]
    paid = client.v1.checkout.sessions.retrieve(made.id)
    assert len(client.v1.charges.list({"payment_intent": str(paid.payment_intent)}).data) == 1


def test_twenty_clicks_at_once_pay_once(session: Make, client: stripe.StripeClient) -> None:
    made = session()
    page = visit(url(made))
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: submit(page).status_code, range(20)))
    assert answers == [303] * 20
    paid = client.v1.checkout.sessions.retrieve(made.id)
    assert len(client.v1.charges.list({"payment_intent": str(paid.payment_intent)}).data) == 1


def test_a_paid_page_says_so(session: Make) -> None:
    made = session()
    pay(url(made))
    page = visit(url(made))
    assert "déjà réglée" in page.text
    assert page.action == ""
    assert f"http://localhost:3000/merci?session={made.id}" in page.links.values()


def test_an_expired_page_says_so_and_takes_no_money(
    session: Make, client: stripe.StripeClient
) -> None:
    made = session()
    before = visit(url(made))
    client.v1.checkout.sessions.expire(made.id)
    page = visit(url(made))
    assert (page.answer.status_code, page.action) == (410, "")
    assert "a expiré" in page.text
    assert submit(before).status_code == 410
    assert client.v1.checkout.sessions.retrieve(made.id).payment_intent is None


def test_an_unknown_page_says_so(standin: Process) -> None:
    page = visit(f"{standin.url}/c/pay/cs_test_none")
    assert (page.answer.status_code, page.action) == (404, "")
    assert "n’existe pas" in page.text


def test_a_known_buyer_is_not_asked_for_an_address(session: Make) -> None:
    page = visit(url(session(customer_email="alice@example.fr")))
    assert "email" not in page.fields
    assert "alice@example.fr" in page.text


def test_what_the_seller_wrote_is_escaped(session: Make) -> None:
    product = {"name": "<b>Gras</b>"}
    data = {"currency": "eur", "unit_amount": 100, "product_data": product}
    page = visit(url(session(line_items=[{"price_data": data, "quantity": 1}])))
    assert "<b>Gras</b>" not in page.answer.text
    assert "<b>Gras</b>" in page.text


def test_a_customer_is_made_when_asked_for(session: Make, client: stripe.StripeClient) -> None:
    made = session(customer_creation="always")
    pay(url(made))
    paid = client.v1.checkout.sessions.retrieve(made.id)
    customer = client.v1.customers.retrieve(str(paid.customer))
    assert (customer.email, customer.name) == ("zoe@example.fr", "Zoé Marchand")


def test_an_order_that_costs_nothing_needs_no_card(
    session: Make, client: stripe.StripeClient
) -> None:
    data = {"currency": "eur", "unit_amount": 0, "product_data": {"name": "Offert"}}
    made = session(line_items=[{"price_data": data, "quantity": 1}])
    page = visit(url(made))
    assert "card_number" not in page.fields
    assert submit(page).status_code == 303
    done = client.v1.checkout.sessions.retrieve(made.id)
    assert (done.status, done.payment_status) == ("complete", "no_payment_required")
    assert done.payment_intent is None


def test_expiring_a_session_cancels_its_declined_payment(standin: Process) -> None:
    client = standin.client("aurora50")
    made = new_session(client)
    pay(url(made), DECLINED)
    expired = client.v1.checkout.sessions.expire(made.id)
    intent = client.v1.payment_intents.retrieve(str(expired.payment_intent))
    assert intent.status == "canceled"


def visit_text(answer: httpx.Response) -> str:
    return Page(answer).text
