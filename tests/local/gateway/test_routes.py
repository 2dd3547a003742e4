"""Where requests go, what passes on the way, and what is said when a piece is not there."""

from __future__ import annotations

import json
import re
import uuid
from pathlib import Path

import httpx
import pytest

from preau.local import keys
from preau.local.gateway import ALLOW_HEADERS
from preau.local.ports import LISTENING
from tests.support.stack import Stack

KEY = {"apikey": keys.PUBLISHABLE_KEY}
ORIGIN = {"origin": "https://mecaformation.example"}


@pytest.mark.parametrize(
    "path",
    ["/rest/v1/formations", "/auth/v1/token", "/storage/v1/object/x", "/functions/v1/health"],
)
def test_a_preflight_is_answered_for_every_service(gateway: httpx.Client, path: str) -> None:
    asked = "apikey, authorization, content-type, prefer, x-academy, x-client-info, range"
    answer = gateway.options(
        path,
        headers=ORIGIN
        | {"access-control-request-method": "POST", "access-control-request-headers": asked},
    )
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "POST" in answer.headers["access-control-allow-methods"]
    allowed = set(answer.headers["access-control-allow-headers"].split(", "))
    assert allowed.issuperset(asked.split(", "))


def test_supabase_js_sends_no_header_that_a_browser_would_hold_back() -> None:
    sent = {"accept-profile", "content-profile", "x-supabase-api-version", "x-upsert", "x-metadata"}
    assert sent <= set(ALLOW_HEADERS.split(", "))


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/rest/v1/formations?limit=1", KEY),
        ("/auth/v1/settings", KEY),
        ("/storage/v1/object/public/none/none", {}),
        ("/functions/v1/health", {}),
        ("/rest/v1/formations", {}),
        ("/nowhere", {}),
        ("/realtime/v1/websocket", {}),
        ("/realtime/v1/api/broadcast", {}),
    ],
)
def test_every_answer_may_be_read_by_a_page_of_another_origin(
    gateway: httpx.Client, path: str, headers: dict[str, str]
) -> None:
    answer = gateway.get(path, headers=headers | ORIGIN)
    assert answer.headers.get_list("access-control-allow-origin") == ["*"]
    exposed = answer.headers.get_list("access-control-expose-headers")
    assert len(exposed) == 1
    assert "Content-Range" in exposed[0]


def test_a_count_comes_back_in_content_range(gateway: httpx.Client) -> None:
    headers = KEY | {"prefer": "count=exact", "range-unit": "items", "range": "0-0"}
    answer = gateway.get("/rest/v1/formations", headers=headers)
    assert re.fullmatch(r"(0-0|\*)/\d+", answer.headers["content-range"])


def test_realtime_answers_a_handshake_itself(gateway: httpx.Client) -> None:
    answer = gateway.get("/realtime/v1/websocket", params={"vsn": "2.0.0"})
    assert answer.status_code == 401
    assert answer.json() == {"error": "API key is missing"}


@pytest.mark.parametrize("path", ["metrics", "status", "health", "", "websocket/metrics"])
def test_the_figures_of_realtime_are_not_reachable_from_outside(
    gateway: httpx.Client, path: str
) -> None:
    answer = gateway.get(f"/realtime/v1/{path}", headers=KEY)
    assert answer.status_code == 404
    assert answer.json() == {"message": "no Route matched with those values"}


def test_realtime_is_not_led_to_its_figures_by_a_crooked_path(gateway: httpx.Client) -> None:
    for path in ("api/broadcast/../../../../metrics", "api/broadcast/..%2f..%2f..%2f..%2fmetrics"):
        answer = gateway.get(f"/realtime/v1/{path}", headers=KEY)
        assert answer.status_code in (404, 405)
        assert "preau_realtime" not in answer.text


def test_an_unknown_path_has_no_route(gateway: httpx.Client) -> None:
    answer = gateway.get("/graphql/v1", headers=KEY)
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("application/json")


@pytest.mark.parametrize("path", ["/auth/v1/admin", "/_system/config", "/rest/v1/_system/config"])
def test_what_else_the_auth_process_can_do_is_not_reachable(
    stack: Stack, gateway: httpx.Client, path: str
) -> None:
    assert gateway.get(path, headers={"apikey": keys.SECRET_KEY}).status_code in (401, 403, 404)
    direct = httpx.get(f"{stack.ports.url('auth')}{path}")
    assert direct.status_code in (401, 403, 404)


def test_a_request_keeps_its_id_or_gets_one(gateway: httpx.Client, whoami: str) -> None:
    mine = uuid.uuid4().hex
    answer = gateway.get(whoami, headers=KEY | {"x-request-id": mine})
    assert answer.headers.get_list("x-request-id") == [mine]
    assert answer.json()["headers"]["x-request-id"] == mine
    for given in ({}, {"x-request-id": "bad id\\n"}, {"x-request-id": "x" * 200}):
        other = gateway.get(whoami, headers=KEY | given)
        assert re.fullmatch(r"[0-9a-f-]{36}", other.headers["x-request-id"])


def test_the_academy_header_reaches_sql(gateway: httpx.Client, whoami: str) -> None:
    answer = gateway.get(whoami, headers=KEY | {"x-academy": "mecaformation"})
    assert answer.json()["headers"]["x-academy"] == "mecaformation"


def test_the_key_in_a_query_is_no_filter(gateway: httpx.Client) -> None:
    answer = gateway.get("/rest/v1/formations", params={"apikey": keys.PUBLISHABLE_KEY})
    assert answer.status_code == 200


@pytest.mark.parametrize("path", ["/auth/v1/verify", "/auth/v1/.well-known/jwks.json"])
def test_what_a_browser_opens_from_a_mail_needs_no_key(gateway: httpx.Client, path: str) -> None:
    assert gateway.get(path).status_code in (200, 400)


def test_public_objects_and_webhooks_need_no_key(gateway: httpx.Client) -> None:
    public = gateway.get("/storage/v1/object/public/none/none")
    assert public.json()["message"] == "Bucket not found"
    webhook = gateway.post("/functions/v1/stripe-webhook/none", json={})
    assert "API key" not in webhook.text


def test_no_key_token_or_code_is_logged(stack: Stack, gateway: httpx.Client, whoami: str) -> None:
    mark = uuid.uuid4().hex
    gateway.get(
        whoami,
        params={"apikey": f"sb_{mark}", "token": mark, "code": mark, "token_hash": mark},
        headers={"authorization": f"Bearer {mark}", "apikey": f"sb_{mark}", "x-request-id": mark},
    )
    lines = (stack.home.logs / "access.log").read_text().splitlines()
    entry = json.loads(lines[-1])
    assert entry["request"]["uri"].startswith(whoami)
    assert mark not in lines[-1].replace(f'"id":"{mark}"', "")


def test_the_gateway_listens_on_loopback_only(stack: Stack) -> None:
    port = f"{stack.ports['gateway']:04X}"
    bound = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:]:
            address, local_port = line.split()[1].split(":")
            if local_port == port and line.split()[3] == LISTENING:
                bound.add(address)
    assert bound == {"0100007F"}
