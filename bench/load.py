"""A small HTTP/1.1 load generator: keep-alive connections, one request after the other on each.

Written out instead of using httpx, whose own cost per request is higher than what is measured.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Load:
    """What came of it. Latencies are milliseconds."""

    requests: int
    seconds: float
    p50: float
    p99: float

    @property
    def per_second(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds


async def get(url: str, headers: dict[str, str], connections: int, seconds: float) -> Load:
    """Send GET requests for `seconds` over `connections`; any answer but 2xx ends the run."""
    return await _drive(url, [_request("GET", url, headers)], connections, seconds)


async def patch(
    url: str, headers: Sequence[dict[str, str]], body: str, connections: int, seconds: float
) -> Load:
    """Send one JSON body by PATCH, each time with the next headers: one set for each person."""
    requests = [
        _request("PATCH", url, one | {"Content-Type": "application/json"}, body) for one in headers
    ]
    return await _drive(url, requests, connections, seconds)


def _request(method: str, url: str, headers: dict[str, str], body: str = "") -> bytes:
    parts = urlsplit(url)
    sized = headers | ({"Content-Length": str(len(body.encode()))} if body else {})
    head = "".join(f"{name}: {value}\r\n" for name, value in sized.items())
    path = f"{parts.path}?{parts.query}".rstrip("?")
    return f"{method} {path} HTTP/1.1\r\nHost: {parts.netloc}\r\n{head}\r\n{body}".encode()


async def _drive(url: str, requests: Sequence[bytes], connections: int, seconds: float) -> Load:
    parts = urlsplit(url)
    turn = itertools.cycle(requests)
    latencies: list[float] = []
    until = time.perf_counter() + seconds

    async def one() -> None:
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        while (started := time.perf_counter()) < until:
            writer.write(next(turn))
            await _answer(reader)
            latencies.append((time.perf_counter() - started) * 1000)
        writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(connections)))
    spent = time.perf_counter() - began
    latencies.sort()
    return Load(
        len(latencies), spent, latencies[len(latencies) // 2], latencies[int(len(latencies) * 0.99)]
    )


async def _answer(reader: asyncio.StreamReader) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    status = head.split(b" ", 2)[1]
    if status not in (b"200", b"204"):
        raise RuntimeError(f"Unexpected answer: {head.decode(errors='replace')}")
    if status == b"204":
        return
    if b"transfer-encoding: chunked" in head:
        while (size := int((await reader.readline()).split(b";")[0], 16)) > 0:
            await reader.readexactly(size + 2)
        await reader.readline()
    else:
        length = int(head.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
        await reader.readexactly(length)
