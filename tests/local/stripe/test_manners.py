"""Webhooks delivered badly on demand: twice, late, shuffled, lost, by the clock, two secrets."""

from __future__ import annotations

import time
from typing import Any

import pytest
import stripe

from tests.local.stripe.process import ACADEMIES, Process, secret
from tests.local.stripe.receiver import Refusal

ACADEMY = ACADEMIES[0]
SLUG = f"{ACADEMY}-stripe"


def customers(standin: Process, count: int) -> list[str]:
    client = standin.client()
    return [client.v1.customers.create({"name": f"Nº {n}"}).id for n in range(count)]


def states(standin: Process, identifiers: list[str]) -> list[str]:
    return [standin.history(identifier)[0]["state"] for identifier in identifiers]


def test_webhooks_come_several_times(fresh_standin: Process) -> None:
    fresh_standin.control("POST", "webhooks", copies=3)
    (made,) = customers(fresh_standin, 1)
    deliveries = fresh_standin.receiver.wait(made, "customer.created", times=3)
    assert len({d.event["id"] for d in deliveries}) == 1
    time.sleep(0.2)
    assert len(fresh_standin.history(made)[0]["attempts"]) == 3


def test_webhooks_come_late(fresh_standin: Process) -> None:
    fresh_standin.control("POST", "webhooks", delay=1.5)
    started = time.monotonic()
    (made,) = customers(fresh_standin, 1)
    (delivery,) = fresh_standin.receiver.wait(made, "customer.created")
    assert delivery.at - started > 1.4


def test_webhooks_come_out_of_order(fresh_standin: Process) -> None:
    fresh_standin.control("POST", "webhooks", shuffle=1, seed=3)
    made = customers(fresh_standin, 8)
    for identifier in made:
        fresh_standin.receiver.wait(identifier, "customer.created")
    came = [d.object_id for d in fresh_standin.receiver.deliveries]
    assert sorted(came) == sorted(made)
    assert came != made


def test_held_back_webhooks_are_released_in_the_order_of_a_seed(fresh_standin: Process) -> None:
    receiver = fresh_standin.receiver
    orders: list[list[int]] = []
    for seed in (7, 7, 8):
        fresh_standin.control("POST", "webhooks", paused=True)
        receiver.deliveries.clear()
        made = customers(fresh_standin, 10)
        released = fresh_standin.control("POST", "webhooks/release", seed=seed)["released"]
        assert [d.event["id"] for d in receiver.deliveries] == released
        orders.append([made.index(d.object_id) for d in receiver.deliveries])
    assert orders[0] == orders[1]
    assert orders[0] != orders[2]
    assert orders[0] != sorted(orders[0])


def test_what_fails_when_released_stays_pending(fresh_standin: Process) -> None:
    fresh_standin.control("POST", "webhooks", paused=True)
    fresh_standin.receiver.refusals.append(Refusal("Nº 0"))
    made = customers(fresh_standin, 2)
    fresh_standin.control("POST", "webhooks/release")
    assert states(fresh_standin, made) == ["pending", "delivered"]


def test_a_share_is_lost_and_listed_as_undelivered(fresh_standin: Process) -> None:
    client = fresh_standin.client()
    lost: list[list[int]] = []
    for _ in range(2):
        fresh_standin.control("POST", "webhooks", account=SLUG, lose=0.4, seed=11)
        made = customers(fresh_standin, 20)
        gone = [n for n, state in enumerate(states(fresh_standin, made)) if state == "failed"]
        assert 0 < len(gone) < 20
        lost.append(gone)
        (attempt,) = fresh_standin.history(made[gone[0]])[0]["attempts"]
        assert "lost" in attempt["error"]
        params: Any = {"delivery_success": False, "limit": 100}
        missed = {e.data.object["id"] for e in client.v1.events.list(params).auto_paging_iter()}
        assert {made[n] for n in gone} <= missed
    assert lost[0] == lost[1]
    event = fresh_standin.history(made[gone[0]])[0]["id"]
    fresh_standin.control("POST", "webhooks", lose=0)
    fresh_standin.control("POST", f"events/{event}/resend")
    fresh_standin.receiver.wait(made[gone[0]], "customer.created")


