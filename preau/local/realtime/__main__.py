"""The server as a process: `python -m preau.local.realtime --port P`, inside the local stack.

The rest is in its environment: REALTIME_DB_URL, REALTIME_JWT_SECRET, PREAU_LOCAL_REALTIME (limits),
LOG_LEVEL and LOG_FORMAT.
"""

from __future__ import annotations

import argparse
import os
import resource
import socket
import sys
from dataclasses import dataclass

import uvloop

from preau import log
from preau.errors import PreauError
from preau.local import keys
from preau.local.ports import HOST
from preau.local.realtime import limits, parts
from preau.local.realtime.config import Config

BACKLOG = 1024  # after a restart every client comes back at once
OWN_FILES = 100  # what the server has open besides its clients' sockets


@dataclass(frozen=True)
class _LogSettings:
    log_level: str
    log_format: str


def main() -> int:
    """Serve until SIGTERM; 1 with a sentence where it must not or cannot start."""
    parser = argparse.ArgumentParser(prog="python -m preau.local.realtime", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    options = parser.parse_args()
    env = os.environ
    if env.get("PREAU_LOCAL_STACK") != "1":
        return _refuse("this runs only inside the local stack; `preau up` starts it.")
    url = env.get("REALTIME_DB_URL")
    if not url:
        return _refuse("REALTIME_DB_URL is not set.")
    try:
        wanted = limits.read(env.get("PREAU_LOCAL_REALTIME", ""))
    except PreauError as error:
        return _refuse(f"{error.message} {error.hint}")
    try:
        listener = socket.create_server((HOST, options.port), backlog=BACKLOG)
    except OSError as error:
        return _refuse(
            f"port {options.port} of {HOST} cannot be had ({error.strerror}). "
            "Stop what listens there, or choose others with --port-base."
        )
    _make_room(wanted.connections + OWN_FILES)
    log.configure(_LogSettings(env.get("LOG_LEVEL", "info"), env.get("LOG_FORMAT", "json")))
    secret = env.get("REALTIME_JWT_SECRET", keys.JWT_SECRET)
    config = Config(listener.getsockname()[1], url, secret, wanted)
    uvloop.run(parts.run(config, listener))
    return 0


def _make_room(files: int) -> None:
    """Allow so many open files, or as many as the system lets us: a shell's usual 1,024 are few."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = files if hard == resource.RLIM_INFINITY else min(files, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def _refuse(sentence: str) -> int:
    sys.stderr.write(f"realtime: {sentence}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
