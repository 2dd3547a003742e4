"""Realtime behind the gateway, with the Python client: what a project's own code does."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import uuid

import aiohttp
import httpx
import pytest
from realtime.types import BroadcastPayload
from supabase import acreate_client

from preau.local import keys
from tests.local.copies import wait_for
from tests.local.realtime.sockets.client import Client
from tests.support.stack import Stack

SECONDS = 5.0


async def test_supabase_py_hears_a_broadcast_of_each_version(stack: Stack) -> None:
    topic = f"room {uuid.uuid4()}"
    listener = await acreate_client(stack.url, stack.publishable_key)
    channel = listener.channel(topic)
    heard: asyncio.Queue[BroadcastPayload] = asyncio.Queue()
    channel.on_broadcast("hi", heard.put_nowait)
    joined = asyncio.Event()
    await channel.subscribe(lambda state, _: joined.set() if state == "SUBSCRIBED" else None)
    async with asyncio.timeout(SECONDS), aiohttp.ClientSession() as http:
        await joined.wait()
        for version in ("1.0.0", "2.0.0"):
            client = await Client.open(http, stack.url, version)
            await client.join(f"realtime:{topic}", broadcast={"ack": True})
            said = {"type": "broadcast", "event": "hi", "payload": {"é": version}}
            await client.say(f"realtime:{topic}", "broadcast", said)
            assert (await client.hear())[4]["status"] == "ok"
            assert (await heard.get())["payload"] == {"é": version}
    await listener.remove_all_channels()
    await listener.realtime.close()


async def test_a_key_in_the_address_reaches_no_log(stack: Stack) -> None:
    async with aiohttp.ClientSession() as http:
        client = await Client.open(http, stack.url, "2.0.0", apikey=keys.SECRET_KEY)
        assert (await client.join("realtime:room"))["status"] == "ok"
        await client.websocket.close()
    log = stack.home.logs / "access.log"
    wait_for(lambda: "/realtime/v1/websocket?apikey=REDACTED" in log.read_text(), SECONDS)
    assert keys.SECRET_KEY not in log.read_text()
    assert keys.SECRET_KEY not in stack.logs("realtime", 1000)


@pytest.mark.parametrize("given", [keys.PUBLISHABLE_KEY, keys.ANON_JWT])
async def test_a_broadcast_over_http_passes(stack: Stack, given: str) -> None:
    message = {"topic": "room", "event": "e", "payload": {}}
    async with httpx.AsyncClient(base_url=stack.url) as http:
        answer = await http.post(
            "/realtime/v1/api/broadcast",
            headers={"apikey": given, "origin": "https://x.example"},
            json={"messages": [message]},
        )
    assert (answer.status_code, answer.content) == (202, b"")
    assert answer.headers.get_list("access-control-allow-origin") == ["*"]


def test_status_tells_connections_channels_and_how_far_behind(stack: Stack) -> None:
    shown = {}
    for more in ([], ["--json"]):
        done = subprocess.run(
            [sys.executable, "-m", "preau.cli", "status", "--home", str(stack.home.root), *more],
            capture_output=True,
            text=True,
            check=False,
            env={"PATH": "", "COLUMNS": "300"},
        )
        shown[len(more)] = done.stdout
    told = json.loads(shown[1])["pieces"]["realtime"]["figures"]
    assert set(told) == {"connections", "channels", "lag_bytes"}
    assert all(isinstance(number, int) for number in told.values())
    assert f"{told['connections']} connections, {told['channels']} channels" in shown[0]
