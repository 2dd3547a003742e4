"""Webhooks: signed, retried, never lost, per account."""

from __future__ import annotations

import json
import threading
import time
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest
import stripe

from preau.local.stripe.webhooks import SLOWEST, TRIES, backoff
from tests.local.stripe.browser import pay
from tests.local.stripe.conftest import Make, new_session
from tests.local.stripe.process import Process, secret
from tests.local.stripe.receiver import Receiver, Refusal


def test_a_webhook_is_signed_as_the_library_verifies(
    session: Make, client: stripe.StripeClient, receiver: Receiver
) -> None:
    made = session(metadata={"titre": "Métier – « été »"})
    pay(str(made.url))
    (delivery,) = receiver.wait(made.id, "checkout.session.completed")
    event = client.construct_event(delivery.body, delivery.signature, secret("mecaformation"))
    assert (event.type, event.api_version) == ("checkout.session.completed", "2026-10-28.endive")
    assert event.data.object["metadata"]["titre"] == "Métier – « été »"
    assert delivery.path == "/hooks/mecaformation"
    assert delivery.headers["Content-Type"] == "application/json; charset=utf-8"


def test_a_changed_byte_or_another_secret_does_not_verify(
    client: stripe.StripeClient, receiver: Receiver
) -> None:
    made = client.v1.customers.create({"name": "Signée"})
    (delivery,) = receiver.wait(made.id, "customer.created")
    for body, key in (
        (delivery.body.replace(b"Sign", b"sign"), secret("mecaformation")),
        (delivery.body, secret("aurora50")),
    ):
        with pytest.raises(stripe.SignatureVerificationError):
            client.construct_event(body, delivery.signature, key)


def test_an_event_waits_for_its_webhook_and_then_no_more(
    client: stripe.StripeClient, receiver: Receiver, standin: Process
) -> None:
    made = client.v1.customers.create({"name": "Attendue"})
    (delivery,) = receiver.wait(made.id, "customer.created")
    assert delivery.event["pending_webhooks"] == 1
    event_id = delivery.event["id"]
    _until(lambda: client.v1.events.retrieve(event_id).pending_webhooks == 0)
    delivered = client.v1.events.list({"delivery_success": True, "limit": 100}).data
    assert event_id in [e.id for e in delivered]
    assert standin.history(made.id)[0]["state"] == "delivered"


def test_an_event_names_the_request_that_made_it(
    client: stripe.StripeClient, receiver: Receiver, session: Make
) -> None:
    made = client.v1.customers.create({"name": "R"}, {"idempotency_key": "event-request"})
    assert made.last_response is not None
    (delivery,) = receiver.wait(made.id, "customer.created")
    assert delivery.event["request"] == {
        "id": made.last_response.request_id,
        "idempotency_key": "event-request",
    }
    bought = session()
    pay(str(bought.url))
    (paid,) = receiver.wait(bought.id, "checkout.session.completed")
    assert paid.event["request"] == {"id": None, "idempotency_key": None}


def test_a_refused_webhook_is_sent_again_after_growing_waits(
    client: stripe.StripeClient, receiver: Receiver, standin: Process
) -> None:
    receiver.refusals.append(Refusal("Refusée", times=2))
    made = client.v1.customers.create({"name": "Refusée"})
    deliveries = receiver.wait(made.id, "customer.created", times=3)
    assert [d.answered for d in deliveries] == [500, 500, 200]
    assert len({d.event["id"] for d in deliveries}) == 1
    gaps = [after.at - before.at for before, after in pairwise(deliveries)]
    assert gaps[0] == pytest.approx(1, abs=0.6)
    assert gaps[1] == pytest.approx(2, abs=0.6)
    _until(lambda: standin.history(made.id)[0]["state"] == "delivered")
    attempts = standin.history(made.id)[0]["attempts"]
    assert [a["status"] for a in attempts] == [500, 500, 200]


@pytest.mark.parametrize("status", [404, 302])
def test_only_a_2xx_takes_a_webhook(
    client: stripe.StripeClient, receiver: Receiver, status: int
) -> None:
    receiver.refusals.append(Refusal(f"Statut {status}", status=status))
    made = client.v1.customers.create({"name": f"Statut {status}"})
    deliveries = receiver.wait(made.id, "customer.created", times=2)
    assert [d.answered for d in deliveries] == [status, 200]


def test_a_webhook_that_is_not_answered_in_time_is_sent_again(
    client: stripe.StripeClient, receiver: Receiver, standin: Process
) -> None:
    receiver.refusals.append(Refusal("Lente", status=200, delay=1.5))
    made = client.v1.customers.create({"name": "Lente"})
    receiver.wait(made.id, "customer.created", times=2)
    _until(lambda: standin.history(made.id)[0]["state"] == "delivered")
    assert "Timeout" in standin.history(made.id)[0]["attempts"][0]["error"]


