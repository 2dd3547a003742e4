"""The server as a process: when it does not start, what it logs, how it ends."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from preau.local import keys
from preau.local.paths import PROJECT
from preau.local.ports import HOST, free_base
from preau.local.realtime.limits import Limits
from tests.local.realtime.sockets.client import Client
from tests.local.tokens import user_token

FIRST_BASE = 26021
STACK = {"PREAU_LOCAL_STACK": "1", "REALTIME_DB_URL": f"postgresql://nobody@{HOST}:1/none"}


@dataclass
class Process:
    """A server process without a database."""

    child: asyncio.subprocess.Process
    url: str
    log: Path

    async def end(self) -> int:
        """Ask it to end; returns its exit code."""
        self.child.send_signal(signal.SIGTERM)
        async with asyncio.timeout(5):
            return await self.child.wait()


@asynccontextmanager
async def process(
    log: Path, python: Sequence[str] = (sys.executable,), **env: str
) -> AsyncIterator[Process]:
    """Run a server while the block lasts; it may not have started."""
    port = free_base(FIRST_BASE)
    with log.open("wb") as output:
        child = await asyncio.create_subprocess_exec(
            *(*python, "-m", "preau.local.realtime", "--port", str(port)),
            env={"PATH": os.environ["PATH"], **env},
            cwd=PROJECT,
            stdout=output,
            stderr=output,
        )
    try:
        yield Process(child, f"http://{HOST}:{port}", log)
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()


async def answers(http: aiohttp.ClientSession, url: str) -> None:
    """Wait until the server answers."""
    async with asyncio.timeout(15):
        while True:
            try:
                async with http.get(f"{url}/health") as answer:
                    assert await answer.json() == {"status": "ok"}
                    return
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.05)


def open_files(pid: int) -> int:
    """Return how many files a process may have open."""
    limits = Path(f"/proc/{pid}/limits").read_text().splitlines()
    (line,) = (line for line in limits if line.startswith("Max open files"))
    return int(line.split()[3])


@pytest.mark.parametrize(
    ("env", "word"),
    [
        ({}, "preau up"),
        ({"PREAU_LOCAL_STACK": "1"}, "REALTIME_DB_URL"),
        (STACK | {"PREAU_LOCAL_REALTIME": '{"conections": 1}'}, "'conections'"),
    ],
    ids=["outside the stack", "no database", "an unknown limit"],
)
async def test_it_does_not_start_and_says_why(
    tmp_path: Path, env: dict[str, str], word: str
) -> None:
    async with process(tmp_path / "log", **env) as running:
        assert await running.child.wait() == 1
        said = running.log.read_text()
    assert word in said
    assert "Traceback" not in said


async def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    port = free_base(FIRST_BASE)
    with socket.create_server((HOST, port)):
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "preau.local.realtime", "--port", str(port)),
            env={"PATH": os.environ["PATH"], **STACK},
            cwd=PROJECT,
            stderr=asyncio.subprocess.PIPE,
        )
        _, said = await child.communicate()
    assert child.returncode == 1
    assert str(port).encode() in said


async def test_it_ends_in_order_and_logs_no_key_or_token(tmp_path: Path) -> None:
    secret = user_token()
    async with (
        process(tmp_path / "log", **STACK, LOG_LEVEL="debug") as running,
        aiohttp.ClientSession() as http,
    ):
        await answers(http, running.url)
        client = await Client.open(http, running.url, "2.0.0", apikey=keys.SECRET_KEY)
        await client.join("realtime:room", access_token=secret)
        await client.say("realtime:room", "access_token", {"access_token": secret + "x"})
        assert [(await client.hear())[3] for _ in range(2)] == ["system", "phx_close"]
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await Client.open(http, running.url, "2.0.0", apikey=secret + "x")
        await client.join("realtime:other")
        ended = asyncio.create_task(running.end())
        assert await client.close_code() == 1001
        assert await ended == 0
    said = running.log.read_text()
    for event in ("socket.opened", "socket.refused", "channel.shut_down", "realtime.stopped"):
        assert event in said
    for told in (secret, keys.SECRET_KEY, keys.SERVICE_ROLE_JWT):
        assert told[-20:] not in said
    assert "Traceback" not in said


async def test_it_may_open_a_file_for_each_client(tmp_path: Path) -> None:
    shell = ["/bin/sh", "-c", f'ulimit -Sn 256; exec {sys.executable} "$@"', "sh"]
    async with (
        process(tmp_path / "log", shell, **STACK) as running,
        aiohttp.ClientSession() as http,
    ):
        await answers(http, running.url)
        assert open_files(running.child.pid) >= Limits().connections


async def test_its_figures_are_numbers_and_prometheus(tmp_path: Path) -> None:
    async with process(tmp_path / "log", **STACK) as running, aiohttp.ClientSession() as http:
        await answers(http, running.url)
        client = await Client.open(http, running.url, "2.0.0")
        await client.join("realtime:room")
        async with http.get(f"{running.url}/status") as answer:
            told = await answer.json()
        async with http.get(f"{running.url}/metrics") as answer:
            text = await answer.text()
    assert (told["connections"], told["channels"], told["lag_bytes"]) == (1, 1, 0)
    assert told["ready"] is False
    for line in ("connections 1.0", "joins_total 1.0", "channels 1.0", "lag_bytes 0.0"):
        assert f"\npreau_realtime_{line}" in text
