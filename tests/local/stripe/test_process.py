"""It refuses to run where it must not, and says why in a sentence."""

from __future__ import annotations

import json
import socket
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.local.stripe.process import Process, command, environment, free_port

GOOD = {
    "account": "acct_1",
    "slug": "a-stripe",
    "secret_key": "sk_test_a",
    "webhook_url": "http://127.0.0.1:9/hook",
    "webhook_secret": "whsec_a",
}


def refused(tmp_path: Path, entries: Any, port: int | None = None, **env: str) -> str:
    """Start it, expect it to exit with 1, and return what it said."""
    accounts = tmp_path / "accounts.json"
    accounts.write_text(json.dumps(entries))
    done = subprocess.run(
        command(port or free_port(), tmp_path / "home", accounts),
        env=environment() | env,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


def test_outside_the_local_stack_it_does_not_start(tmp_path: Path) -> None:
    said = refused(tmp_path, [GOOD], PREAU_LOCAL_STACK="")
    assert "runs only inside the local stack" in said


def test_a_live_key_keeps_it_from_starting(tmp_path: Path) -> None:
    said = refused(tmp_path, [GOOD | {"secret_key": "sk_live_abcdefgh"}])
    assert "must start with sk_test_" in said
    assert "abcdefgh" not in said


def test_a_webhook_that_leaves_the_machine_keeps_it_from_starting(tmp_path: Path) -> None:
    said = refused(tmp_path, [GOOD | {"webhook_url": "http://example.com/hook"}])
    assert "http://example.com/hook is not an http address on loopback" in said


def test_a_taken_port_is_a_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        said = refused(tmp_path, [GOOD], port=holder.getsockname()[1])
    assert "choose another port with --port-base" in said


def test_a_second_process_on_the_same_folder_is_refused(own_standin: Process) -> None:
    done = subprocess.run(
        command(free_port(), own_standin.folder / "home", own_standin.folder / "accounts.json"),
        env=environment(),
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert done.returncode == 1
    assert "another stand-in is running" in done.stderr


def test_it_listens_on_loopback_only(standin: Process) -> None:
    assert standin.child is not None
    table = Path(f"/proc/{standin.child.pid}/net/tcp")
    if not table.exists():
        pytest.skip("/proc tells this on Linux only")
    port = f":{standin.port:04X}"
    listening = [row.split()[1] for row in table.read_text().splitlines()[1:] if port in row]
    assert {address.partition(":")[0] for address in listening} == {"0100007F"}
    assert not any(port in row.split()[1] for row in ipv6(standin.child.pid))


def ipv6(pid: int) -> list[str]:
    table = Path(f"/proc/{pid}/net/tcp6")
    return table.read_text().splitlines()[1:] if table.exists() else []


def test_it_ends_on_sigterm(own_standin: Process) -> None:
    own_standin.stop()
    assert own_standin.child is not None
    assert own_standin.child.returncode in (0, -15)