def test_every_try_is_signed_afresh(client: stripe.StripeClient, receiver: Receiver) -> None:
    receiver.refusals.append(Refusal("Fraîche"))
    made = client.v1.customers.create({"name": "Fraîche"})
    first, second = receiver.wait(made.id, "customer.created", times=2)
    assert first.signature != second.signature
    for delivery in (first, second):
        client.construct_event(delivery.body, delivery.signature, secret("mecaformation"))


def test_an_endpoint_that_fails_holds_up_no_other_account(fresh_standin: Process) -> None:
    receiver = fresh_standin.receiver
    receiver.refusals.append(Refusal("Bloquée", status=500, times=1000, delay=0.9))
    for _ in range(40):
        fresh_standin.client("mecaformation").v1.customers.create({"name": "Bloquée"})
    made = fresh_standin.client("nexus-reussite").v1.customers.create({"name": "Libre"})
    receiver.wait(made.id, "customer.created", seconds=3)


def test_an_account_gets_only_its_own_webhooks(standin: Process, receiver: Receiver) -> None:
    made = standin.client("nexus-reussite").v1.customers.create({"name": "Nexus"})
    (delivery,) = receiver.wait(made.id, "customer.created")
    assert delivery.path == "/hooks/nexus-reussite"
    standin.client().construct_event(delivery.body, delivery.signature, secret("nexus-reussite"))


def test_an_event_can_be_sent_again_by_hand(
    client: stripe.StripeClient, receiver: Receiver, standin: Process
) -> None:
    made = client.v1.customers.create({"name": "Encore"})
    (first,) = receiver.wait(made.id, "customer.created")
    standin.control("POST", f"events/{first.event['id']}/resend")
    again = receiver.wait(made.id, "customer.created", times=2)[1]
    assert json.loads(again.body)["id"] == first.event["id"]


def test_paused_webhooks_wait_and_may_be_let_out_one_by_one(fresh_standin: Process) -> None:
    receiver, client = fresh_standin.receiver, fresh_standin.client()
    fresh_standin.control("POST", "webhooks", paused=True, account="mecaformation-stripe")
    first, second = (client.v1.customers.create({"name": name}) for name in ("Un", "Deux"))
    other = fresh_standin.client("aurora50").v1.customers.create({"name": "Libre"})
    receiver.wait(other.id, "customer.created")
    assert receiver.about(first.id) == receiver.about(second.id) == []
    fresh_standin.control("POST", f"events/{fresh_standin.history(second.id)[0]['id']}/resend")
    receiver.wait(second.id, "customer.created")
    assert receiver.about(first.id) == []
    fresh_standin.control("POST", "webhooks", paused=False)
    receiver.wait(first.id, "customer.created")


def test_a_kill_loses_neither_objects_nor_webhooks(own_standin: Process) -> None:
    receiver = own_standin.receiver
    receiver.refusals.append(Refusal("checkout.session.completed", times=1000))
    made = new_session(own_standin.client())
    answer = pay(str(made.url))
    assert answer.status_code == 303
    own_standin.kill()
    receiver.refusals.clear()
    receiver.deliveries.clear()
    own_standin.start()
    paid = own_standin.client().v1.checkout.sessions.retrieve(made.id)
    assert (paid.status, paid.payment_status) == ("complete", "paid")
    (delivery,) = receiver.wait(made.id, "checkout.session.completed")
    own_standin.client().construct_event(delivery.body, delivery.signature, secret("mecaformation"))


def test_kills_in_the_middle_of_work_lose_nothing_that_was_answered(own_standin: Process) -> None:
    """Objects are made in a stream; the process is killed again and again in the midst of it."""
    made: list[str] = []
    stop = threading.Event()

    def create() -> None:
        key = uuid4().hex
        while not stop.is_set():
            client = own_standin.client(max_network_retries=20)
            try:
                answer = client.v1.customers.create({"name": "Flot"}, {"idempotency_key": key})
            except stripe.APIConnectionError:  # cut amid an answer, which the library gives up
                continue
            made.append(answer.id)
            key = uuid4().hex

    thread = threading.Thread(target=create)
    thread.start()
    for _ in range(3):
        time.sleep(0.4)
        own_standin.kill()
        own_standin.start()
    time.sleep(0.3)
    stop.set()
    thread.join(timeout=30)
    kept = own_standin.client().v1.customers.list({"limit": 100}).auto_paging_iter()
    assert sorted(c.id for c in kept) == sorted(made)
    for identifier in made:
        own_standin.receiver.wait(identifier, "customer.created", seconds=20)


def test_the_waits_grow_to_a_minute_and_end() -> None:
    waits = [backoff(tries) for tries in range(1, TRIES)]
    assert waits[:7] == [1, 2, 4, 8, 16, 32, SLOWEST]
    assert set(waits[7:]) == {SLOWEST}


def _until(condition: Any, seconds: float = 5) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)
