"""The controls under /_standin/ and the dashboard."""

from __future__ import annotations

import time

import httpx
import pytest

from tests.local.stripe.conftest import new_session
from tests.local.stripe.process import Process


def test_the_clock_can_be_advanced_and_set_back(own_standin: Process) -> None:
    assert own_standin.control("POST", "clock", advance=3600)["offset"] == 3600
    made = own_standin.client().v1.customers.create({"name": "Futur"})
    assert made.created == pytest.approx(time.time() + 3600, abs=5)
    own_standin.kill()
    own_standin.start()
    assert own_standin.control("GET", "clock")["offset"] == 3600
    assert own_standin.control("POST", "clock", offset=0)["offset"] == 0


def test_signatures_keep_real_time_when_the_clock_is_advanced(fresh_standin: Process) -> None:
    fresh_standin.control("POST", "clock", advance=7200)
    made = fresh_standin.client().v1.customers.create({"name": "Futur"})
    (delivery,) = fresh_standin.receiver.wait(made.id, "customer.created")
    stamp = int(delivery.signature.removeprefix("t=").partition(",")[0])
    assert stamp == pytest.approx(time.time(), abs=5)


def test_a_reset_forgets_one_account_or_all(fresh_standin: Process) -> None:
    clients = {a: fresh_standin.client(a) for a in ("mecaformation", "aurora50")}
    for client in clients.values():
        client.v1.products.create({"name": "x"}, {"idempotency_key": "one"})
    fresh_standin.control("POST", "reset", account="aurora50-stripe")
    assert len(clients["mecaformation"].v1.products.list().data) == 1
    assert clients["aurora50"].v1.products.list().data == []
    assert clients["aurora50"].v1.events.list().data == []
    fresh_standin.control("POST", "reset")
    assert clients["mecaformation"].v1.products.list().data == []
    clients["mecaformation"].v1.products.create({"name": "y"}, {"idempotency_key": "one"})


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("clock", {}),
        ("clock", {"advance": 1, "offset": 2}),
        ("clock", {"forward": 1}),
        ("faults", {"status": 418}),
        ("webhooks", {}),
    ],
)
def test_a_misused_control_says_how_it_is_used(
    standin: Process, path: str, body: dict[str, int]
) -> None:
    answer = httpx.post(f"{standin.url}/_standin/{path}", json=body, trust_env=False)
    assert (answer.status_code, list(answer.json())) == (400, ["error"])


def test_the_dashboard_shows_sessions_events_and_attempts(fresh_standin: Process) -> None:
    made = new_session(fresh_standin.client())
    customer = fresh_standin.client("aurora50").v1.customers.create({"name": "x"})
    fresh_standin.receiver.wait(customer.id, "customer.created")
    while fresh_standin.history(customer.id)[0]["state"] != "delivered":
        time.sleep(0.02)
    page = httpx.get(fresh_standin.url, trust_env=False).text
    for text in (made.id[:24], "aurora50-stripe", "customer.created", "delivered", "200 ("):
        assert text in page


def test_the_dashboards_button_sends_again_and_comes_back(fresh_standin: Process) -> None:
    made = fresh_standin.client().v1.customers.create({"name": "x"})
    (delivery,) = fresh_standin.receiver.wait(made.id, "customer.created")
    answer = httpx.post(
        f"{fresh_standin.url}/_standin/events/{delivery.event['id']}/resend",
        headers={"Accept": "text/html"},
        trust_env=False,
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    fresh_standin.receiver.wait(made.id, "customer.created", times=2)


def test_health_tells_what_is_waiting(standin: Process) -> None:
    health = httpx.get(f"{standin.url}/health", trust_env=False).json()
    assert (health["status"], health["api_version"]) == ("ok", "2026-10-28.endive")
