"""Requests that no client sends get a 4xx in GoTrue's shape, on every route that reads a body."""

from __future__ import annotations

import json

import httpx
import pytest

from tests.local.auth.people import PASSWORD, somebody
from tests.support.stack import Stack

PUBLIC = ("signup", "token?grant_type=password", "token?grant_type=refresh_token", "otp", "verify")
MAILING = ("recover", "resend", "magiclink")
ADMIN = ("invite", "admin/users", "admin/generate_link")
LONG = f"{'a' * 250}@example.test"


def send(stack: Stack, route: str, body: str) -> httpx.Response:
    """Send a text as JSON, with the key the route asks for."""
    key = stack.secret_key if route in ADMIN else stack.publishable_key
    return httpx.post(
        f"{stack.url}/auth/v1/{route}",
        headers={"apikey": key, "content-type": "application/json"},
        content=body,
    )


def assert_refused(answer: httpx.Response, *codes: str) -> None:
    """Check GoTrue's shape: the status again, a code, a sentence."""
    assert 400 <= answer.status_code < 500, answer.text
    said = answer.json()
    assert said["code"] == answer.status_code
    assert said["msg"]
    assert not codes or said["error_code"] in codes
    assert answer.headers["x-sb-error-code"] == said["error_code"]


@pytest.mark.parametrize("route", [*PUBLIC, *MAILING, *ADMIN])
@pytest.mark.parametrize("body", ["null", "[]", "7", '"text"', "{", "[" * 5000 + "]" * 5000])
def test_a_body_that_is_no_object_is_refused(stack: Stack, route: str, body: str) -> None:
    if (route, body) == ("signup", "null"):
        route = "otp"  # GoTrue takes null for {}, which signs in anonymously where that is allowed
    assert_refused(send(stack, route, body))


@pytest.mark.parametrize("field", ["email", "password", "data", "token"])
@pytest.mark.parametrize("route", [*PUBLIC, *ADMIN])
def test_a_field_of_another_type_is_refused(stack: Stack, route: str, field: str) -> None:
    body = {"email": somebody(), "password": PASSWORD, field: 12345678}
    assert_refused(send(stack, route, json.dumps(body)), "bad_json")


@pytest.mark.parametrize("route", ["signup", "otp", *ADMIN])
def test_a_nul_in_metadata_is_refused(stack: Stack, route: str) -> None:
    data = {"deep": [{"first_name": "a\0b"}]}
    body = {"email": somebody(), "password": PASSWORD, "data": data, "user_metadata": data}
    assert_refused(send(stack, route, json.dumps(body)), "bad_json")


@pytest.mark.parametrize("route", ["signup", "otp", *MAILING, *ADMIN])
def test_an_address_over_255_characters_is_refused(stack: Stack, route: str) -> None:
    body = {"email": LONG, "password": PASSWORD, "type": "signup"}
    assert_refused(send(stack, route, json.dumps(body)), "validation_failed")


def test_signing_in_with_such_an_address_is_wrong_credentials(stack: Stack) -> None:
    body = json.dumps({"email": LONG, "password": PASSWORD})
    assert_refused(send(stack, "token?grant_type=password", body), "invalid_credentials")


def test_a_password_of_more_bytes_than_bcrypt_reads_is_refused(stack: Stack) -> None:
    body = json.dumps({"email": somebody(), "password": "é" * 40})
    assert_refused(send(stack, "signup", body), "validation_failed")


def test_half_a_character_in_metadata_is_replaced(stack: Stack) -> None:
    body = {"email": somebody(), "password": PASSWORD, "data": {"first_name": "a\ud800"}}
    answer = send(stack, "signup", json.dumps(body))
    assert answer.status_code == 200
    assert answer.json()["user_metadata"]["first_name"] == "a�"


def test_a_nul_in_a_link_is_refused(stack: Stack) -> None:
    answer = httpx.get(f"{stack.url}/auth/v1/verify?type=signup&token=a%00b")
    assert_refused(answer, "validation_failed")