def test_webhooks_are_tried_again_when_the_clock_is_advanced(fresh_standin: Process) -> None:
    fresh_standin.control("POST", "webhooks", retries="clock")
    fresh_standin.receiver.refusals.append(Refusal("Nº 0", times=2))
    (made,) = customers(fresh_standin, 1)
    fresh_standin.receiver.wait(made, "customer.created")
    time.sleep(1.5)
    assert len(fresh_standin.receiver.about(made)) == 1
    fresh_standin.control("POST", "clock", advance=6 * 60)
    fresh_standin.receiver.wait(made, "customer.created", times=2)
    _until(lambda: len(fresh_standin.history(made)[0]["attempts"]) == 2)
    fresh_standin.control("POST", "clock", advance=31 * 60)
    last = fresh_standin.receiver.wait(made, "customer.created", times=3)[-1]
    assert last.answered == 200
    _until(lambda: states(fresh_standin, [made]) == ["delivered"])


def test_two_secrets_sign_while_one_is_being_replaced(fresh_standin: Process) -> None:
    client = fresh_standin.client()
    rolled = fresh_standin.control("POST", "webhooks/secret", account=SLUG, overlap=3600)
    (made,) = customers(fresh_standin, 1)
    (during,) = fresh_standin.receiver.wait(made, "customer.created")
    assert during.signature.count("v1=") == 2
    for key in (rolled["secret"], secret(ACADEMY)):
        client.construct_event(during.body, during.signature, key)
    fresh_standin.control("POST", "clock", advance=3601)
    (made,) = customers(fresh_standin, 1)
    (after,) = fresh_standin.receiver.wait(made, "customer.created")
    client.construct_event(after.body, after.signature, rolled["secret"])
    with pytest.raises(stripe.SignatureVerificationError):
        client.construct_event(after.body, after.signature, secret(ACADEMY))


def test_a_secret_is_rolled_for_one_account_only(fresh_standin: Process) -> None:
    fresh_standin.control("POST", "webhooks/secret", account=SLUG, secret="whsec_neuf", overlap=0)
    made = fresh_standin.client("aurora50").v1.customers.create({"name": "x"})
    (delivery,) = fresh_standin.receiver.wait(made.id, "customer.created")
    fresh_standin.client().construct_event(delivery.body, delivery.signature, secret("aurora50"))


def test_a_reset_brings_good_manners_and_the_first_secret_back(fresh_standin: Process) -> None:
    fresh_standin.control("POST", "webhooks", lose=1)
    fresh_standin.control("POST", "webhooks/secret", account=SLUG, overlap=0)
    fresh_standin.control("POST", "reset")
    (made,) = customers(fresh_standin, 1)
    (delivery,) = fresh_standin.receiver.wait(made, "customer.created")
    fresh_standin.client().construct_event(delivery.body, delivery.signature, secret(ACADEMY))


def test_all_that_became_due_happens_in_the_order_of_its_time(fresh_standin: Process) -> None:
    """A refund, a debit, a dispute and an expiry, played by one step of the clock."""
    client = fresh_standin.client()
    fresh_standin.control("POST", "webhooks", paused=True)

    def pay(method: str) -> str:
        params: Any = {
            "amount": 4700,
            "currency": "eur",
            "confirm": True,
            "payment_method": method,
            "return_url": "http://localhost:3000/merci",
        }
        return client.v1.payment_intents.create(params).id

    client.v1.refunds.create({"payment_intent": pay("pm_card_pendingRefund")})
    pay("pm_success_fr")
    pay("pm_card_createDispute")
    before = {event.id for event in client.v1.events.list({"limit": 100}).data}
    fresh_standin.control("POST", "clock", advance=3600)
    happened = [e for e in client.v1.events.list({"limit": 100}).data if e.id not in before][::-1]
    assert [e.type for e in happened] == [
        *("charge.dispute.created", "charge.dispute.funds_withdrawn"),
        *("charge.succeeded", "payment_intent.succeeded"),
        *("refund.updated", "charge.refund.updated"),
    ]
    times = [e.created for e in happened]
    assert times == sorted(times)
    assert times[-1] - times[0] == pytest.approx(20, abs=3)


def _until(condition: Any, seconds: float = 5) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)
