"""Requests that no polite client would send."""

from __future__ import annotations

import contextlib
import socket
from urllib.parse import urlsplit


def raw_request(base: str, path: str, headers: list[tuple[str, str]]) -> tuple[int, str]:
    """Send a GET exactly as written, which no polite client would; returns status and body."""
    address = urlsplit(base)
    lines = [f"GET {path} HTTP/1.1", f"Host: {address.netloc}", "User-Agent: tests"]
    lines += [f"{name}: {value}" for name, value in headers]
    if not any(name.lower() == "connection" for name, _ in headers):
        lines.append("Connection: close")
    with socket.create_connection((address.hostname or "", address.port or 80), 5) as connection:
        connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        answer = b""
        # A server that refuses early closes while we still send, and the system says "reset".
        with contextlib.suppress(ConnectionResetError):
            while received := connection.recv(65536):
                answer += received
    head, _, body = answer.decode().partition("\r\n\r\n")
    return int(head.split()[1]), body
