"""Idempotency keys: replay, conflict, concurrency, age, account."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
import stripe

from tests.local.stripe.process import Process

DAY = 24 * 3600


def test_the_same_key_gives_the_same_answer(standin: Process) -> None:
    headers = {"Idempotency-Key": str(uuid4())}
    with standin.http() as http:
        first, second = (
            http.post("/v1/customers", data={"email": "i@example.fr"}, headers=headers)
            for _ in range(2)
        )
    assert first.content == second.content
    assert "idempotent-replayed" not in first.headers
    assert second.headers["idempotent-replayed"] == "true"
    assert second.headers["original-request"] == first.headers["request-id"]


def test_a_replay_makes_no_second_event(client: stripe.StripeClient) -> None:
    key = str(uuid4())
    for _ in range(3):
        made = client.v1.customers.create({"name": "Une"}, {"idempotency_key": key})
    events = client.v1.events.list({"type": "customer.created", "limit": 100}).data
    (event,) = [e for e in events if e.data.object["id"] == made.id]
    assert event.request is not None
    assert event.request.idempotency_key == key


def test_other_parameters_under_the_same_key_are_refused(client: stripe.StripeClient) -> None:
    key = str(uuid4())
    client.v1.customers.create({"name": "A"}, {"idempotency_key": key})
    with pytest.raises(stripe.IdempotencyError, match="same parameters") as refused:
        client.v1.customers.create({"name": "B"}, {"idempotency_key": key})
    assert refused.value.http_status == 400


def test_another_endpoint_under_the_same_key_is_refused(client: stripe.StripeClient) -> None:
    key = str(uuid4())
    client.v1.customers.create({"name": "A"}, {"idempotency_key": key})
    with pytest.raises(stripe.IdempotencyError, match="same endpoint"):
        client.v1.products.create({"name": "A"}, {"idempotency_key": key})


def test_a_key_belongs_to_its_account(standin: Process) -> None:
    key = str(uuid4())
    ours, theirs = (
        standin.client(academy).v1.customers.create({"name": "A"}, {"idempotency_key": key})
        for academy in ("mecaformation", "aurora50")
    )
    assert ours.id != theirs.id


def test_a_request_that_was_refused_may_be_put_right(client: stripe.StripeClient) -> None:
    key = str(uuid4())
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.customers.create({"email": "wrong"}, {"idempotency_key": key})
    made = client.v1.customers.create({"email": "right@example.fr"}, {"idempotency_key": key})
    assert made.email == "right@example.fr"


def test_two_requests_at_once_under_one_key_make_one_object(fresh_standin: Process) -> None:
    key = str(uuid4())
    fresh_standin.control("POST", "faults", path="/v1/customers", delay=1.0, when="after")

    def create(retries: int) -> str:
        client = fresh_standin.client(max_network_retries=retries)
        return client.v1.customers.create({"name": "Une"}, {"idempotency_key": key}).id

    with ThreadPoolExecutor(2) as pool:
        made = {future.result() for future in [pool.submit(create, 5) for _ in range(2)]}
    assert len(made) == 1
    assert len(fresh_standin.client().v1.customers.list().data) == 1


def test_a_key_in_use_is_a_conflict_worth_retrying(fresh_standin: Process) -> None:
    headers = {"Idempotency-Key": "in-use"}
    fresh_standin.control("POST", "faults", path="/v1/customers", delay=1.0)
    with fresh_standin.http() as http, ThreadPoolExecutor(2) as pool:
        answers = [
            f.result()
            for f in [
                pool.submit(http.post, "/v1/customers", data={"name": "A"}, headers=headers)
                for _ in range(2)
            ]
        ]
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [200, 409]
    (conflict,) = (answer for answer in answers if answer.status_code == 409)
    assert conflict.json()["error"]["code"] == "idempotency_key_in_use"
    assert conflict.headers["stripe-should-retry"] == "true"


def test_an_answer_that_was_lost_is_found_again(fresh_standin: Process) -> None:
    fresh_standin.control("POST", "faults", path="/v1/customers", status=500, when="after")
    client = fresh_standin.client(max_network_retries=2)
    made = client.v1.customers.create({"name": "Une"})
    assert [c.id for c in client.v1.customers.list().data] == [made.id]


def test_a_key_is_forgotten_after_a_day(fresh_standin: Process) -> None:
    client = fresh_standin.client()
    first = client.v1.customers.create({"name": "A"}, {"idempotency_key": "daily"})
    fresh_standin.control("POST", "clock", advance=DAY - 60)
    assert client.v1.customers.create({"name": "A"}, {"idempotency_key": "daily"}).id == first.id
    fresh_standin.control("POST", "clock", advance=120)
    assert client.v1.customers.create({"name": "A"}, {"idempotency_key": "daily"}).id != first.id


def test_a_key_survives_a_restart(own_standin: Process) -> None:
    first = own_standin.client().v1.customers.create({"name": "A"}, {"idempotency_key": "kept"})
    own_standin.kill()
    own_standin.start()
    again = own_standin.client().v1.customers.create({"name": "A"}, {"idempotency_key": "kept"})
    assert again.id == first.id
