"""Requests that are too large, and pieces that are down."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator

import httpx
import pytest

from preau.local import gateway as module
from preau.local import keys
from tests.local.gateway.raw import raw_request
from tests.support.stack import Stack

SERVER = {"apikey": keys.SECRET_KEY}


@pytest.mark.parametrize(
    ("path", "limit"),
    [
        ("/rest/v1/formations", module.REST_BYTES),
        ("/auth/v1/signup", module.AUTH_BYTES),
        ("/functions/v1/stripe-webhook/none", module.FUNCTIONS_BYTES),
    ],
)
@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_over_the_limit_is_refused_in_json(
    gateway: httpx.Client, path: str, limit: int, chunked: bool
) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(limit // 4096 + 1):
            yield b" " * 4096

    body = pieces() if chunked else b" " * (limit + 1)
    headers = SERVER | {"content-type": "application/json"}
    answer = gateway.post(path, content=body, headers=headers)
    assert answer.status_code == 413
    assert answer.json()["code"] == "body_too_large"
    assert answer.headers["access-control-allow-origin"] == "*"


def test_a_body_just_under_the_limit_arrives(gateway: httpx.Client, whoami: str) -> None:
    body = b"{" + b" " * (module.REST_BYTES - 2) + b"}"
    headers = SERVER | {"content-type": "application/json"}
    assert gateway.post(whoami, content=body, headers=headers).status_code == 200


def test_a_file_over_the_largest_is_refused(gateway: httpx.Client) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(51):
            yield bytes(2**20)

    answer = gateway.post("/storage/v1/object/none/x", content=pieces(), headers=SERVER)
    assert answer.status_code in (400, 413)


def test_headers_over_the_limit_are_refused(stack: Stack) -> None:
    # Go reads 4 KiB more than it is told before it gives up.
    big = [("x-big", "x" * (module.HEADER_BYTES + 4096))]
    status, _ = raw_request(stack.url, "/rest/v1/formations", big)
    assert status == 431


def test_a_piece_that_is_down_is_named_in_json(stack: Stack, gateway: httpx.Client) -> None:
    functions = stack.state().pieces["functions"].process
    assert functions is not None
    os.kill(functions.pid, signal.SIGKILL)
    answer = gateway.get("/functions/v1/health")
    assert answer.status_code == 502
    assert answer.json()["code"] == "upstream_unavailable"
    assert answer.headers["access-control-allow-origin"] == "*"
    deadline = time.monotonic() + 20
    while gateway.get("/functions/v1/health").status_code == 502:
        assert time.monotonic() < deadline, "the functions did not come back"
        time.sleep(0.1)
