"""Keys, versions, headers and the shape of errors."""

from __future__ import annotations

import pytest
import stripe

from tests.local.stripe.process import Process, account


def test_an_unknown_key_is_refused_as_stripe_does(standin: Process) -> None:
    client = stripe.StripeClient("sk_test_of_nobody_at_all", base_addresses={"api": standin.url})
    with pytest.raises(stripe.AuthenticationError) as refused:
        client.v1.products.list()
    assert refused.value.http_status == 401
    assert "Invalid API Key provided: sk_test_" in str(refused.value)
    assert "of_nobody" not in str(refused.value)


def test_a_live_key_is_refused_with_a_warning(standin: Process) -> None:
    client = stripe.StripeClient("sk_live_" + "x" * 20, base_addresses={"api": standin.url})
    with pytest.raises(stripe.AuthenticationError, match="a live key was sent"):
        client.v1.products.list()


def test_no_key_is_refused(standin: Process) -> None:
    with standin.http() as http:
        del http.headers["authorization"]
        answer = http.get("/v1/products")
    assert (answer.status_code, answer.json()["error"]["type"]) == (401, "invalid_request_error")


def test_another_account_can_not_be_acted_for(standin: Process) -> None:
    with pytest.raises(stripe.PermissionError) as refused:
        standin.client().v1.products.list(options={"stripe_account": account("aurora50")})
    assert refused.value.error is not None
    assert refused.value.error.code == "account_invalid"


def test_only_the_pinned_version_is_spoken(standin: Process) -> None:
    with pytest.raises(stripe.InvalidRequestError, match=r"speaks 2026-10-28\.endive"):
        standin.client().v1.products.list(options={"stripe_version": "2024-06-20"})


def test_an_error_has_all_that_stripe_sends(standin: Process) -> None:
    with standin.http() as http:
        answer = http.post("/v1/products", data={"nom": "x"})
    error = answer.json()["error"]
    request_id = answer.headers["request-id"]
    assert error == {
        "code": "parameter_unknown",
        "doc_url": "https://docs.stripe.com/error-codes/parameter-unknown",
        "message": "Received unknown parameter: nom",
        "param": "nom",
        "request_log_url": f"https://dashboard.stripe.com/{account('mecaformation')}"
        f"/test/workbench/logs?object={request_id}",
        "type": "invalid_request_error",
    }


def test_an_answer_carries_stripes_headers(standin: Process) -> None:
    with standin.http() as http:
        answer = http.post("/v1/products", data={"name": "x"}, headers={"Idempotency-Key": "h-1"})
    assert answer.headers["request-id"].startswith("req_")
    assert answer.headers["stripe-version"] == "2026-10-28.endive"
    assert answer.headers["idempotency-key"] == "h-1"
    assert answer.headers["original-request"] == answer.headers["request-id"]


def test_the_library_sees_the_request_id(client: stripe.StripeClient) -> None:
    made = client.v1.products.create({"name": "x"})
    assert made.last_response is not None
    assert str(made.last_response.request_id).startswith("req_")


@pytest.mark.parametrize("path", ["/v1/subscriptions", "/v1/nothing", "/v2/core/events"])
def test_what_is_not_served_is_a_404_that_says_so(standin: Process, path: str) -> None:
    with standin.http() as http:
        answer = http.get(path)
    assert answer.status_code == 404
    assert f"Unrecognized request URL (GET: {path})" in answer.json()["error"]["message"]


def test_a_web_page_under_another_name_is_kept_out(standin: Process) -> None:
    with standin.http() as http:
        answer = http.get("/v1/products", headers={"Host": "evil.example"})
    assert answer.status_code == 400


def test_an_account_sees_only_its_own_objects(standin: Process) -> None:
    ours, theirs = standin.client("mecaformation"), standin.client("aurora50")
    product = ours.v1.products.create({"name": "À nous"})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        theirs.v1.products.retrieve(product.id)
    assert (refused.value.http_status, refused.value.code) == (404, "resource_missing")
    assert product.id not in [p.id for p in theirs.v1.products.list({"limit": 100}).data]
    assert "product.created" not in [
        e.type
        for e in theirs.v1.events.list({"limit": 100}).data
        if e.data.object["id"] == product.id
    ]


def test_another_accounts_customer_can_not_be_charged(standin: Process) -> None:
    stranger = standin.client("aurora50").v1.customers.create({"email": "x@example.fr"})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        standin.client().v1.payment_intents.create(
            {"amount": 100, "currency": "eur", "customer": stranger.id}
        )
    assert (refused.value.http_status, refused.value.param) == (400, "customer")


def test_an_intent_can_be_made_but_not_with_payment_method_types(standin: Process) -> None:
    intents = standin.client().v1.payment_intents
    made = intents.create(
        {"amount": 4700, "currency": "EUR", "automatic_payment_methods": {"enabled": True}}
    )
    assert (made.status, made.currency) == ("requires_payment_method", "eur")
    with pytest.raises(stripe.InvalidRequestError) as refused:
        intents.create({"amount": 4700, "currency": "eur", "payment_method_types": ["card"]})  # type: ignore[typeddict-unknown-key] # removed by this API version
    assert refused.value.code == "payment_method_types_no_longer_supported"
