"""The OpenAPI document: every function, every error in the one shape, every reference resolved."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

PROBLEM = {"$ref": "#/components/schemas/Problem"}
OPERATIONS = {
    ("post", "/functions/v1/create-checkout"),
    ("post", "/functions/v1/create-payment-intent"),
    ("post", "/functions/v1/stripe-webhook/{account}"),
    ("get", "/functions/v1/payment-status"),
    ("post", "/functions/v1/sendgrid-events/{account}"),
    ("get", "/functions/v1/unsubscribe/{token}"),
    ("post", "/functions/v1/unsubscribe/{token}"),
    ("post", "/functions/v1/send-email"),
    ("get", "/functions/v1/health"),
}


@pytest.fixture
async def document(functions: httpx.AsyncClient) -> dict[str, Any]:
    answer = await functions.get("openapi.json")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "$ref":
                yield value
            else:
                yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


async def test_every_function_is_described(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    assert {(method, path) for method, path, _ in operations(document)} == OPERATIONS
    for method, path, operation in operations(document):
        assert operation["description"], f"{method} {path}"
        assert operation["operationId"], f"{method} {path}"


async def test_every_reference_resolves(document: dict[str, Any]) -> None:
    found = set(references(document))
    assert found
    for reference in found:
        node: Any = document
        for part in reference.removeprefix("#/").split("/"):
            node = node[part]


async def test_every_error_has_the_one_shape(document: dict[str, Any]) -> None:
    assert "HTTPValidationError" not in document["components"]["schemas"]
    for method, path, operation in operations(document):
        for status, answer in operation["responses"].items():
            if int(status) >= 400 and path != "/functions/v1/health":
                schema = answer["content"]["application/json"]["schema"]
                assert schema == PROBLEM, f"{method} {path} {status}"


async def test_functions_for_people_ask_for_a_token(document: dict[str, Any]) -> None:
    secured = {path for _, path, operation in operations(document) if operation.get("security")}
    assert secured == {
        "/functions/v1/create-checkout",
        "/functions/v1/create-payment-intent",
        "/functions/v1/payment-status",
    }
