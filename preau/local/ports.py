"""The ports of one copy of the stack, counted from one base as `supabase start` lays them out."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from preau.errors import PreauError

DEFAULT_BASE = 54321
HOST = "127.0.0.1"
PASSING_SECONDS = 65.0  # Linux keeps a closed connection's port for 60
LISTENING = "0A"  # the state of a listening socket in /proc/net/tcp

OFFSETS = {
    "gateway": 0,
    "postgres": 1,
    "inbox": 3,
    "smtp": 4,
    "postgrest": 10,
    "postgrest_admin": 11,
    "auth": 12,
    "functions": 13,
    "stripe": 14,
    "realtime": 15,
}
LOWEST_BASE = 1024  # below are the privileged ports
HIGHEST_BASE = 65535 - max(OFFSETS.values())


@dataclass(frozen=True)
class Ports:
    """The ports from one base; all of them are bound on 127.0.0.1 only."""

    base: int = DEFAULT_BASE

    def __getitem__(self, name: str) -> int:
        """Return the port with a name of OFFSETS."""
        return self.base + OFFSETS[name]

    def url(self, name: str) -> str:
        """Return the http address of a port."""
        return f"http://{HOST}:{self[name]}"


def is_free(port: int) -> bool:
    """Tell whether a program could listen on this port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def answers(port: int) -> bool:
    """Tell whether a program listens on this port."""
    try:
        socket.create_connection((HOST, port), timeout=2).close()
    except OSError:
        return False
    return True


def check_base(ports: Ports) -> None:
    """Raise `PreauError` where not every port counted from the base is one we may use."""
    if not LOWEST_BASE <= ports.base <= HIGHEST_BASE:
        raise PreauError(
            "bad_port_base",
            f"{ports.base} cannot be a port base.",
            f"Choose one between {LOWEST_BASE} and {HIGHEST_BASE}, for example --port-base 55321.",
        )


def check(ports: Ports, names: Iterable[str]) -> None:
    """Raise `PreauError` naming the lowest taken port, whose it is to be, and who holds it."""
    check_base(ports)
    for name in sorted(names, key=OFFSETS.__getitem__):
        port = ports[name]
        deadline = time.monotonic() + PASSING_SECONDS
        while not is_free(port):
            # The system may have lent the port to a connection, and keeps it for a minute after.
            if not any(_sockets(port)) and time.monotonic() < deadline:
                time.sleep(0.1)
                continue
            raise PreauError(
                "port_taken",
                f"Port {port} ({name}) is taken by {holder(port) or 'another program'}.",
                "Stop that program, or start on other ports:"
                f" preau up --port-base {free_base(ports.base + 100)}.",
            )


def free_base(start: int = DEFAULT_BASE) -> int:
    """Return the first base at or after `start`, in steps of 100, whose ports are all free."""
    for base in range(start, 65500, 100):
        if all(is_free(base + offset) for offset in OFFSETS.values()):
            return base
    raise PreauError("no_free_ports", "No free range of ports was found.", "Stop some programs.")


def holder(port: int) -> str | None:
    """Return a name and pid of the process that has a port, where /proc tells."""
    listening, connected = _sockets(port)
    sockets = listening or connected
    if not sockets:
        return None
    for process in Path("/proc").glob("[0-9]*"):
        try:
            links = {str(link.readlink()) for link in (process / "fd").iterdir()}
            words = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode().split()
        except OSError:  # gone meanwhile, or another account's
            continue
        if sockets & links:
            command = " ".join(words)
            shown = command if len(command) <= 80 else command[:77] + "…"
            return ("" if listening else "a connection of ") + f"{shown} (pid {process.name})"
    return None


def _sockets(port: int) -> tuple[set[str], set[str]]:
    """Return the sockets that listen on a port, and those that use it, as /proc/PID/fd names them.

    A connection that is closed already belongs to nobody and is in neither.
    """
    listening: set[str] = set()
    connected: set[str] = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            lines = Path(table).read_text().splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            fields = line.split()
            if int(fields[1].rpartition(":")[2], 16) == port and fields[9] != "0":
                chosen = listening if fields[3] == LISTENING else connected
                chosen.add(f"socket:[{fields[9]}]")
    return listening, connected
