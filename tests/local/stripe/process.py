"""The stand-in as a process of its own, started, killed and started again."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import stripe

from tests.local.stripe.receiver import Receiver

ACADEMIES = ("mecaformation", "aurora50", "nexus-reussite")


def key(academy: str) -> str:
    return f"sk_test_standin_{academy.replace('-', '_')}"


def secret(academy: str) -> str:
    return f"whsec_standin_{academy.replace('-', '_')}"


def account(academy: str) -> str:
    return f"acct_standin_{academy.replace('-', '_')}"


def entries(receiver: Receiver) -> list[dict[str, str]]:
    """Return the accounts file's entries: three academies, one endpoint each."""
    return [
        {
            "account": account(academy),
            "slug": f"{academy}-stripe",
            "secret_key": key(academy),
            "webhook_url": f"{receiver.url}/hooks/{academy}",
            "webhook_secret": secret(academy),
        }
        for academy in ACADEMIES
    ]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def command(port: int, home: Path, accounts: Path, *more: str) -> list[str]:
    module = [sys.executable, "-m", "preau.local.stripe"]
    return [*module, "--port", str(port), "--home", str(home), "--accounts", str(accounts), *more]


def environment() -> dict[str, str]:
    return os.environ | {"PREAU_LOCAL_STACK": "1"}


@dataclass
class Process:
    """A running stand-in; `folder` holds its accounts file, its memory and its log."""

    folder: Path
    receiver: Receiver
    options: tuple[str, ...] = ()
    port: int = field(default_factory=free_port)
    child: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        accounts = self.folder / "accounts.json"
        accounts.write_text(json.dumps(entries(self.receiver)))
        with (self.folder / "log").open("ab") as log:
            self.child = subprocess.Popen(
                command(self.port, self.folder / "home", accounts, *self.options),
                env=environment(),
                stdout=log,
                stderr=log,
            )
        end = time.monotonic() + 20
        while True:
            try:
                httpx.get(f"{self.url}/health", timeout=1, trust_env=False).raise_for_status()
            except httpx.HTTPError:
                alive = self.child.poll() is None and time.monotonic() < end
                assert alive, (self.folder / "log").read_text()
                time.sleep(0.05)
            else:
                return

    def kill(self) -> None:
        """SIGKILL, as a power cut would."""
        assert self.child is not None
        self.child.send_signal(signal.SIGKILL)
        self.child.wait()

    def stop(self) -> None:
        if self.child is not None and self.child.poll() is None:
            self.child.terminate()
            self.child.wait(timeout=10)

    def client(self, academy: str = "mecaformation", **options: Any) -> stripe.StripeClient:
        return stripe.StripeClient(key(academy), base_addresses={"api": self.url}, **options)

    def http(self, academy: str = "mecaformation") -> httpx.Client:
        """Return a bare client with the academy's key, for what the library won't send."""
        return httpx.Client(
            base_url=self.url, headers={"Authorization": f"Bearer {key(academy)}"}, trust_env=False
        )

    def control(self, method: str, path: str, /, **body: Any) -> Any:
        """Call a control under /_standin/ and return its JSON."""
        answer = httpx.request(
            method, f"{self.url}/_standin/{path}", json=body or None, trust_env=False, timeout=10
        )
        assert answer.status_code == 200, answer.text
        return answer.json()

    def history(self, object_id: str) -> list[dict[str, Any]]:
        """Return the events about an object with their delivery attempts, oldest first."""
        found = self.control("GET", f"events?object={object_id}")["events"]
        return list(reversed(found))
