"""Which role a request gets: the key's, or its user's, and never more by any trick with headers."""

from __future__ import annotations

import uuid
from urllib.parse import urlencode

import httpx
import pytest

from preau.local import keys
from tests.local.gateway.raw import raw_request
from tests.local.tokens import user_token
from tests.support.stack import Stack

PUBLISHABLE, SECRET = keys.PUBLISHABLE_KEY, keys.SECRET_KEY
ANON, SERVICE = keys.ANON_JWT, keys.SERVICE_ROLE_JWT


@pytest.mark.parametrize(
    ("key", "role"),
    [(PUBLISHABLE, "anon"), (ANON, "anon"), (SECRET, "service_role"), (SERVICE, "service_role")],
)
@pytest.mark.parametrize("bearer", ["absent", "the key"])
@pytest.mark.parametrize("place", ["header", "query"])
def test_a_key_gives_its_role(
    gateway: httpx.Client, whoami: str, key: str, role: str, bearer: str, place: str
) -> None:
    headers = {"apikey": key} if place == "header" else {}
    if bearer == "the key":
        headers["authorization"] = f"Bearer {key}"
    answer = gateway.get(
        whoami, headers=headers, params={"apikey": key} if place == "query" else None
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["role"] == role


@pytest.mark.parametrize("key", [PUBLISHABLE, ANON, SECRET, SERVICE])
def test_a_users_token_is_left_alone(gateway: httpx.Client, whoami: str, key: str) -> None:
    person = str(uuid.uuid4())
    headers = {"apikey": key, "authorization": f"Bearer {user_token(person)}"}
    answer = gateway.get(whoami, headers=headers).json()
    assert (answer["role"], answer["sub"]) == ("authenticated", person)


# Every way to write the two headers that the gateway might read otherwise than PostgREST does.
TRICKS: dict[str, list[tuple[str, str]]] = {
    "secret key as bearer": [("apikey", PUBLISHABLE), ("Authorization", f"Bearer {SECRET}")],
    "lower case scheme": [("apikey", PUBLISHABLE), ("authorization", f"bearer {SECRET}")],
    "upper case": [("APIKEY", PUBLISHABLE), ("AUTHORIZATION", f"BEARER {SECRET}")],
    "two spaces": [("apikey", PUBLISHABLE), ("Authorization", f"Bearer  {SECRET}")],
    "tab": [("apikey", PUBLISHABLE), ("Authorization", f"Bearer\t{SECRET}")],
    "leading space": [("apikey", PUBLISHABLE), ("Authorization", f"   Bearer {SECRET}")],
    "empty bearer": [("apikey", PUBLISHABLE), ("Authorization", "Bearer ")],
    "empty header": [("apikey", PUBLISHABLE), ("Authorization", "")],
    "no scheme": [("apikey", PUBLISHABLE), ("Authorization", SECRET)],
    "basic": [("apikey", PUBLISHABLE), ("Authorization", f"Basic {SECRET}")],
    "two keys": [("apikey", PUBLISHABLE), ("apikey", SECRET)],
    "two keys, other order": [("apikey", SECRET), ("apikey", PUBLISHABLE)],
    "two keys in one": [("apikey", f"{PUBLISHABLE}, {SECRET}")],
    "two bearers": [
        ("apikey", PUBLISHABLE),
        ("Authorization", f"Bearer {SECRET}"),
        ("Authorization", f"Bearer {ANON}"),
    ],
    "two bearers in one": [
        ("apikey", PUBLISHABLE),
        ("Authorization", f"Bearer {SECRET}, Bearer {SECRET}"),
    ],
    "bearer only": [("Authorization", f"Bearer {SECRET}")],
    "underscore": [("apikey", PUBLISHABLE), ("api_key", SECRET)],
    "x-api-key": [("apikey", PUBLISHABLE), ("x-api-key", SECRET)],
    "role header": [("apikey", PUBLISHABLE), ("role", "service_role"), ("x-role", "service_role")],
    "forwarded": [("apikey", PUBLISHABLE), ("x-forwarded-authorization", f"Bearer {SERVICE}")],
    "bearer hidden by Connection": [
        ("apikey", PUBLISHABLE),
        ("Connection", "close, authorization, apikey"),
        ("Authorization", f"Bearer {SECRET}"),
    ],
    "wrong key": [("apikey", SECRET[:-1])],
    "key with more": [("apikey", SECRET + "x")],
    "prefix alone": [("apikey", "sb_secret_")],
    "placeholder": [("apikey", "{role_token}"), ("Authorization", "Bearer {role_token}")],
    "unsigned token": [
        ("apikey", PUBLISHABLE),
        ("Authorization", f"Bearer {SERVICE.rpartition('.')[0]}."),
    ],
    "token without algorithm": [
        ("apikey", PUBLISHABLE),
        ("Authorization", f"Bearer eyJhbGciOiJub25lIn0.{SERVICE.split('.')[1]}."),
    ],
    "token signed by another": [
        ("apikey", PUBLISHABLE),
        ("Authorization", f"Bearer {user_token(role='service_role', secret='x' * 40)}"),
    ],
}


@pytest.mark.parametrize("trick", TRICKS, ids=list(TRICKS))
def test_no_trick_with_headers_gives_the_service_role(
    stack: Stack, whoami: str, trick: str
) -> None:
    status, body = raw_request(stack.url, whoami, TRICKS[trick])
    assert "service_role" not in body.partition('"headers"')[0].partition('"role": ')[2]
    assert status in (200, 400, 401), body


def test_two_bearers_are_refused(stack: Stack, whoami: str) -> None:
    bearers = [("Authorization", f"Bearer {ANON}"), ("Authorization", f"Bearer {ANON}")]
    status, body = raw_request(stack.url, whoami, [("apikey", PUBLISHABLE), *bearers])
    assert status == 400
    assert "bad_authorization" in body


def test_a_key_in_the_query_does_not_beat_the_header(gateway: httpx.Client, whoami: str) -> None:
    answer = gateway.get(whoami, params={"apikey": SECRET}, headers={"apikey": PUBLISHABLE})
    assert answer.json()["role"] == "anon"


def test_two_keys_in_the_query_are_refused(gateway: httpx.Client, whoami: str) -> None:
    query = urlencode([("apikey", PUBLISHABLE), ("apikey", SECRET)])
    assert gateway.get(f"{whoami}?{query}").status_code == 401


@pytest.mark.parametrize("path", ["/rest/v1/formations", "/auth/v1/user", "/storage/v1/bucket"])
def test_without_a_key_nothing_answers(gateway: httpx.Client, path: str) -> None:
    absent = gateway.get(path)
    assert absent.status_code == 401
    assert absent.json()["message"] == "No API key found in request"
    wrong = gateway.get(path, headers={"apikey": "sb_publishable_wrong"})
    assert wrong.status_code == 401
    assert wrong.json()["message"] == "Invalid API key"


def test_a_secret_key_in_a_browser_is_refused(gateway: httpx.Client, whoami: str) -> None:
    headers = {"apikey": SECRET, "user-agent": "Mozilla/5.0 (X11; Linux x86_64)"}
    answer = gateway.get(whoami, headers=headers)
    assert answer.status_code == 401
    assert answer.json()["message"] == "Forbidden use of secret API key in browser"


def test_the_index_of_the_api_is_for_the_secret_key(gateway: httpx.Client) -> None:
    for path in ("/rest/v1", "/rest/v1/"):
        assert gateway.get(path, headers={"apikey": PUBLISHABLE}).status_code == 403
    assert gateway.get("/rest/v1/", headers={"apikey": SECRET}).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/auth/v1/verify/../../../rest/v1/rpc/test_gateway_whoami",
        "/auth/v1/verify/%2e%2e/%2e%2e/%2e%2e/rest/v1/rpc/test_gateway_whoami",
        "/storage/v1/object/public/../../../../rest/v1/rpc/test_gateway_whoami",
        "/storage/v1/object/public/..%2f..%2f..%2f..%2frest/v1/rpc/test_gateway_whoami",
        "/functions/v1/../../rest/v1/rpc/test_gateway_whoami",
        "//rest/v1/rpc/test_gateway_whoami",
        "/REST/V1/rpc/test_gateway_whoami",
    ],
)
@pytest.mark.usefixtures("whoami")
def test_a_path_that_winds_through_an_open_route_needs_a_key_all_the_same(
    stack: Stack, path: str
) -> None:
    status, body = raw_request(stack.url, path, [])
    assert status in (400, 401, 404), body
    assert '"role"' not in body
