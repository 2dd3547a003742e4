"""The world behind a PostgREST and a gateway of its own, to try cells as a front end would."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import httpx

from preau.local import config, gateway, postgrest, programs
from preau.local.paths import Home
from preau.local.ports import Ports, free_base
from tests.support.stack import Stack


@contextmanager
def served(stack: Stack, url: str, folder: Path) -> Iterator[str]:
    """Serve the database `url` through a gateway; yield its address."""
    located, found = programs.require(), config.read(outside={})
    ports = Ports(free_base(stack.ports.base + 100))
    env = postgrest.settings(found, ports)
    parts = urlsplit(url)
    authenticator = parts.netloc.replace("postgres:", "authenticator:", 1)
    env["PGRST_DB_URI"] = urlunsplit(parts._replace(netloc=authenticator))
    pieces = [([str(located.postgrest)], env)]
    pieces.append(gateway.gateway_piece(ports, found, Home(folder), located.caddy)[:2])
    with (folder / "log").open("ab") as log:
        running = [
            subprocess.Popen(command, env=os.environ | extra, stdout=log, stderr=log)
            for command, extra in pieces
        ]
        try:
            _wait(f"{ports.url('postgrest_admin')}/ready")
            _wait(f"{ports.url('gateway')}/_gateway/health")
            yield ports.url("gateway")
        finally:
            for piece in running:
                piece.kill()
                piece.wait()


def _wait(url: str) -> None:
    for _ in range(400):
        try:
            if httpx.get(url, trust_env=False).is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    raise AssertionError(f"nothing answers at {url}")
