"""One stand-in for most tests, one that is reset for each, and one of its own for each kill."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import stripe

from tests.local.stripe.process import Process
from tests.local.stripe.receiver import Receiver

SUCCESS = "http://localhost:3000/merci?session={CHECKOUT_SESSION_ID}"
CANCEL = "http://localhost:3000/panier"

Make = Callable[..., stripe.checkout.Session]


@pytest.fixture(scope="session")
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture(scope="session")
def standin(receiver: Receiver, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    process = Process(tmp_path_factory.mktemp("stripe"), receiver, ("--webhook-timeout", "1"))
    process.start()
    yield process
    process.stop()


@pytest.fixture(scope="session")
def spare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    receiver = Receiver()
    process = Process(tmp_path_factory.mktemp("spare"), receiver, ("--webhook-timeout", "1"))
    process.start()
    yield process
    process.stop()
    receiver.close()


@pytest.fixture
def fresh_standin(spare: Process) -> Process:
    """A stand-in that has seen nothing yet, for tests that change its clock or its manners."""
    spare.receiver.refusals.clear()
    spare.receiver.deliveries.clear()
    spare.control("POST", "reset")
    return spare


@pytest.fixture
def own_standin(tmp_path: Path) -> Iterator[Process]:
    receiver = Receiver()
    process = Process(tmp_path, receiver, ("--webhook-timeout", "1"))
    process.start()
    yield process
    process.stop()
    receiver.close()


@pytest.fixture
def client(standin: Process) -> stripe.StripeClient:
    return standin.client()


@pytest.fixture
def loose(client: stripe.StripeClient) -> Any:
    """The same client, for parameters its types would not allow."""
    return client


@pytest.fixture
def session(client: stripe.StripeClient) -> Make:
    return lambda **more: new_session(client, **more)


def new_session(client: stripe.StripeClient, **more: Any) -> stripe.checkout.Session:
    """Make an open session of 470 €, changed as the test wants."""
    params: Any = {
        "mode": "payment",
        "line_items": [
            {
                "price_data": {
                    "currency": "eur",
                    "unit_amount": 47000,
                    "product_data": {"name": "Diagnostic électronique"},
                },
                "quantity": 1,
            }
        ],
        "success_url": SUCCESS,
        "cancel_url": CANCEL,
    }
    return client.v1.checkout.sessions.create(params | more)


@pytest.fixture
def standin_url(standin: Process) -> str:
    return standin.url
