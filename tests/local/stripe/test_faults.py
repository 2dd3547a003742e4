"""Faults on demand: refusals, time-outs and connections that are cut, before or after the work."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from tests.local.stripe.process import Process


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_fault_strikes_once(fresh_standin: Process, when: str) -> None:
    fresh_standin.control("POST", "faults", path="/v1/products", status=503, when=when)
    client = fresh_standin.client(max_network_retries=0)
    with pytest.raises(stripe.APIError) as failed:
        client.v1.products.create({"name": "x"}, {"idempotency_key": "k"})
    assert failed.value.http_status == 503
    assert len(client.v1.products.list().data) == (1 if when == "after" else 0)
    client.v1.products.create({"name": "x"}, {"idempotency_key": "k"})
    assert len(client.v1.products.list().data) == 1


def test_a_rate_limit_can_be_played(fresh_standin: Process) -> None:
    fresh_standin.control("POST", "faults", path="/v1/customers", status=429)
    with pytest.raises(stripe.RateLimitError):
        fresh_standin.client().v1.customers.create({"name": "x"})


@pytest.mark.parametrize(
    ("status", "error", "code"),
    [
        (400, stripe.InvalidRequestError, None),
        (402, stripe.CardError, "card_declined"),
        (409, stripe.APIError, "lock_timeout"),
        (504, stripe.APIError, None),
    ],
)
def test_a_fault_has_the_shape_of_stripes_errors(
    fresh_standin: Process, status: int, error: type[stripe.StripeError], code: str | None
) -> None:
    fresh_standin.control("POST", "faults", method="*", status=status)
    with pytest.raises(error) as failed:
        fresh_standin.client(max_network_retries=0).v1.products.list()
    told: Any = failed.value.json_body
    assert (failed.value.http_status, told["error"].get("code")) == (status, code)


@pytest.mark.parametrize(("when", "made"), [("before", 0), ("after", 1)])
def test_a_connection_is_cut_without_an_answer(
    fresh_standin: Process, when: str, made: int
) -> None:
    fresh_standin.control("POST", "faults", path="/v1/products", reset=True, when=when)
    client = fresh_standin.client(max_network_retries=0)
    with pytest.raises(stripe.APIConnectionError, match=r"(?i)reset"):
        client.v1.products.create({"name": "x"}, {"idempotency_key": "k"})
    assert len(client.v1.products.list().data) == made
    client.v1.products.create({"name": "x"}, {"idempotency_key": "k"})
    assert len(client.v1.products.list().data) == 1


def test_a_time_out_hides_work_that_was_done(fresh_standin: Process) -> None:
    fresh_standin.control("POST", "faults", path="/v1/refunds", delay=1, when="after")
    impatient = fresh_standin.client(
        max_network_retries=0, http_client=stripe.RequestsClient(timeout=0.5)
    )
    client = fresh_standin.client(max_network_retries=10)
    params: Any = {
        "amount": 4700,
        "currency": "eur",
        "confirm": True,
        "payment_method": "pm_card_visa",
        "return_url": "http://localhost:3000/merci",
    }
    intent = client.v1.payment_intents.create(params).id
    wanted: Any = {"payment_intent": intent, "amount": 700}
    with pytest.raises(stripe.APIConnectionError):
        impatient.v1.refunds.create(wanted, {"idempotency_key": "refund"})
    again = client.v1.refunds.create(wanted, {"idempotency_key": "refund"})
    assert [r.id for r in client.v1.refunds.list({"payment_intent": intent}).data] == [again.id]


def test_stripe_says_whether_to_try_again(fresh_standin: Process) -> None:
    fresh_standin.control("POST", "faults", path="/v1/products", status=429, retry=True)
    made = fresh_standin.client(max_network_retries=1).v1.products.create({"name": "x"})
    assert made.name == "x"
    fresh_standin.control("POST", "faults", path="/v1/products", status=500, retry=False)
    with pytest.raises(stripe.APIError):
        fresh_standin.client(max_network_retries=5).v1.products.create({"name": "x"})


def test_a_share_of_the_requests_fails_and_the_seed_says_which(fresh_standin: Process) -> None:
    def play() -> list[bool]:
        fresh_standin.control("DELETE", "faults")
        fresh_standin.control(
            *("POST", "faults"),
            path="/v1/customers",
            status=503,
            times=99,
            probability=0.5,
            seed=7,
        )
        struck = []
        with fresh_standin.http() as http:
            for _ in range(20):
                struck.append(http.post("/v1/customers").status_code == 503)
        return struck

    first = play()
    assert first == play()
    assert {True, False} == set(first)
