"""The hot reads as whole requests: a person's token, against the service's, past all policies."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import httpx

from bench.reads import claims, filled, in_turn
from bench.stack import row
from preau.local import keys, process, programs
from preau.local.config import read as read_config
from preau.local.postgrest import settings
from tests.local.tokens import sign
from tests.support.stack import Stack


@asynccontextmanager
async def postgrest(stack: Stack, database: str) -> AsyncIterator[httpx.AsyncClient]:
    """A PostgREST of another database's own, in front of the same Postgres."""
    port, admin = _free_port(), _free_port()
    env = process.base_env() | settings(read_config(), stack.ports)
    env |= {"PGRST_SERVER_PORT": str(port), "PGRST_ADMIN_SERVER_PORT": str(admin)}
    env["PGRST_DB_URI"] = env["PGRST_DB_URI"].rsplit("/", 1)[0] + f"/{database}"
    running = await asyncio.create_subprocess_exec(
        programs.require().postgrest, env=env, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as api:
            for _ in range(200):
                with suppress(httpx.TransportError):
                    if (await api.get(f"http://127.0.0.1:{admin}/ready")).is_success:
                        break
                await asyncio.sleep(0.1)
            yield api
    finally:
        running.terminate()
        await running.wait()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


async def compare(api: httpx.AsyncClient, name: str, read: dict[str, str], times: int) -> None:
    """Time one read both ways, after making sure that both see the same."""
    path = "/" + filled(read["path"])
    headers = [
        {"Authorization": f"Bearer {sign(claims(who), keys.JWT_SECRET)}"}
        for who in (read["who"], "service")
    ]
    bodies = [(await api.get(path, headers=each)).raise_for_status().json() for each in headers]
    if bodies[0] != bodies[1] or not bodies[0]:
        raise RuntimeError(f"{name}: the person and the service do not see the same rows.")
    theirs, plain = (
        lambda: api.get(path, headers=headers[0]),
        lambda: api.get(path, headers=headers[1]),
    )
    ours, peer = await in_turn(theirs, plain, times)
    row(f"request: {name}", f"{ours:.2f} ms", f"{peer:.2f} ms as service_role", ours / peer)
