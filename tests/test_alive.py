"""The health check of the images: what counts as alive."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from preau.alive import is_alive


@contextmanager
def answering(status: int, body: bytes) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/health"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    ("status", "body", "alive"),
    [
        (200, b"", True),
        (503, b'{"status": "degraded"}', True),
        (503, b'{"code": "x"}', False),
        (503, b"[]", False),
        (500, b"<html>", False),
        (404, b"{}", False),
    ],
)
def test_an_answer_that_works_is_alive(status: int, body: bytes, alive: bool) -> None:
    with answering(status, body) as url:
        assert is_alive(url) is alive


def test_no_answer_in_time_is_not_alive() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        assert not is_alive(f"http://127.0.0.1:{port}/", timeout=0.2)
    assert not is_alive(f"http://127.0.0.1:{port}/", timeout=0.2)
