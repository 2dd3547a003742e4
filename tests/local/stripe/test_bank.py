"""The buyer's bank on the way through Checkout: 3-D Secure, and direct debits answered later."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
import stripe

from tests.local.stripe.browser import GOOD, Page, pay, submit, visit
from tests.local.stripe.conftest import Make, new_session
from tests.local.stripe.process import Process

ONCE, ALWAYS, THEN_DECLINED = "4000002500003155", "4000002760003184", "4000008400001629"
ACCEPTED, REJECTED = "FR14 2004 1010 0505 0001 3M02 606", "FR8420041010050500013M02607"


def at_the_bank(session: stripe.checkout.Session, number: str = ALWAYS) -> Page:
    """Pay with a card whose bank asks, and return the bank's page."""
    answer = pay(str(session.url), number)
    assert answer.status_code == 303
    return visit(answer.headers["location"])


def say(bank: Page, answer: str) -> httpx.Response:
    return httpx.post(str(bank.answer.url), data={"answer": answer}, trust_env=False)


def debit(session: stripe.checkout.Session, iban: str) -> httpx.Response:
    page = visit(str(session.url))
    address = httpx.URL(str(session.url)).join(page.links["sepa_debit"])
    return submit(visit(str(address)), iban=iban, account_name="Zoé Marchand")


@pytest.mark.parametrize("number", [ONCE, ALWAYS])
def test_the_bank_asks_in_french_before_it_pays(
    session: Make, client: stripe.StripeClient, number: str
) -> None:
    made = session()
    bank = at_the_bank(made, number)
    assert "470,00\u00a0€" in bank.text
    assert "Accepter" in bank.text
    assert "Refuser" in bank.text
    waiting: Any = client.v1.checkout.sessions.retrieve(made.id, {"expand": ["payment_intent"]})
    assert (waiting.status, waiting.payment_intent.status) == ("open", "requires_action")
    answer = say(bank, "accept")
    assert answer.headers["location"] == f"http://localhost:3000/merci?session={made.id}"
    paid: Any = client.v1.checkout.sessions.retrieve(
        made.id, {"expand": ["payment_intent.latest_charge"]}
    )
    assert (paid.status, paid.payment_status) == ("complete", "paid")
    assert paid.customer_details.email == "zoe@example.fr"
    card = paid.payment_intent.latest_charge.payment_method_details.card
    assert card.three_d_secure.result == "authenticated"


def test_a_refusal_at_the_bank_leaves_the_session_open(
    session: Make, client: stripe.StripeClient
) -> None:
    made = session()
    answer = say(at_the_bank(made), "refuse")
    assert answer.status_code == 402
    assert "n’a pas pu vous authentifier" in Page(answer).alert
    after: Any = client.v1.checkout.sessions.retrieve(made.id, {"expand": ["payment_intent"]})
    assert (after.status, after.payment_intent.status) == ("open", "requires_payment_method")
    assert submit(Page(answer), GOOD).status_code == 303


def test_a_card_may_be_declined_after_its_bank_agreed(
    session: Make, client: stripe.StripeClient
) -> None:
    made = session()
    answer = say(at_the_bank(made, THEN_DECLINED), "accept")
    assert (answer.status_code, "refusée" in Page(answer).alert) == (402, True)
    after: Any = client.v1.checkout.sessions.retrieve(made.id, {"expand": ["payment_intent"]})
    assert after.status == "open"
    assert after.payment_intent.last_payment_error.code == "card_declined"


def test_the_bank_takes_one_answer(session: Make, client: stripe.StripeClient) -> None:
    made = session()
    bank = at_the_bank(made)
    assert [say(bank, "accept").status_code, say(bank, "accept").status_code] == [303, 404]
    intent = client.v1.checkout.sessions.retrieve(made.id).payment_intent
    assert len(client.v1.charges.list({"payment_intent": str(intent)}).data) == 1


def test_an_expired_session_takes_no_answer(session: Make, client: stripe.StripeClient) -> None:
    made = session()
    bank = at_the_bank(made)
    client.v1.checkout.sessions.expire(made.id)
    assert say(bank, "accept").status_code == 404


def test_a_direct_debit_completes_the_session_and_pays_it_later(fresh_standin: Process) -> None:
    client = fresh_standin.client()
    made = new_session(client, customer_creation="always")
    answer = debit(made, ACCEPTED)
    assert answer.headers["location"] == f"http://localhost:3000/merci?session={made.id}"
    done = client.v1.checkout.sessions.retrieve(made.id)
    assert (done.status, done.payment_status) == ("complete", "unpaid")
    assert done.customer is not None
    fresh_standin.control("POST", "clock", advance=60)
    assert client.v1.checkout.sessions.retrieve(made.id).payment_status == "paid"
    assert [event["type"] for event in fresh_standin.history(made.id)] == [
        "checkout.session.completed",
        "checkout.session.async_payment_succeeded",
    ]


def test_a_rejected_debit_leaves_the_session_unpaid(fresh_standin: Process) -> None:
    client = fresh_standin.client()
    made = new_session(client)
    debit(made, REJECTED)
    fresh_standin.control("POST", "clock", advance=60)
    after: Any = client.v1.checkout.sessions.retrieve(
        made.id, {"expand": ["payment_intent.latest_charge"]}
    )
    assert (after.status, after.payment_status) == ("complete", "unpaid")
    assert after.payment_intent.latest_charge.status == "failed"
    told = fresh_standin.receiver.wait(made.id, "checkout.session.async_payment_failed")
    assert told[0].event["data"]["object"]["payment_status"] == "unpaid"


@pytest.mark.parametrize(
    ("iban", "sentence"),
    [("FR00", "incomplet ou incorrect"), ("FR7630006000011234567890189", "pas un IBAN de test")],
)
def test_an_account_that_is_none_is_pointed_out(session: Make, iban: str, sentence: str) -> None:
    answer = debit(session(), iban)
    assert answer.status_code == 400
    assert sentence in Page(answer).text


def test_an_account_number_is_kept_nowhere(session: Make, standin: Process) -> None:
    debit(session(), ACCEPTED)
    kept = b"".join(p.read_bytes() for p in (standin.folder / "home").iterdir())
    assert b"FR1420041010050500013M02606" not in kept + (standin.folder / "log").read_bytes()


def test_a_session_may_do_without_direct_debits(session: Make) -> None:
    made = session(excluded_payment_method_types=["sepa_debit"])
    assert made.payment_method_types == ["card"]
    assert "sepa_debit" not in visit(str(made.url)).links
    assert "iban" not in visit(f"{made.url}?method=sepa_debit").fields
