"""How parameters are decoded and checked, at any depth."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
import stripe

from preau.local.stripe.errors import StripeError
from preau.local.stripe.params import decode
from tests.local.stripe.process import Process


def test_brackets_become_objects() -> None:
    assert decode("a[b][0][c]=1&a[b][1][c]=2&d=3") == {
        "a": {"b": {"0": {"c": "1"}, "1": {"c": "2"}}},
        "d": "3",
    }


def test_empty_brackets_count_up() -> None:
    assert decode("expand[]=a&expand[]=b") == {"expand": {"0": "a", "1": "b"}}


def test_a_name_can_not_be_a_value_and_an_object() -> None:
    with pytest.raises(StripeError):
        decode("a=1&a[b]=2")


@pytest.mark.parametrize("encoded", ["a%5B=1", "a[b=1", "]=1", "=1", "a[b]c=1", "%FF=1", "[]=1"])
def test_nothing_that_is_typed_breaks_the_decoder(encoded: str) -> None:
    with contextlib.suppress(StripeError):
        assert isinstance(decode(encoded), dict)


REFUSED: list[tuple[dict[str, Any], str | None, str, str]] = [
    ({"name": "x", "colour": "red"}, "parameter_unknown", "colour", "unknown parameter: colour"),
    (
        {"name": "x", "default_price_data": {"currency": "eur", "amount": 1}},
        "parameter_unknown",
        "default_price_data[amount]",
        r"default_price_data\[amount\]",
    ),
    ({}, "parameter_missing", "name", "Missing required param: name"),
    ({"name": ""}, "parameter_invalid_empty", "name", "empty string for 'name'"),
    ({"name": "x", "active": "maybe"}, None, "active", "Invalid boolean: maybe"),
    ({"name": "x", "type": "gift"}, None, "type", "must be one of good, or service"),
    ({"name": "x", "images": "one"}, None, "images", "Invalid array"),
    ({"name": {"fr": "x"}}, None, "name", "Invalid string"),
    ({"name": "x", "metadata": {"k": "v" * 501}}, None, "metadata[k]", "up to 500 characters"),
    ({"name": "x", "metadata": {"k" * 41: "v"}}, None, f"metadata[{'k' * 41}]", "up to 40"),
    (
        {"name": "x", "default_price_data": {"currency": "eur", "unit_amount": "12,50"}},
        "parameter_invalid_integer",
        "default_price_data[unit_amount]",
        "Invalid integer: 12,50",
    ),
    (
        {"name": "x", "tax_details": {"tax_code": "txcd_1"}},
        "standin_unsupported",
        "tax_details",
        "does not act on 'tax_details'",
    ),
]


@pytest.mark.parametrize(("params", "code", "param", "message"), REFUSED)
def test_a_wrong_parameter_is_named(
    loose: Any, params: dict[str, Any], code: str | None, param: str, message: str
) -> None:
    with pytest.raises(stripe.InvalidRequestError, match=message) as refused:
        loose.v1.products.create(params)
    assert (refused.value.http_status, refused.value.code, refused.value.param) == (
        400,
        code,
        param,
    )


def test_all_unknown_parameters_are_named_together(loose: Any) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="unknown parameters: a, b"):
        loose.v1.products.create({"name": "x", "a": 1, "b": 2})


def test_false_for_what_the_stand_in_lacks_is_harmless(session: Any) -> None:
    made = session(allow_promotion_codes=False, automatic_tax={"enabled": False})
    assert made.automatic_tax.enabled is False


def test_true_for_what_the_stand_in_lacks_is_refused(session: Any) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        session(automatic_tax={"enabled": True})
    assert refused.value.code == "standin_unsupported"


@pytest.mark.parametrize(
    "body",
    [
        b"name=\xff\xfe",
        b"name=%FF",
        b"name=%00",
        b"name=%ED%A0%80",
        b"name" + b"[a]" * 5000 + b"=1",
        b"a=1&" * 5000,
        b"metadata[%5B%5D]=1&name=x",
        b"&&==&[]=&]=[",
    ],
)
def test_no_body_makes_the_stand_in_fall_over(standin: Process, body: bytes) -> None:
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Idempotency-Key": str(hash(body)),
    }
    with standin.http() as http:
        assert http.post("/v1/products", content=body, headers=headers).status_code in (200, 400)
        page = http.post("/c/pay/cs_test_none", content=body, headers=headers)
        assert page.status_code == 404


def test_json_is_not_what_v1_takes(standin: Process) -> None:
    with standin.http() as http:
        answer = http.post("/v1/products", json={"name": "x"})
    assert answer.status_code == 400
    assert "application/x-www-form-urlencoded" in answer.json()["error"]["message"]
