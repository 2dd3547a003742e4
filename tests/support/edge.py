"""The forwarders under Node, as the Edge runtime of a hosted project would run them."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import uvicorn

from preau.local import programs
from preau.local.paths import SUPABASE

if TYPE_CHECKING:
    from starlette.types import ASGIApp

RUNTIME = Path(__file__).parent / "edge.mjs"


@asynccontextmanager
async def listening(app: ASGIApp) -> AsyncIterator[str]:
    """Serve an ASGI app on a free port, in this process; gives its address."""
    bound = socket.create_server(("127.0.0.1", 0))  # who comes before it serves waits in line
    port = bound.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
    serving = asyncio.create_task(server.serve(sockets=[bound]))
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await serving


@asynccontextmanager
async def edge(
    secrets: Mapping[str, str], folder: Path = SUPABASE / "functions"
) -> AsyncIterator[httpx.AsyncClient]:
    """Run the forwarders of a folder with these secrets; gives a client of /functions/v1/."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("PREAU_")}
    running = await asyncio.create_subprocess_exec(
        *(programs.require().node, str(RUNTIME), str(folder)),
        env=env | dict(secrets),
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert running.stdout is not None
        port = int(await asyncio.wait_for(running.stdout.readline(), 30))
        base = f"http://127.0.0.1:{port}/functions/v1/"
        async with httpx.AsyncClient(base_url=base, timeout=15, trust_env=False) as client:
            yield client
    finally:
        running.kill()
        await running.wait()
