"""The real inbox as a process on free ports, for the tests of the inbox and of the sender."""

from __future__ import annotations

import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

import httpx


@dataclass(frozen=True)
class RunningInbox:
    process: subprocess.Popen[str]
    smtp_port: int
    web_port: int
    http: httpx.Client

    def deliver(self, raw: bytes, to: Sequence[str], sender: str = "sender@example.org") -> None:
        with smtplib.SMTP("127.0.0.1", self.smtp_port, timeout=10) as smtp:
            smtp.sendmail(sender, list(to), raw, mail_options=["BODY=8BITMIME"])

    def deliver_mail(self, to: str, subject: str = "Essai", text: str = "Bonjour") -> None:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = "École <sender@example.org>", to, subject
        mail.set_content(text)
        self.deliver(mail.as_bytes(policy=SMTP), [to])

    def messages(self, **filters: str | int) -> list[dict[str, Any]]:
        answer = self.http.get("/api/messages", params=filters).raise_for_status().json()
        found: list[dict[str, Any]] = answer["messages"]
        return found

    def only_message(self, to: str) -> dict[str, Any]:
        (found,) = self.messages(to=to)
        whole: dict[str, Any] = self.http.get(f"/api/messages/{found['id']}").json()
        return whole

    def fail(self, kind: str | None, to: str, times: int = 1) -> None:
        switch = {"smtp": kind, "times": times, "to": to}
        self.http.post("/_inbox/faults", json=switch).raise_for_status()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as sock:
        return int(sock.getsockname()[1])


@contextmanager
def running_inbox(home: Path, smtp_port: int = 0, web_port: int = 0) -> Iterator[RunningInbox]:
    """Run the inbox until the block ends; its ports are free ones unless given."""
    smtp_port, web_port = smtp_port or free_port(), web_port or free_port()
    ports = ["--smtp-port", str(smtp_port), "--web-port", str(web_port)]
    process = subprocess.Popen(
        [sys.executable, "-m", "preau.local.inbox", *ports, "--home", str(home)],
        stderr=subprocess.PIPE,
        text=True,
    )
    with httpx.Client(base_url=f"http://127.0.0.1:{web_port}", trust_env=False) as http:
        try:
            _wait_until_healthy(http, process)
            yield RunningInbox(process, smtp_port, web_port, http)
        finally:
            process.terminate()
            process.communicate(timeout=10)


def _wait_until_healthy(http: httpx.Client, process: subprocess.Popen[str]) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end and process.poll() is None:
        try:
            if http.get("/health").is_success:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    process.kill()
    raise AssertionError(f"the inbox did not start: {process.communicate()[1]}")
