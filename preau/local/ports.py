"""The ports of one copy of the stack, counted from one base as `supabase start` lays them out."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from preau.errors import PreauError

DEFAULT_BASE = 54321
HOST = "127.0.0.1"
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
}


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


def check(ports: Ports, names: Iterable[str]) -> None:
    """Raise `PreauError` naming the first taken port, whose it is to be, and who holds it."""
    if not 1024 <= ports.base <= 65535 - max(OFFSETS.values()):
        raise PreauError(
            "bad_port_base",
            f"{ports.base} cannot be a port base.",
            "Choose one between 1024 and 65521, for example --port-base 55321.",
        )
    for name in names:
        if not is_free(ports[name]):
            by = holder(ports[name])
            raise PreauError(
                "port_taken",
                f"Port {ports[name]}, which the {name} piece needs, is taken"
                + (f" by {by}." if by else " by another program."),
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
    """Return a name and pid of the process that listens on a port, where /proc tells."""
    inodes = _listening_inodes(port)
    if not inodes:
        return None
    for process in Path("/proc").glob("[0-9]*"):
        try:
            links = {str(link.readlink()) for link in (process / "fd").iterdir()}
            command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
        except OSError:  # gone meanwhile, or another account's
            continue
        if inodes & links:
            shown = command if len(command) <= 80 else command[:77] + "…"
            return f"{shown} (pid {process.name})"
    return None


def _listening_inodes(port: int) -> set[str]:
    """Return the sockets that listen on a port, as /proc/PID/fd links name them."""
    found = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            lines = Path(table).read_text().splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            fields = line.split()
            if fields[3] == LISTENING and int(fields[1].rpartition(":")[2], 16) == port:
                found.add(f"socket:[{fields[9]}]")
    return found
