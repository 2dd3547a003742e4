"""Broadcasts over HTTP: every status, and who hears what."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer

from preau.local import keys
from preau.local.realtime import http_api, parts
from preau.local.realtime.authoriser import Authoriser
from preau.local.realtime.config import Config
from preau.local.realtime.database import Database
from preau.local.realtime.frames import BinaryMessage
from preau.local.realtime.limits import Limits
from preau.local.realtime.services import Services
from tests.local.realtime.topics.people import Listener
from tests.local.tokens import user_token

SMALL = Limits(payload_bytes=100, frame_bytes=5000, batch_messages=3)
BATCH = "/api/broadcast"
DAY = 24 * 3600  # made when tests are collected, and good until the last of them runs
Client = TestClient[web.Request, web.Application]


PERSON = {"Authorization": f"Bearer {user_token(seconds=DAY)}"}
SERVICE = {"Authorization": f"Bearer {keys.SECRET_KEY}"}


@pytest.fixture
def services(database: Database) -> Services:
    config = Config(port=0, database_url="", limits=SMALL)
    made = parts.services(config)
    authoriser = Authoriser(database, config.limits, made.metrics)
    return dataclasses.replace(made, database=database, authoriser=authoriser)


@pytest.fixture
async def client(services: Services) -> AsyncIterator[Client]:
    app = web.Application(client_max_size=SMALL.frame_bytes)
    app.add_routes(http_api.routes(services))
    async with TestClient(TestServer(app)) as made:
        yield made


def joined(services: Services, name: str = "room", *, private: bool = False) -> Listener:
    listener = Listener(name, private=private)
    services.hub.join(listener)
    return listener


def entry(**values: Any) -> dict[str, Any]:
    return {"topic": "room", "event": "e", "payload": {"a": 1}} | values


async def answered(response: ClientResponse) -> tuple[int, Any]:
    text = await response.text()
    return response.status, json.loads(text) if text else None


async def post(client: Client, *messages: object) -> tuple[int, Any]:
    return await answered(
        await client.post(BATCH, json={"messages": list(messages)}, headers=PERSON)
    )


async def test_a_batch_is_heard_in_its_order(client: Client, services: Services) -> None:
    listener = joined(services)
    assert await post(client, entry(), entry(event="é", payload={}, id="mine")) == (202, None)
    assert listener.payloads() == [
        {"type": "broadcast", "event": "e", "payload": {"a": 1}},
        {"type": "broadcast", "event": "é", "payload": {}, "meta": {"id": "mine"}},
    ]


@pytest.mark.parametrize("prefix", ["", "/realtime/v1"])
async def test_what_clients_leave_on_the_address_is_ignored(
    client: Client, services: Services, prefix: str
) -> None:
    listener = joined(services)
    address = f"{prefix}{BATCH}?apikey=nonsense&vsn=2.0.0"
    response = await client.post(address, json={"messages": [entry()]}, headers=PERSON)
    assert (response.status, len(listener.sent)) == (202, 1)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"Authorization": "Bearer nonsense"}, 401),
        ({"Authorization": f"Bearer {user_token(seconds=-5)}"}, 401),
        ({"Authorization": f"Bearer {user_token(seconds=DAY)[:-2]}"}, 401),
        ({"apikey": "nonsense"}, 401),
        ({"Authorization": f"Basic {user_token(seconds=DAY)}"}, 401),
        ({"Authorization": "Basic nonsense", "apikey": keys.ANON_JWT}, 202),
        ({"Authorization": "Bearer nonsense", "apikey": keys.ANON_JWT}, 401),
        ({"apikey": keys.ANON_JWT}, 202),
        ({"apikey": keys.PUBLISHABLE_KEY}, 202),
        ({"Authorization": f"bearer {keys.PUBLISHABLE_KEY}"}, 202),
        (SERVICE, 202),
    ],
)
@pytest.mark.parametrize("path", [BATCH, f"{BATCH}/room/events/e"])
async def test_a_key_or_a_token_is_needed(
    client: Client, services: Services, path: str, headers: dict[str, str], status: int
) -> None:
    listener = joined(services)
    body = {"messages": [entry()]} if path == BATCH else {"a": 1}
    answer = await answered(await client.post(path, json=body, headers=headers))
    assert answer == (status, {"message": "Unauthorized"} if status == 401 else None)
    assert len(listener.sent) == (status == 202)


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({}, ["can't be blank"]),
        ([], ["can't be blank"]),
        ({"messages": []}, ["can't be blank"]),
        ({"messages": {}}, ["is invalid"]),
        ({"messages": [1]}, ["is invalid"]),
        (
            {"messages": [{}]},
            [{name: ["can't be blank"] for name in ("topic", "payload", "event")}],
        ),
        (
            {"messages": [entry(), entry(payload=None)]},
            [{}, {"payload": ["can't be blank"]}],
        ),
        ({"messages": [entry(topic=" ")]}, [{"topic": ["can't be blank"]}]),
        ({"messages": [entry(payload=[1])]}, [{"payload": ["is invalid"]}]),
        ({"messages": [entry(event=1)]}, [{"event": ["is invalid"]}]),
        ({"messages": [entry(private="yes")]}, [{"private": ["is invalid"]}]),
        ({"messages": [entry(id=7)]}, [{"id": ["is invalid"]}]),
        (
            {"messages": [entry(payload={"a": "x" * 100})]},
            [{"payload": ["Payload size exceeds tenant limit"]}],
        ),
    ],
)
async def test_a_batch_with_a_fault_is_refused_whole(
    client: Client, services: Services, body: object, errors: object
) -> None:
    listener = joined(services)
    answer = await answered(await client.post(BATCH, json=body, headers=PERSON))
    assert answer == (422, {"errors": {"messages": errors}})
    assert listener.sent == []


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b'{"messages": NaN}'])
async def test_a_body_that_is_no_json_is_a_bad_request(client: Client, body: bytes) -> None:
    headers = PERSON | {"Content-Type": "application/json"}
    for path in (BATCH, f"{BATCH}/room/events/e"):
        answer = await answered(await client.post(path, data=body, headers=headers))
        assert answer == (400, {"message": "Bad Request"})


async def test_a_batch_may_hold_only_so_many(client: Client) -> None:
    assert await post(client, *[entry()] * 3) == (202, None)
    for each in (entry(), {}):  # whatever else is wrong with them
        assert await post(client, *[each] * 4) == (
            429,
            {"message": "Too many messages to broadcast, please reduce the batch size"},
        )


async def test_messages_over_the_rate_are_refused(services: Services, client: Client) -> None:
    services.rates.messages = type(services.rates.messages)(per_second=1, seconds=2)
    assert await post(client, entry(), entry()) == (202, None)
    over = (429, {"message": "You have exceeded your rate limit"})
    assert await post(client, entry()) == over
    response = await client.post(f"{BATCH}/room/events/e", json={}, headers=PERSON)
    assert await answered(response) == over


async def test_private_messages_need_the_policy_and_are_dropped_without_a_word(
    client: Client, services: Services
) -> None:
    allowed = joined(services, "write-only", private=True)
    denied = joined(services, "read-only", private=True)
    public = joined(services, "read-only")
    answer = await post(
        client,
        entry(topic="write-only", private=True),
        entry(topic="read-only", private=True),
        entry(topic="read-only", private=False),
    )
    assert answer == (202, None)
    assert [len(each.sent) for each in (allowed, denied, public)] == [1, 0, 1]


async def test_a_batch_asks_about_each_private_topic_once(
    client: Client, services: Services
) -> None:
    await post(client, *[entry(topic="write-only", private=True)] * 3)
    assert services.metrics.policy_checks == 1


async def test_one_event_has_an_address_of_its_own(client: Client, services: Services) -> None:
    listener = joined(services, "a room/é:1")
    path = f"{BATCH}/a%20room%2F%C3%A9%3A1/events/e%2Fv?apikey=nonsense"
    assert (await client.post(path, json={"é": [1]}, headers=PERSON)).status == 202
    assert listener.payloads() == [{"type": "broadcast", "event": "e/v", "payload": {"é": [1]}}]
    assert listener.sent[0].topic == "realtime:a room/é:1"


async def test_one_event_may_be_bytes(client: Client, services: Services) -> None:
    listener = joined(services)
    headers = PERSON | {"Content-Type": "application/octet-stream"}
    response = await client.post(f"{BATCH}/room/events/e", data=b"\x00\xff", headers=headers)
    assert await answered(response) == (202, None)
    assert listener.sent == [BinaryMessage("realtime:room", "e", "", b"\x00\xff")]


@pytest.mark.parametrize(
    ("topic", "headers", "status"),
    [
        ("write-only", PERSON, 202),
        ("read-only", PERSON, 403),
        ("raises", PERSON, 403),
        ("unheard-of", PERSON, 403),
        ("unheard-of", SERVICE, 202),
    ],
)
async def test_one_private_event_needs_the_policy(
    client: Client, services: Services, topic: str, headers: dict[str, str], status: int
) -> None:
    inside, outside = joined(services, topic, private=True), joined(services, topic)
    path = f"{BATCH}/{topic}/events/e?private=true"
    answer = await answered(await client.post(path, json={}, headers=headers))
    assert answer == (status, {"message": "Unauthorized"} if status == 403 else None)
    assert (len(inside.sent), outside.sent) == (status == 202, [])


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", None])
async def test_another_type_of_body_is_refused(client: Client, kind: str | None) -> None:
    response = await client.post(
        f"{BATCH}/room/events/e",
        data=b"{}",
        headers=PERSON | ({"Content-Type": kind} if kind else {}),
        skip_auto_headers=["Content-Type"],
    )
    assert await answered(response) == (415, {"message": "Unsupported Media Type"})


@pytest.mark.parametrize("size", [101, 6000], ids=["the payload", "the body"])
@pytest.mark.parametrize("kind", ["application/json", "application/octet-stream"])
async def test_an_event_that_is_too_large_is_refused(
    client: Client, services: Services, kind: str, size: int
) -> None:
    listener = joined(services)
    response = await client.post(
        f"{BATCH}/room/events/e",
        data=b'"' + b"x" * (size - 2) + b'"',
        headers=PERSON | {"Content-Type": kind},
    )
    assert response.status == 422
    assert "Payload size exceeds tenant limit" in await response.text()
    assert listener.sent == []


async def test_without_a_database_a_private_event_is_to_be_sent_later(
    services: Services,
) -> None:
    away = Database("postgresql://127.0.0.1:1/none?connect_timeout=1", size=1)
    lost = dataclasses.replace(
        services, authoriser=Authoriser(away, services.config.limits, services.metrics)
    )
    app = web.Application()
    app.add_routes(http_api.routes(lost))
    async with TestClient(TestServer(app)) as client:
        path = f"{BATCH}/room/events/e?private=true"
        response = await client.post(path, json={}, headers=PERSON)
        assert await answered(response) == (503, {"message": "Database unavailable"})
